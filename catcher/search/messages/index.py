"""The index that messages are found by: SQLite's FTS5, whose tokens are the three characters at every place of a text.

So any part of a text is found, in the time that the rarest of its pieces takes, and nothing has to be looked up in the
message itself. Keys come in the order of the table, as many as are asked for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.models.expressions import RawSQL

from catcher.models import MessageCharacter, MessageText
from catcher.search.messages.entry import Entry
from catcher.search.messages.tree import FIELDS

# Made by the migration 0006_message_search.
FTS = "catcher_messagewords"
COLUMNS = (
    *(f"{name}_" if name in {"from", "to"} else name.replace("-", "_") for name in FIELDS),
    "facts",
    "characters",
)
_NAMES = ", ".join(COLUMNS)
_PLACES = ", ".join(["%s"] * len(COLUMNS))
_INSERT = f"INSERT INTO {FTS} (rowid, {_NAMES}) VALUES (%s, {_PLACES})"  # noqa: S608
_DELETE = f"INSERT INTO {FTS} ({FTS}, rowid, {_NAMES}) VALUES ('delete', %s, {_PLACES})"  # noqa: S608


class Among(RawSQL):
    """The keys of what the index finds; a query set knows its condition by it (catcher/search/messages/found.py)."""

    def __init__(self, match: str) -> None:
        super().__init__(f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", (match,))  # noqa: S608
        self.match = match


def add(entries: Sequence[Entry]) -> None:
    """Add messages, or what they are found by now, inside the caller's transaction."""
    known = dict(MessageText.objects.filter(pk__in=[entry.pk for entry in entries]).values_list("pk", "packed"))
    packed = {entry.pk: entry.pack() for entry in entries}
    new = [entry for entry in entries if bytes(known.get(entry.pk, b"")) != packed[entry.pk]]
    remove([entry.pk for entry in new if entry.pk in known])
    MessageText.objects.bulk_create(MessageText(message_id=entry.pk, packed=packed[entry.pk]) for entry in new)
    _learn({character for entry in new for character in set("".join(entry.columns[: len(FIELDS)]))})
    _write(_INSERT, new)


def remove(pks: Sequence[int]) -> None:
    """Forget messages, inside the caller's transaction."""
    rows = MessageText.objects.filter(pk__in=pks)
    _write(_DELETE, [Entry.unpack(pk, bytes(packed)) for pk, packed in rows.values_list("pk", "packed")])
    rows._raw_delete(using="default")


def _write(sql: str, entries: Iterable[Entry]) -> None:
    with connection.cursor() as cursor:
        cursor.executemany(sql, [(entry.pk, *entry.columns) for entry in entries])


def _learn(characters: set[str]) -> None:
    known = MessageCharacter.objects.filter(character__in=characters).values_list("character", flat=True)
    missing = characters.difference(known)
    MessageCharacter.objects.bulk_create(MessageCharacter(character=one) for one in missing)


def alphabet() -> list[str]:
    """Return the characters that are in the text of any message."""
    return list(MessageCharacter.objects.values_list("character", flat=True))


def keys(match: str, before: int | None, after: int | None, most: int, upwards: bool = False) -> list[int]:
    """Return keys of what the index finds between two others: newest first, or oldest first."""
    sql, values = f"SELECT rowid FROM {FTS} WHERE {FTS} MATCH %s", [match]  # noqa: S608
    parameters: list[Any] = [*values]
    for compare, bound in (("<", before), (">", after)):
        if bound is not None:
            sql += f" AND rowid {compare} %s"
            parameters.append(bound)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} ORDER BY rowid {'ASC' if upwards else 'DESC'} LIMIT %s", [*parameters, most])
        return [row[0] for row in cursor.fetchall()]
