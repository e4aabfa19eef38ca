"""Many rows in one statement: what writes many rows at a time uses in place of the ORM's object a row."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, models
from django.db.backends.utils import CursorWrapper

# Below SQLite's 32,766 parameters a statement, with our widest table.
_MOST_PARAMETERS = 16_000
# Statements of up to this many rows are kept as text.
_MOST_KNOWN = 256

Row = Sequence[Any]


def _as_is(value: Any) -> Any:
    return value


_SQLITE = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
_PLACE = "?" if _SQLITE else "%s"


def _time(value: datetime | None) -> Any:
    if value is not None and _SQLITE:
        return str(value.replace(tzinfo=None))  # ours are in UTC, which is how Django's SQLite stores them
    return connection.ops.adapt_datetimefield_value(value)


_json = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def _converter(field: models.Field[Any, Any]) -> Callable[[Any], Any]:
    if isinstance(field, models.DateTimeField):
        return _time
    return _json if isinstance(field, models.JSONField) else _as_is


def _execute(cursor: CursorWrapper, sql: str, parameters: Sequence[Any]) -> None:
    if _SQLITE:
        # Django would translate the placeholders, which takes longer than the insert does.
        sqlite3.Cursor.execute(cursor.cursor, sql, parameters)
    else:
        cursor.execute(sql, parameters)


class Insert:
    """An INSERT of some of a model's columns; the others must have a default in `defaults` or be null.

    With `update`, a row that breaks the unique `conflict` columns overwrites these columns of the row that is there,
    with `where_greater` only where this column of it grows by that.
    """

    def __init__(
        self,
        model: type[models.Model],
        *names: str,
        conflict: Sequence[str] = (),
        update: Sequence[str] = (),
        where_greater: str = "",
    ) -> None:
        fields = [model._meta.get_field(name) for name in names]
        assert all(isinstance(field, models.Field) for field in fields)
        columns = [str(field.column) for field in fields]  # type: ignore[union-attr]
        self._known: dict[int, str] = {}
        self._table = model._meta.db_table
        self._columns = ", ".join(f'"{column}"' for column in columns)
        self._width = len(columns)
        self._converters = [
            (index, convert)
            for index, field in enumerate(fields)
            if (convert := _converter(field)) is not _as_is  # type: ignore[arg-type]
        ]
        self._tail = ""
        if update:
            overwritten = ", ".join(f'"{name}" = excluded."{name}"' for name in update)
            self._tail = f" ON CONFLICT ({', '.join(conflict)}) DO UPDATE SET {overwritten}"
            if where_greater:
                self._tail += f' WHERE excluded."{where_greater}" > "{self._table}"."{where_greater}"'

    def run(self, cursor: CursorWrapper, rows: Sequence[Row]) -> None:
        for sql, parameters in self._statements(rows):
            _execute(cursor, sql, parameters)

    def returning(self, cursor: CursorWrapper, rows: Sequence[Row]) -> list[int]:
        """Insert and return the new ids in the order of the rows."""
        ids: list[int] = []
        for sql, parameters in self._statements(rows):
            if _SQLITE:
                # One INSERT hands out consecutive ids. RETURNING would give up the interpreter lock for every row, and
                # on a busy event loop it takes longer to get that back than to insert the row.
                _execute(cursor, sql, parameters)
                last = cursor.lastrowid
                ids.extend(range(last - len(parameters) // self._width + 1, last + 1))
            else:
                cursor.execute(sql + " RETURNING id", parameters)
                ids.extend(row[0] for row in cursor.fetchall())
        return ids

    def _statements(self, rows: Sequence[Row]) -> Iterator[tuple[str, list[Any]]]:
        most = _MOST_PARAMETERS // self._width
        for start in range(0, len(rows), most):
            part = rows[start : start + most]
            parameters: list[Any] = []
            for row in part:
                converted = list(row)
                for index, convert in self._converters:
                    converted[index] = convert(converted[index])
                parameters += converted
            yield self._sql(len(part)), parameters

    def _sql(self, rows: int) -> str:
        known = self._known.get(rows)
        if known is None:
            values = ", ".join([f"({', '.join([_PLACE] * self._width)})"] * rows)
            known = f'INSERT INTO "{self._table}" ({self._columns}) VALUES {values}{self._tail}'  # noqa: S608
            if rows <= _MOST_KNOWN:
                self._known[rows] = known
        return known


class Update:
    """An UPDATE of some of a model's columns by primary key; rows that are gone by now are left out."""

    def __init__(self, model: type[models.Model], *names: str) -> None:
        self._fields = [field for field in model._meta.concrete_fields if field.name in names]
        assert len(self._fields) == len(names)
        assert model._meta.pk is not None
        columns = ", ".join(f'"{field.column}" = %s' for field in self._fields)
        self._sql = f'UPDATE "{model._meta.db_table}" SET {columns} WHERE "{model._meta.pk.column}" = %s'  # noqa: S608

    def run(self, cursor: CursorWrapper, rows: Mapping[int, Mapping[str, Any]]) -> None:
        cursor.executemany(
            self._sql,
            [
                [*(field.get_db_prep_save(values[field.name], connection) for field in self._fields), key]
                for key, values in rows.items()
            ],
        )
