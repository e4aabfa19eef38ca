"""Threads that work in the background: started, stopped in order, and alive after a failure."""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connection

from catcher import courtesy
from catcher.writer import Writer

# Senders go first: while they press, working off a backlog rests this many times as long as it works.
REST = 40
QUIET = 0.1
# How much is done at once, and how much while senders press: they wait for the transaction that ends it.
CHUNK = 20
SMALL_CHUNK = 3
# Whoever looks at a list sees the work's result soon, but the look for new work costs nothing while there is none.
INTERVAL = 0.05


class Worker:
    """A thread that takes one step after the other, and waits between them."""

    # What fails, in the line that says so.
    doing = "working"
    # Seconds to wait once more after a failure.
    after_failure = 0.0

    def __init__(self, name: str, logger: logging.Logger) -> None:
        self._logger = logger
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name=f"sandpost-{name}", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """End the thread after the step that it is at."""
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def pause(self) -> float:
        """Return the seconds until the next step."""
        raise NotImplementedError

    def step(self) -> None:
        raise NotImplementedError

    def _run(self) -> None:
        try:
            while not self._stop.wait(self.pause()):
                try:
                    self.step()
                except Exception as error:
                    # A database that cannot be used now (full disk, lock) is no fault of the code: a line is enough.
                    fault = not isinstance(error, DatabaseError)
                    self._logger.error("%s failed; it is tried again: %s", self.doing, error, exc_info=fault)
                    self._stop.wait(self.after_failure)
        finally:
            connection.close()


class Backlog(Worker):
    """Works off, in small portions, what the writer has stored, and makes way for senders that press.

    The queue is a table, so that nothing is forgotten when Sandpost is killed.
    """

    after_failure = 5.0

    def __init__(self, name: str, logger: logging.Logger, writer: Writer) -> None:
        super().__init__(name, logger)
        self._writer = writer
        self._seen = -1
        self._more = True

    def portion(self, most: int) -> int:
        """Do some of what waits; return how much, 0 where nothing waits."""
        raise NotImplementedError

    def pause(self) -> float:
        return 0 if self._more and self._is_quiet() else INTERVAL

    def step(self) -> None:
        # Not by the beginning of a group: its rows are not to be seen before it has ended.
        ended = self._writer.ended
        if not self._more and ended == self._seen:
            return
        self._seen = ended
        self._more = True  # also after a failure
        started = time.monotonic() - courtesy.waited()
        self._more = self.portion(CHUNK if self._is_quiet() else SMALL_CHUNK) > 0
        if self._more:
            self._rest(REST * (time.monotonic() - courtesy.waited() - started))

    def _rest(self, seconds: float) -> None:
        """Rest for so long, or until no sender presses any more."""
        until = time.monotonic() + seconds
        while not self._is_quiet() and (left := until - time.monotonic()) > 0:
            if self._stop.wait(min(INTERVAL, left)):
                return

    def _is_quiet(self) -> bool:
        return not self._writer.is_pressed or time.monotonic() - self._writer.last_group > QUIET
