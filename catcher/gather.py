"""Groups are formed on the event loop: everything that is about to arrive shares one commit.

Commands and commits take turns on the interpreter lock, and two threads that want it at the same time spend more on
handing it over than on their work. So a group goes to the writer when the senders have gone quiet, because they all
wait for it, and while it is written the loop has nothing to do. A single message waits `QUIET` for company at most.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence

from catcher.writer import MOST_IN_GROUP, Work

# Senders that have said nothing for this many seconds wait for their replies.
QUIET = 0.0002
# The first message of a group waits no longer than this, however busy the others are.
LONGEST = 0.02
# What nobody waits for (tapes) may wait this long for a group to ride along with.
PATIENCE = 0.01


class Gatherer:
    """Collects work and hands it over in groups, one at a time; lives on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop, hand_over: Callable[[Sequence[Work]], object]) -> None:
        self._loop = loop
        self._hand_over = hand_over
        self._waiting: list[Work] = []
        self._urgent = 0
        self._is_writing = self._is_looking = False
        self._timer: asyncio.TimerHandle | None = None
        self._events = self._seen = 0
        # Open connections: one alone has no company to wait for.
        self.senders = 0
        self._quiet_since = self._first_at = 0.0

    def add(self, work: Work) -> None:
        self._waiting.append(work)
        if work.urgent:
            self._urgent += 1
            if self._urgent == 1:
                self._first_at = time.monotonic()
        if not self._is_writing:
            self._watch()

    def heard(self) -> None:
        """A sender did something: there may be more to come."""
        self._events += 1

    def written(self) -> None:
        """The group is on the disk, or has failed; the next one may go."""
        self._is_writing = False
        if self._waiting:
            self._watch()

    def flush(self) -> None:
        """Hand over whatever waits: the loop will not run any more."""
        if self._waiting:
            self._hand_over(self._waiting)
            self._waiting = []

    def _watch(self) -> None:
        if self._urgent and not self._is_looking:
            self._is_looking = True
            self._seen = -1
            self._loop.call_soon(self._look)
        elif not self._urgent and self._timer is None:
            self._timer = self._loop.call_later(PATIENCE, self._go)

    def _look(self) -> None:
        """Look once every turn of the loop: a timer of the loop's is coarser than the silence that is looked for."""
        now = time.monotonic()
        if self._events != self._seen:
            self._seen = self._events
            self._quiet_since = now
        is_quiet = self.senders == 1 or now - self._quiet_since >= QUIET or now - self._first_at >= LONGEST
        if is_quiet or len(self._waiting) >= MOST_IN_GROUP:
            self._is_looking = False
            self._go()
        else:
            self._loop.call_soon(self._look)

    def _go(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._is_writing or self._is_looking or not self._waiting:
            return
        group, self._waiting = self._waiting[:MOST_IN_GROUP], self._waiting[MOST_IN_GROUP:]
        self._urgent = sum(work.urgent for work in self._waiting)
        if self._urgent:
            self._first_at = time.monotonic()
        self._is_writing = True
        self._hand_over(group)
