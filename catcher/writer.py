"""One thread writes: everything that changes the database queues here and commits in groups.

SQLite has one writer at a time anyway; a queue gives it an order, lets concurrent senders share one fsync, and keeps
a mass deletion from standing between a sender and its acknowledgement.
"""

from __future__ import annotations

import contextlib
import logging
import sqlite3
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from queue import Empty, SimpleQueue
from typing import Any, NamedTuple, Protocol, TypeVar

from django.db import close_old_connections, connection, transaction

T = TypeVar("T")
logger = logging.getLogger(__name__)

# Messages of one group commit: bounds the time that its first one waits.
MOST_IN_GROUP = 256
# Senders whose groups follow each other faster than this, in seconds on the average of the last few, are in a hurry.
PAUSE = 0.03


class Work(Protocol):
    """One unit of a group: prepared outside of the transaction, told the end after it."""

    urgent: bool

    def prepare(self) -> None:
        """Do what needs no database."""

    def committed(self) -> None:
        """It is on the disk."""

    def failed(self, error: BaseException) -> None:
        """Nothing of it is in the database."""


W = TypeVar("W", bound=Work)


class Call(NamedTuple):
    """A function that is to run in a transaction of its own, and who waits for it."""

    function: Callable[[], Any]
    future: Future[Any]


class Writer:
    """The writing thread. `store` writes a group of work inside a transaction that the writer has opened."""

    def __init__(self, store: Callable[[Sequence[Any]], None], settled: Callable[[Sequence[Any]], None]) -> None:
        self._store = store
        self._settled = settled
        # None asks the thread to end once all that was queued before it is done.
        self._queue: SimpleQueue[Sequence[Work] | Call | None] = SimpleQueue()
        self._calls: deque[Call] = deque()
        self._group: list[Work] = []
        self._stopping = self._is_over = False
        self._thread = threading.Thread(target=self._run, name="sandpost-writer", daemon=True)
        self.last_group = 0.0
        # Groups and calls that have ended: who looks for work after one of them sees what it left.
        self.ended = 0
        self.is_pressed = False
        self._pause = 1.0
        self._last_urgent = 0.0

    def start(self) -> None:
        self._thread.start()

    def stop(self, timeout: float | None = None) -> None:
        """Finish what is queued, then end the thread."""
        self._queue.put(None)
        self._thread.join(timeout)

    @property
    def is_current(self) -> bool:
        return threading.current_thread() is self._thread

    def add(self, *group: Work) -> None:
        """Queue work that may share a commit with what else waits."""
        self._queue.put(group)

    def call(self, function: Callable[[], T]) -> Future[T]:
        """Run a function in a transaction of its own, between groups; keep it below 50 ms.

        The future is cancelled where the thread has ended.
        """
        future: Future[T] = Future()
        self._queue.put(Call(function, future))
        if self._is_over:
            self._turn_away()
        return future

    def _run(self) -> None:
        try:
            while self._gather():
                group, self._group = self._group, []
                if group:
                    self._feel(sum(work.urgent for work in group))
                    self._commit(group)
                    self.ended += 1
                if self._calls:
                    self._perform(self._calls.popleft())
                    self.ended += 1
        finally:
            connection.close()
            self._is_over = True
            self._turn_away()

    def _turn_away(self) -> None:
        """Let nobody wait for a thread that has ended; a request may still be under way."""
        with contextlib.suppress(Empty):
            while True:
                item = self._queue.get_nowait()
                if isinstance(item, Call):
                    item.future.cancel()

    def _feel(self, urgent: int) -> None:
        """Notice whether senders press: several wait for each other, or one sends without a pause."""
        self.last_group = time.monotonic()
        if urgent:
            self._pause += (min(self.last_group - self._last_urgent, 1.0) - self._pause) / 8
            self._last_urgent = self.last_group
            self.is_pressed = urgent > 2 or self._pause < PAUSE

    def _gather(self) -> bool:
        """Wait for something to do and take what else is there; return whether there is anything left to do."""
        if not self._calls and not self._stopping:
            self._sort(self._queue.get())
        while len(self._group) < MOST_IN_GROUP:
            try:
                self._sort(self._queue.get_nowait())
            except Empty:
                break
        return bool(self._group or self._calls or not self._stopping)

    def _sort(self, item: Sequence[Work] | Call | None) -> None:
        if item is None:
            self._stopping = True
        elif isinstance(item, Call):
            self._calls.append(item)
        else:
            self._group.extend(item)

    def _commit(self, group: list[Work]) -> None:
        ready = []
        for work in group:
            try:
                work.prepare()
                ready.append(work)
            except Exception as error:
                logger.exception("preparing a write failed")
                work.failed(error)
        try:
            self._try_to_write(ready)
        except Exception as error:
            connection.close()
            # Where another process holds the database, each one by itself would wait for it as long as all together.
            if len(ready) > 1 and not _is_locked(error):
                self._commit_singly(ready)
            else:
                self._fail(ready, error)
        else:
            self._end(ready)
        self._settled(group)

    def _try_to_write(self, group: list[Work]) -> None:
        """Write a group; once more where another process held the database for longer than the time-out."""
        try:
            self._write(group)
        except Exception as error:
            if not _is_locked(error):
                raise
            connection.close()
            self._write(group)

    def _commit_singly(self, group: list[Work]) -> None:
        """One bad unit must not fail the others of its group."""
        for work in group:
            try:
                self._write([work])
            except Exception as error:
                connection.close()
                self._fail([work], error)
            else:
                self._end([work])

    def _write(self, group: list[Work]) -> None:
        if group:
            with transaction.atomic():
                self._store(group)

    def _end(self, group: list[Work]) -> None:
        for work in group:
            work.committed()

    def _fail(self, group: list[Work], error: Exception) -> None:
        logger.error("nothing stored: %s", error)
        for work in group:
            work.failed(error)

    def _perform(self, call: Call) -> None:
        function, future = call
        if not future.set_running_or_notify_cancel():
            return
        try:
            with transaction.atomic():
                result = function()
        except BaseException as error:
            connection.close()
            future.set_exception(error)
        else:
            future.set_result(result)


def _is_locked(error: BaseException) -> bool:
    """Return whether another process holds the database; Django's errors have SQLite's as their cause."""
    code = getattr(error.__cause__ or error, "sqlite_errorcode", 0)
    return code & 0xFF == sqlite3.SQLITE_BUSY  # the rest says how it came to it


_writer: Writer | None = None


def install(writer: Writer | None) -> None:
    """Say which writer this process has; a command and a test have none."""
    global _writer
    _writer = writer


def current() -> Writer | None:
    return _writer


def run(function: Callable[[], T]) -> T:
    """Run a write in a transaction and return its result: in the writing thread, or here where there is none."""
    if _writer is None or _writer.is_current:
        close_old_connections() if not connection.in_atomic_block else None
        with transaction.atomic():
            return function()
    return _writer.call(function).result()
