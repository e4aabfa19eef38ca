"""What people do to many messages at once, and how it is taken back.

Each function takes public ids, a query set ("all that match", as `catcher.search.matching` returns it), or None for
all that are there, works in chunks between which senders get their turn, and tells of each.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

from django.db.models import QuerySet
from django.utils import timezone

from catcher import actions, changes, events, writer
from catcher.ids import public_id
from catcher.models import Message, Tag, Undo, UndoPart, clean_name

# Rows of a chunk on a slow disk: to change so many takes a few milliseconds.
LEAST = 200

Chosen = Iterable[str] | QuerySet[Message] | None
# Changes the messages of these keys inside the caller's transaction; returns the keys of those that it changed.
Change = Callable[[Collection[int]], list[int]]


@dataclass(frozen=True, slots=True)
class Done:
    """How many messages changed, and what `undo` takes to take that back ("" where there is nothing to)."""

    count: int
    undo: str = ""


def set_read(chosen: Chosen, read: bool, undoable: bool = True) -> Done:
    """Mark messages read or unread; what a page does unasked, because somebody looks, need not be undoable."""
    return _run(_rows(chosen), partial(changes.set_read, read), Undo.READ if read else Undo.UNREAD, undoable=undoable)


def set_starred(chosen: Chosen, starred: bool) -> Done:
    return _run(_rows(chosen), partial(changes.set_starred, starred), Undo.STAR if starred else Undo.UNSTAR)


def add_tag(chosen: Chosen, name: str) -> Done:
    """Raises ValueError where the name has no character that a tag may have."""
    name = _cleaned(name)
    return _run(_rows(chosen), partial(changes.add_tag, name), Undo.TAG, name)


def remove_tag(chosen: Chosen, name: str) -> Done:
    name = _cleaned(name)
    spelt = Tag.objects.filter(key=name.lower()).values_list("name", flat=True).first() or name
    return _run(_rows(chosen), partial(changes.remove_tag, name), Undo.UNTAG, spelt)


def discard(chosen: Chosen) -> Done:
    """Put messages into the bin: gone for people now, and for good once nothing can be taken back any more."""
    return _run(_rows(chosen), changes.discard, Undo.BIN)


def undo(token: str) -> int | None:
    """Take a change back; return how many messages changed, or None where the token is not known any more."""
    row = Undo.objects.filter(public_id=token, made_at__gt=timezone.now() - Undo.KEPT).first()
    if row is None:
        return None
    change = _inverse(row)
    total = sum(_in_chunks(keys, change, _Teller(_INVERSE[row.kind])) for keys in _changed(row))
    writer.run(row.delete)
    return total


def forget(most: int) -> int:
    """Remove up to so many parts of changes that can no longer be taken back; return how much was done."""
    old = Undo.objects.filter(made_at__lte=timezone.now() - Undo.KEPT)
    parts = list(UndoPart.objects.filter(undo__in=old).values_list("pk", flat=True)[:most])
    if parts:
        return UndoPart.objects.filter(pk__in=parts).delete()[0]
    return old.delete()[0]


def _changed(row: Undo) -> Iterator[list[int]]:
    """Yield the keys that were changed, some thousands at once; no cursor stays open over what is written."""
    keys: list[int] = []
    for pk in list(row.parts.order_by("pk").values_list("pk", flat=True)):
        for part in UndoPart.objects.filter(pk=pk):
            keys += part.unpacked
        if len(keys) >= actions.KEYS_AT_ONCE:
            yield keys
            keys = []
    yield keys


_INVERSE = {
    Undo.READ: Undo.UNREAD,
    Undo.UNREAD: Undo.READ,
    Undo.STAR: Undo.UNSTAR,
    Undo.UNSTAR: Undo.STAR,
    Undo.TAG: Undo.UNTAG,
    Undo.UNTAG: Undo.TAG,
    Undo.BIN: "restore",
}


def _inverse(row: Undo) -> Change:
    inverse: dict[str, Change] = {
        Undo.READ: partial(changes.set_read, False),
        Undo.UNREAD: partial(changes.set_read, True),
        Undo.STAR: partial(changes.set_starred, False),
        Undo.UNSTAR: partial(changes.set_starred, True),
        Undo.TAG: partial(changes.remove_tag, row.argument),
        Undo.UNTAG: partial(changes.add_tag, row.argument),
        Undo.BIN: changes.restore,
    }
    return inverse[row.kind]


def _rows(chosen: Chosen) -> QuerySet[Message]:
    if chosen is None:
        return Message.objects.get_queryset()
    return chosen if isinstance(chosen, QuerySet) else Message.objects.get_queryset().filter(public_id__in=list(chosen))


def _cleaned(name: str) -> str:
    cleaned = clean_name(name)
    if not cleaned:
        raise ValueError("A tag has letters, digits, spaces and . _ @ -")
    return cleaned


class _Teller:
    """Tells of each chunk once it has committed."""

    def __init__(self, kind: str) -> None:
        self._kind = kind
        self.changed: list[int] = []

    def __call__(self, _: object = None) -> None:
        if self.changed:
            events.publish(self._told())
        self.changed = []

    def _told(self) -> list[events.Event]:
        if self._kind == "restore":
            return [events.Restored(type="restored"), events.Tags(type="tags")]
        ids = None
        if len(self.changed) <= events.MOST_IDS:
            ids = list(Message.everything.filter(pk__in=self.changed).values_list("public_id", flat=True))
        if self._kind == Undo.BIN:
            return [events.Deleted(type="deleted", ids=ids), events.Tags(type="tags")]
        told: list[events.Event] = [events.Changed(type="changed", ids=ids)]
        return [*told, events.Tags(type="tags")] if self._kind in (Undo.TAG, Undo.UNTAG) else told


class _Memory:
    """Writes down, in each chunk's own transaction, what that changed."""

    def __init__(self, change: Change, kind: str, argument: str) -> None:
        self._change = change
        self._kind = kind
        self._argument = argument
        self._row: Undo | None = None
        self.token = ""

    def __call__(self, keys: Collection[int]) -> list[int]:
        changed = self._change(keys)
        if changed:
            if self._row is None:
                self.token = public_id()
                self._row = Undo.objects.create(
                    public_id=self.token, kind=self._kind, argument=self._argument, made_at=timezone.now()
                )
            UndoPart.objects.create(undo=self._row, keys=UndoPart.pack(changed))
        return changed


def _run(rows: QuerySet[Message], change: Change, kind: str, argument: str = "", undoable: bool = True) -> Done:
    """Change what is there now; the keys are read outside of the writer, for the way to them may be long."""
    newest = Message.everything.order_by("-pk").values_list("pk", flat=True).first() or 0
    memory = _Memory(change, kind, argument)
    last = total = 0
    while keys := _keys(rows, last, newest):
        last = keys[-1]
        total += _in_chunks(keys, memory if undoable else change, _Teller(kind))
    return Done(total, memory.token)


def _keys(rows: QuerySet[Message], last: int, newest: int) -> list[int]:
    behind = rows.filter(pk__gt=last, pk__lte=newest).order_by("pk")
    return list(behind.values_list("pk", flat=True)[: actions.KEYS_AT_ONCE])


def _in_chunks(keys: Iterable[int], change: Change, teller: _Teller) -> int:
    left = deque(keys)

    def step(rows: int) -> tuple[int, int]:
        chunk = [left.popleft() for _ in range(min(rows, len(left)))]
        teller.changed = change(chunk) if chunk else []
        return len(chunk), len(teller.changed)

    return actions.sum_in_chunks(step, teller, LEAST)
