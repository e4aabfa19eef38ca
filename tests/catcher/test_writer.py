"""The writing thread by itself: groups, calls between them, failures, and its end."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connection, transaction

from catcher import writer as module
from catcher.models import Counter
from catcher.writer import Writer
from tests.catcher.wire import PATIENCE

pytestmark = pytest.mark.usefixtures("database")


@dataclass
class Unit:
    name: str
    urgent: bool = True
    ends: list[str] = field(default_factory=list)
    done: threading.Event = field(default_factory=threading.Event)
    error: BaseException | None = None

    def prepare(self) -> None:
        if self.name == "unprepared":
            raise ValueError(self.name)

    def committed(self) -> None:
        self.ends.append("committed")
        self.error = None

    def failed(self, error: BaseException) -> None:
        self.ends.append("failed")
        self.error = error


class Log:
    """What the writer did: the groups that it tried, those that it said were settled."""

    def __init__(self) -> None:
        self.tried: list[list[str]] = []
        self.settled: list[list[str]] = []
        self.before: Callable[[Sequence[Unit]], None] = lambda group: None

    def store(self, group: Sequence[Unit]) -> None:
        self.tried.append([unit.name for unit in group])
        self.before(group)
        assert connection.in_atomic_block
        Counter.add(messages=len(group))
        if any(unit.name.startswith("bad") for unit in group):
            raise sqlite3.OperationalError("bad unit")

    def tell(self, group: Sequence[Unit]) -> None:
        self.settled.append([unit.name for unit in group])
        for unit in group:
            unit.done.set()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def writer(log: Log) -> Iterator[Writer]:
    made = Writer(log.store, log.tell)
    made.start()
    yield made
    made.stop(PATIENCE)
    assert not made._thread.is_alive()


def held(writer: Writer) -> threading.Event:
    """Keep the writer in a call until the event is set."""
    begun, release = threading.Event(), threading.Event()
    writer.call(lambda: (begun.set(), release.wait(PATIENCE)))  # type: ignore[func-returns-value]
    assert begun.wait(PATIENCE)
    return release


def add(writer: Writer, *names: str, urgent: bool = True) -> list[Unit]:
    units = [Unit(name, urgent) for name in names]
    release = held(writer)
    for unit in units:
        writer.add(unit)
    release.set()
    for unit in units:
        assert unit.done.wait(PATIENCE)
    return units


def test_what_waits_is_committed_together(writer: Writer, log: Log) -> None:
    units = add(writer, "a", "b", "c")
    assert log.tried == log.settled == [["a", "b", "c"]]
    assert [unit.ends for unit in units] == [["committed"]] * 3
    assert Counter.all()["messages"] == 3


def test_a_group_is_not_larger_than_it_may_be(writer: Writer, log: Log, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_IN_GROUP", 4)
    add(writer, *map(str, range(10)))
    assert [name for group in log.tried for name in group] == [str(number) for number in range(10)]
    assert max(map(len, log.tried)) == 4


def test_one_bad_unit_is_left_out_of_its_group(writer: Writer, log: Log, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.ERROR)
    units = add(writer, "a", "bad", "c", "unprepared", "bad too", "f")
    assert [unit.ends for unit in units] == [
        ["committed"], ["failed"], ["committed"], ["failed"], ["failed"], ["committed"],
    ]  # fmt: skip
    assert log.settled == [["a", "bad", "c", "unprepared", "bad too", "f"]]
    assert Counter.all()["messages"] == 3
    assert str(units[1].error) == "bad unit"
    assert str(units[3].error) == "unprepared"
    assert "nothing stored: bad unit" in caplog.text


def test_a_group_fails_as_one_where_another_process_holds_the_database(
    writer: Writer, log: Log, database: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    options = connection.settings_dict["OPTIONS"]
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options | {"timeout": 0.02})
    units = [Unit(name) for name in "abcd"]
    with caplog.at_level(logging.ERROR), closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        writer.add(*units)
        assert units[-1].done.wait(PATIENCE)
    assert [unit.ends for unit in units] == [["failed"]] * 4
    assert caplog.messages == ["nothing stored: database is locked"], "each by itself would wait as long as all"
    assert add(writer, "e")[0].ends == ["committed"]


def test_it_goes_on_after_a_failure(writer: Writer, log: Log) -> None:
    add(writer, "bad")
    assert add(writer, "good")[0].ends == ["committed"]
    assert Counter.all()["messages"] == 1


def test_nobody_is_told_before_the_commit(writer: Writer, log: Log) -> None:
    seen: list[list[str]] = []
    log.before = lambda group: seen.append([end for unit in group for end in unit.ends])
    add(writer, "a", "b")
    assert seen == [[]]


def test_what_is_not_urgent_is_written_all_the_same(writer: Writer, log: Log) -> None:
    units = add(writer, "a", "b", urgent=False)
    assert [unit.ends for unit in units] == [["committed"]] * 2


def test_a_call_has_a_transaction_of_its_own(writer: Writer) -> None:
    def change() -> bool:
        Counter.add(sessions=5)
        return connection.in_atomic_block

    assert writer.call(change).result(PATIENCE) is True
    assert Counter.all()["sessions"] == 5


def test_a_call_that_fails_changes_nothing_and_is_told(writer: Writer) -> None:
    def fail() -> None:
        Counter.add(sessions=5)
        raise KeyError("no")

    with pytest.raises(KeyError):
        writer.call(fail).result(PATIENCE)
    assert Counter.all()["sessions"] == 0
    assert writer.call(lambda: 7).result(PATIENCE) == 7


def test_a_call_that_nobody_waits_for_any_more_is_not_made(writer: Writer) -> None:
    release = held(writer)
    future = writer.call(lambda: Counter.add(sessions=5))
    assert future.cancel()
    release.set()
    writer.call(lambda: None).result(PATIENCE)
    assert Counter.all()["sessions"] == 0


def test_calls_and_groups_take_turns(writer: Writer, log: Log) -> None:
    release = held(writer)
    order: list[str] = []
    log.before = lambda group: order.append("group")
    calls = [writer.call(lambda number=number: order.append(f"call {number}")) for number in range(3)]  # type: ignore[misc]
    unit = Unit("a")
    writer.add(unit)
    release.set()
    for call in calls:
        call.result(PATIENCE)
    assert unit.done.wait(PATIENCE)
    assert [entry for entry in order if entry != "group"] == ["call 0", "call 1", "call 2"]
    assert order.index("group") < 2, "a row of calls does not hold up a message"


def test_it_finishes_what_is_queued_before_it_ends(writer: Writer, log: Log) -> None:
    release = held(writer)
    units = [Unit(str(number)) for number in range(1000)]
    for unit in units:
        writer.add(unit)
    call = writer.call(lambda: "called")
    stopping = threading.Thread(target=writer.stop)
    stopping.start()
    release.set()
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert {tuple(unit.ends) for unit in units} == {("committed",)}
    assert call.result(PATIENCE) == "called"
    assert Counter.all()["messages"] == 1000


def test_nobody_waits_for_a_writer_that_has_ended(writer: Writer) -> None:
    writer.stop(PATIENCE)
    with pytest.raises(CancelledError):
        writer.call(lambda: None).result(PATIENCE)


def test_run_writes_here_where_there_is_no_writer() -> None:
    module.install(None)
    assert module.current() is None
    assert module.run(lambda: (Counter.add(sessions=1), connection.in_atomic_block))[1] is True
    assert Counter.all()["sessions"] == 1
    assert not connection.in_atomic_block


def test_run_inside_of_a_transaction_takes_part_in_it() -> None:
    module.install(None)
    with transaction.atomic():
        module.run(lambda: Counter.add(sessions=1))
        transaction.set_rollback(True)
    assert Counter.all()["sessions"] == 0


def test_run_writes_in_the_writing_thread_where_there_is_one(writer: Writer) -> None:
    module.install(writer)
    try:
        assert module.run(threading.current_thread) is writer._thread
        # From inside of the thread too: waiting for itself would be for ever.
        assert module.run(lambda: module.run(threading.current_thread)) is writer._thread
    finally:
        module.install(None)


def test_senders_press_when_several_wait_or_one_does_not_pause(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr(time, "monotonic", lambda: now)
    quiet = Writer(lambda group: None, lambda group: None)
    pressed = []
    for pause, urgent in [(5.0, 1), (5.0, 3), (5.0, 1), *[(0.005, 1)] * 40, (0.005, 0), *[(5.0, 1)] * 3]:
        now += pause
        quiet._feel(urgent)
        pressed.append(quiet.is_pressed)
    assert pressed[:3] == [False, True, False]
    assert pressed[3] is False, "two messages in a row are no hurry"
    assert pressed[42] is True
    assert pressed[43] is True, "a tape changes nothing"
    assert pressed[-1] is False
