"""Retention: the oldest messages and sessions go when there are too many, or too old, or too large together."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection

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
                except Exception:
                    logger.exception("pruning failed; it is tried again")
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
        return list(oldest.values_list("pk", flat=True)[: min(rows, surplus)])
    if keep.days:
        old = list(oldest.filter(received_at__lt=age_limit(keep.days)).values_list("pk", flat=True)[:rows])
        if old:
            return old
    excess = counts[Counter.BYTES] - keep.size if keep.size else 0
    chosen: list[int] = []
    for pk, size in oldest.values_list("pk", "size")[:rows] if excess > 0 else ():
        if excess <= 0:
            break
        chosen.append(pk)
        excess -= size
    return chosen


def _old_sessions(keep: Keep, rows: int) -> Sequence[int]:
    ended = Session.objects.exclude(ended_at=None).order_by("pk")
    surplus = Counter.all()[Counter.SESSIONS] - keep.sessions if keep.sessions else 0
    if surplus > 0:
        return list(ended.values_list("pk", flat=True)[: min(rows, surplus)])
    if keep.days:
        return list(ended.filter(started_at__lt=age_limit(keep.days)).values_list("pk", flat=True)[:rows])
    return []
