"""Retention: the oldest messages and sessions go when there are too many, or too old, or too large together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile
from typing import Any

from django.db import DatabaseError, connection

from catcher import actions, events
from catcher.models import Counter, Message, Session, age_limit

logger = logging.getLogger(__name__)

INTERVAL = 5.0


@dataclass(frozen=True, slots=True)
class Keep:
    """What to keep; 0 is no limit. `size` in octets."""

    messages: int
    sessions: int
    days: int
    size: int

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Keep:
        return cls(settings["keep_messages"], settings["keep_sessions"], settings["keep_days"], settings["keep_size"])


class Retention:
    """A thread that prunes now and then."""

    def __init__(self, keep: Keep) -> None:
        self._keep = keep
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandpost-retention", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(INTERVAL):
                try:
                    prune(self._keep)
                except Exception as error:
                    fault = not isinstance(error, DatabaseError)
                    logger.error("pruning failed; it is tried again: %s", error, exc_info=fault)
        finally:
            connection.close()


def prune(keep: Keep) -> tuple[int, int]:
    """Remove what is beyond the limits, oldest first, in chunks; return how many messages and sessions."""
    messages = actions.in_chunks(lambda rows: actions.remove_messages(_old_messages(keep, rows)))
    sessions = actions.in_chunks(lambda rows: actions.remove_sessions(_old_sessions(keep, rows)))
    if messages:
        events.publish([events.Deleted(type="deleted", ids=None)])
    if sessions:
        events.publish([events.SessionsDeleted(type="sessions-deleted")])
    return messages, sessions


def _old_messages(keep: Keep, rows: int) -> Sequence[int]:
    counts = Counter.all()
    oldest = Message.objects.order_by("pk")
    surplus = counts[Counter.MESSAGES] - keep.messages if keep.messages else 0
    if surplus > 0:
        return actions.bounded(oldest, min(rows, surplus))
    chosen = Message.objects.filter(pk__in=actions.bounded(oldest, rows)).order_by("pk")
    if keep.days and (old := _before(age_limit(keep.days), chosen.values_list("pk", "received_at"))):
        return old
    return _beyond(counts[Counter.BYTES] - keep.size, chosen.values_list("pk", "size")) if keep.size else []


def _old_sessions(keep: Keep, rows: int) -> Sequence[int]:
    ended = Session.objects.exclude(ended_at=None).order_by("pk")
    surplus = Counter.all()[Counter.SESSIONS] - keep.sessions if keep.sessions else 0
    if surplus > 0:
        return list(ended.values_list("pk", flat=True)[: min(rows, surplus)])
    return _before(age_limit(keep.days), ended.values_list("pk", "started_at")[:rows]) if keep.days else []


def _before(limit: datetime, oldest: Iterable[tuple[int, datetime]]) -> list[int]:
    """Return the keys up to the first row that is young enough: rows lie in the order of their times, near enough."""
    return [pk for pk, _ in takewhile(lambda row: row[1] < limit, oldest)]


def _beyond(excess: int, oldest: Iterable[tuple[int, int]]) -> list[int]:
    """Return the keys of the first rows whose sizes come to the excess."""
    chosen = []
    for pk, size in oldest if excess > 0 else ():
        chosen.append(pk)
        excess -= size
        if excess <= 0:
            break
    return chosen
