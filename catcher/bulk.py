"""What people do to many messages at once, and how it is taken back.

Each function takes public ids, a query set ("all that match", as `catcher.search.matching` returns it), or None for
all that are there, works in chunks between which senders get their turn, and tells of each.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import QuerySet

from catcher.models import Message

Chosen = Iterable[str] | QuerySet[Message] | None


@dataclass(frozen=True, slots=True)
class Done:
    """How many messages changed, and what `undo` takes to take that back ("" where there is nothing to)."""

    count: int
    undo: str = ""


def set_read(chosen: Chosen, read: bool) -> Done:
    raise NotImplementedError


def set_starred(chosen: Chosen, starred: bool) -> Done:
    raise NotImplementedError


def add_tag(chosen: Chosen, name: str) -> Done:
    """Raises ValueError where the name has no character that a tag may have."""
    raise NotImplementedError


def remove_tag(chosen: Chosen, name: str) -> Done:
    raise NotImplementedError


def discard(chosen: Chosen) -> Done:
    """Put messages into the bin: gone for people, and gone for good after `KEPT`."""
    raise NotImplementedError


def undo(token: str) -> int | None:
    """Take a change back; return how many messages changed, or None where the token is not known any more."""
    raise NotImplementedError
