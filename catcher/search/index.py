"""The index that sessions are found by: FTS5 where the database has it, and the plain columns elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import NamedTuple, Protocol, TypeVar

from django.db import connection
from django.db.models import Model, Q, QuerySet
from django.db.models.expressions import RawSQL

from catcher.models import SessionText
from catcher.search.tokens import ALL, Either, Every, Phrase, Token, Wanted, Without

M = TypeVar("M", bound=Model)
R = TypeVar("R", covariant=True)
LAST_PORTION = 5000
# Made by the migration 0002_examined.
FTS = "catcher_sessionwords"
_NO_WORD = re.compile(r"[\W_]+")


class Entry(NamedTuple):
    """What a session is found by; `pk` is the session's."""

    pk: int
    tokens: str
    text: str


class Between(NamedTuple):
    """Keys above one and below another."""

    before: int | None = None
    after: int | None = None

    def of(self, rows: QuerySet[M, R]) -> QuerySet[M, R]:
        rows = rows if self.before is None else rows.filter(pk__lt=self.before)
        return rows if self.after is None else rows.filter(pk__gt=self.after)


class Index(Protocol):
    """Adds and removes sessions inside the caller's transaction; finds their keys."""

    def add(self, entries: Sequence[Entry]) -> None:
        """Add sessions, or put what they are found by now in place of what was."""

    def remove(self, pks: Sequence[int]) -> None: ...

    def among(self, wanted: Wanted) -> Q:
        """Return the condition on a Session that it is found."""

    def walk(self, wanted: Wanted, between: Between, upwards: bool, first: int) -> Iterator[list[int]]:
        """Yield the keys of found sessions in portions, newest first or oldest first; at first so many, then more."""


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

    def walk(self, wanted: Wanted, between: Between, upwards: bool, first: int) -> Iterator[list[int]]:
        sql, values = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", [match(wanted)]  # noqa: S608
        for compare, bound in (("<", between.before), (">", between.after)):
            if bound is not None:
                sql += f" AND rowid {compare} {int(bound)}"
        with connection.cursor() as cursor:
            # One question, whose answer is read as far as it is needed: a prefix makes asking dear.
            cursor.execute(f"{sql} ORDER BY rowid {'ASC' if upwards else 'DESC'}", values)
            size = first
            while rows := cursor.fetchmany(size):
                yield [row[0] for row in rows]
                size = min(2 * size, LAST_PORTION)


class PlainIndex:
    """No index at all: the columns are read from end to end."""

    def add(self, entries: Sequence[Entry]) -> None:
        self.remove([entry.pk for entry in entries])
        _insert(entries)

    def remove(self, pks: Sequence[int]) -> None:
        SessionText.objects.filter(pk__in=pks)._raw_delete(using="default")

    def among(self, wanted: Wanted) -> Q:
        return Q(pk__in=SessionText.objects.filter(condition(wanted)).values("pk"))

    def walk(self, wanted: Wanted, between: Between, upwards: bool, first: int) -> Iterator[list[int]]:
        rows = between.of(SessionText.objects.filter(condition(wanted))).order_by("pk" if upwards else "-pk")
        keys = rows.values_list("pk", flat=True).iterator(LAST_PORTION)
        size = first
        while portion := list(islice(keys, size)):
            yield portion
            size = min(2 * size, LAST_PORTION)


def one_of(keys: Iterable[int]) -> Q:
    """Return the condition that a row has one of these keys; written out, for binding a thousand takes long."""
    listed = ", ".join(str(int(key)) for key in keys)
    return Q(pk__in=RawSQL(listed, ())) if listed else Q(pk__in=[])  # noqa: S611 - numbers


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
