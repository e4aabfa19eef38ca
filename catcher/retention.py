"""Retention: the oldest messages and sessions go when there are too many, or too old, or too large together.

So does what people have deleted, once they cannot take it back any more.

Where there are too many sessions, those that went well go first: the failing ones are why someone looks.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from heapq import merge
from itertools import accumulate, islice, takewhile
from typing import Any

from django.utils import timezone

from catcher import actions, bulk, events
from catcher.models import Counter, Message, Session, Undo, age_limit
from catcher.worker import Worker

logger = logging.getLogger(__name__)

INTERVAL = 5.0
# What was binned outlasts the last moment at which it could be taken back: that takes a while.
GRACE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Keep:
    """What to keep; 0 is no limit. `size` in octets.

    So many of the newest failing sessions (`failed`) outlast those that went well.
    """

    messages: int
    sessions: int
    days: int
    size: int
    failed: int = 0

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Keep:
        return cls(
            settings["keep_messages"],
            settings["keep_sessions"],
            settings["keep_days"],
            settings["keep_size"],
            settings["keep_failed_sessions"],
        )

    @property
    def failed_share(self) -> int:
        """Never more than half, or what goes well now would be gone at once."""
        return min(self.failed, self.sessions // 2)


class Retention(Worker):
    """A thread that prunes now and then."""

    doing = "pruning"

    def __init__(self, keep: Keep) -> None:
        super().__init__("retention", logger)
        self._keep = keep

    def pause(self) -> float:
        return INTERVAL

    def step(self) -> None:
        prune(self._keep)
        empty_bin()


def prune(keep: Keep) -> tuple[int, int]:
    """Remove what is beyond the limits, oldest first, in chunks; return how many messages and sessions."""
    messages = actions.in_chunks(lambda rows: actions.remove_messages(_old_messages(keep, rows)))
    # Chosen outside of the writer: the way to them may lead past many that stay.
    sessions = actions.remove_in_chunks(_surplus_sessions(keep)) if keep.sessions else 0
    sessions += actions.in_chunks(lambda rows: actions.remove_sessions(_aged_sessions(keep, rows))) if keep.days else 0
    if messages:
        events.publish([events.Deleted(type="deleted", ids=None)])
    if sessions:
        events.publish([events.SessionsDeleted(type="sessions-deleted")])
    return messages, sessions


def empty_bin() -> int:
    """Remove for good what nobody can take back any more; return how many messages."""
    past = timezone.now() - Undo.KEPT - GRACE
    binned = Message.everything.filter(binned_at__lt=past).order_by("binned_at")
    removed = actions.in_chunks(lambda rows: actions.remove_messages(actions.bounded(binned, rows)))
    actions.in_chunks(bulk.forget)
    return removed


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


def _surplus_sessions(keep: Keep) -> list[tuple[int, int]]:
    """Return keys and lines of the oldest sessions beyond the limit; failing ones only beyond their share."""
    counts = Counter.all()
    surplus = counts[Counter.SESSIONS] - keep.sessions
    if surplus <= 0:
        return []
    ended = Session.objects.exclude(ended_at=None).order_by("pk").values_list("pk", "lines")
    beyond = max(0, counts[Counter.FAILED] - keep.failed_share)
    well, failed = ended.filter(failed=False)[:surplus], ended.filter(failed=True)[: min(beyond, surplus)]
    return list(islice(merge(well, failed), surplus))


def _aged_sessions(keep: Keep, rows: int) -> Sequence[int]:
    ended = Session.objects.exclude(ended_at=None).order_by("pk")
    chosen = list(ended.values_list("pk", "started_at", "lines")[:rows])
    old = _before(age_limit(keep.days), ((pk, started) for pk, started, _ in chosen))
    # As few as the index lets go of in one chunk, but one.
    lines = accumulate(lines for _, _, lines in chosen)
    fit = sum(1 for _ in takewhile(lambda sum_: sum_ <= actions.LINES_AT_ONCE, lines))
    return old[: max(1, fit)]


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
