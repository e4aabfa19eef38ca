"""The index that sessions are found by: FTS5 where the database has it, and the plain columns elsewhere."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

from django.db import connection
from django.db.models import Q
from django.db.models.expressions import RawSQL

from catcher.models import SessionText
from catcher.search.tokens import ALL, Either, Every, Phrase, Token, Wanted, Without

# Made by the migration 0002_examined.
FTS = "catcher_sessionwords"
_NO_WORD = re.compile(r"[\W_]+")


class Entry(NamedTuple):
    """What a session is found by; `pk` is the session's."""

    pk: int
    tokens: str
    text: str


class Index(Protocol):
    """Adds and removes sessions inside the caller's transaction; finds their keys."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Add sessions, or put what they are found by now in place of what was."""

    def remove(self, pks: Sequence[int]) -> None: ...

    def among(self, wanted: Wanted) -> Q:
        """Return the condition on a Session that it is found."""

    def newest(self, wanted: Wanted, before: int | None, after: int | None, most: int) -> list[int]:
        """Return the keys of found sessions between two keys, newest first."""

    def oldest(self, wanted: Wanted, before: int | None, after: int | None, most: int) -> list[int]:
        """Return them oldest first."""


class Fts5Index:
    """SQLite's full-text index over the rows of SessionText."""

    def add(self, entries: Sequence[Entry]) -> None:
        pks = [entry.pk for entry in entries]
        self.remove(pks)
        _insert(entries)
        with connection.cursor() as cursor:
            cursor.execute(
                f"INSERT INTO {FTS} (rowid, tokens, text) SELECT session_id, tokens, text "  # noqa: S608
                f"FROM catcher_sessiontext WHERE session_id IN ({_marks(pks)})",
                pks,
            )

    def remove(self, pks: Sequence[int]) -> None:
        with connection.cursor() as cursor:
            # The index is told the old text: it keeps none of its own.
            cursor.execute(
                f"INSERT INTO {FTS} ({FTS}, rowid, tokens, text) SELECT 'delete', session_id, tokens, text "  # noqa: S608
                f"FROM catcher_sessiontext WHERE session_id IN ({_marks(pks)})",
                list(pks),
            )
        SessionText.objects.filter(pk__in=pks)._raw_delete(using="default")

    def among(self, wanted: Wanted) -> Q:
        return Q(pk__in=RawSQL(f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", (match(wanted),)))  # noqa: S608, S611

    def newest(self, wanted: Wanted, before: int | None, after: int | None, most: int) -> list[int]:
        return self._found(wanted, before, after, most, "DESC")

    def oldest(self, wanted: Wanted, before: int | None, after: int | None, most: int) -> list[int]:
        return self._found(wanted, before, after, most, "ASC")

    def _found(self, wanted: Wanted, before: int | None, after: int | None, most: int, order: str) -> list[int]:
        sql, parameters = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", [match(wanted)]  # noqa: S608
        values: list[Any] = [*parameters]
        for compare, bound in (("<", before), (">", after)):
            if bound is not None:
                sql += f" AND rowid {compare} %s"
                values.append(bound)
        with connection.cursor() as cursor:
            cursor.execute(f"{sql} ORDER BY rowid {order} LIMIT %s", [*values, most])
            return [row[0] for row in cursor.fetchall()]


class PlainIndex:
    """No index at all: the columns are read from end to end."""

    def add(self, entries: Sequence[Entry]) -> None:
        self.remove([entry.pk for entry in entries])
        _insert(entries)

    def remove(self, pks: Sequence[int]) -> None:
        SessionText.objects.filter(pk__in=pks)._raw_delete(using="default")

    def among(self, wanted: Wanted) -> Q:
        return Q(pk__in=SessionText.objects.filter(condition(wanted)).values("pk"))

    def newest(self, wanted: Wanted, before: int | None, after: int | None, most: int) -> list[int]:
        return self._found(wanted, before, after, most, "-pk")

    def oldest(self, wanted: Wanted, before: int | None, after: int | None, most: int) -> list[int]:
        return self._found(wanted, before, after, most, "pk")

    def _found(self, wanted: Wanted, before: int | None, after: int | None, most: int, order: str) -> list[int]:
        rows = SessionText.objects.filter(condition(wanted))
        rows = rows if before is None else rows.filter(pk__lt=before)
        rows = rows if after is None else rows.filter(pk__gt=after)
        return list(rows.order_by(order).values_list("pk", flat=True)[:most])


def _insert(entries: Sequence[Entry]) -> None:
    SessionText.objects.bulk_create(
        SessionText(session_id=entry.pk, tokens=entry.tokens, text=entry.text) for entry in entries
    )


def _marks(pks: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(pks))


def match(wanted: Wanted) -> str:
    """Return what is wanted in FTS5's language."""
    match wanted:
        case Token(text, prefix):
            return f'tokens : "{text}"{" *" if prefix else ""}'
        case Phrase(text, prefix):
            return f'text : "{_NO_WORD.sub(" ", text).strip()}"{" *" if prefix else ""}'
        case Either(parts):
            return f"({' OR '.join(match(part) for part in parts)})"
        case Without():
            return match(Every((wanted,)))
        case Every(parts):
            has = " AND ".join(match(part) for part in parts if not isinstance(part, Without)) or f'tokens : "{ALL}"'
            lacks = [match(part.part) for part in parts if isinstance(part, Without)]
            return f"(({has}) NOT ({' OR '.join(lacks)}))" if lacks else f"({has})"


def condition(wanted: Wanted) -> Q:
    """Return what is wanted as a condition on SessionText, whose tokens stand between blanks."""
    match wanted:
        case Token(text, prefix):
            return Q(tokens__contains=f" {text}" if prefix else f" {text} ")
        case Phrase(text):
            return Q(text__icontains=text)
        case Without(part):
            return ~condition(part)
        case Every(parts):
            return Q(*(condition(part) for part in parts))
        case Either(parts):
            any_of = Q(pk__in=[])
            for part in parts:
                any_of |= condition(part)
            return any_of


def current() -> Index:
    """Return the index that this database has."""
    return Fts5Index() if connection.vendor == "sqlite" else PlainIndex()
