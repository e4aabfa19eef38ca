"""PATTERN -> CONDITION: a column that looks like it, asked in the database's own words where these suffice."""

from __future__ import annotations

import re
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.models import CharField, Lookup, Q, TextField
from django.db.models.sql.compiler import SQLCompiler

_SPECIAL = re.compile(r"[%_\\]")
# What LIKE goes back for at each of many stars; with more, a regular expression is no worse.
_MOST_STARS = 3


@CharField.register_lookup
@TextField.register_lookup
class Like(Lookup):
    """LIKE with `%` where the pattern has `*`, whatever the case of ASCII letters."""

    lookup_name = "like"

    def get_db_prep_lookup(self, value: Any, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        return "%s", [_SPECIAL.sub(r"\\\g<0>", value).replace("*", "%")]

    def as_sql(self, compiler: SQLCompiler, connection: BaseDatabaseWrapper) -> tuple[str, Any]:
        column, values = self.process_lhs(compiler, connection)
        pattern, wanted = self.process_rhs(compiler, connection)
        operator = "LIKE" if connection.vendor == "sqlite" else "ILIKE"
        return rf"{column} {operator} {pattern} ESCAPE '\'", [*values, *wanted]


def resembles(column: str, glob: str) -> Q:
    """Return the condition that a column has a value which a pattern fits, whatever its case."""
    some = ~Q(**{column: ""}) if not glob.strip("*") else Q()
    if glob.isascii() and "\x00" not in glob and glob.count("*") <= _MOST_STARS:
        return Q(**{f"{column}__like": glob}) & some
    expression = ".*".join(re.escape(part) for part in glob.split("*"))
    return Q(**{f"{column}__iregex": f"^{expression}$"}) & some
