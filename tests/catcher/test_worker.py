"""Work behind the acknowledgement: when it looks for more, and how long it rests."""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

from catcher import courtesy, worker
from catcher.worker import Backlog
from catcher.writer import Writer
from tests.catcher.test_writer import Unit
from tests.catcher.wire import PATIENCE

pytestmark = pytest.mark.usefixtures("database")
logger = logging.getLogger(__name__)


class Counting(Backlog):
    """Finds nothing, and counts how often it looked."""

    def __init__(self, writer: Writer) -> None:
        super().__init__("counting", logger, writer)
        self.looked = 0

    def portion(self, most: int) -> int:
        self.looked += 1
        return 0


class Polite(Counting):
    """Always finds more, and makes way before each of its items."""

    def portion(self, most: int) -> int:
        super().portion(most)
        for _ in range(most):
            courtesy.make_way()
        return most


class Slow:
    """A store that takes as long as it is told to."""

    def __init__(self) -> None:
        self.begun, self.go_on, self.settled = threading.Event(), threading.Event(), threading.Event()

    def store(self, group: Sequence[Any]) -> None:
        self.begun.set()
        assert self.go_on.wait(PATIENCE)


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def writer(slow: Slow) -> Iterator[Writer]:
    made = Writer(slow.store, lambda group: slow.settled.set())
    made.start()
    yield made
    slow.go_on.set()
    made.stop(PATIENCE)


def test_a_look_during_a_commit_is_followed_by_one_after_it(writer: Writer, slow: Slow) -> None:
    backlog = Counting(writer)
    writer.add(Unit("a"))
    assert slow.begun.wait(PATIENCE)
    backlog.step()
    backlog.step()
    assert backlog.looked == 1, "nothing has happened since"
    slow.go_on.set()
    assert slow.settled.wait(PATIENCE)
    writer.call(lambda: None).result(PATIENCE)
    backlog.step()
    assert backlog.looked == 2


def test_a_look_follows_what_a_call_changed(writer: Writer) -> None:
    backlog = Counting(writer)
    backlog.step()
    writer.call(lambda: None).result(PATIENCE)
    writer.call(lambda: None).result(PATIENCE)  # the first one has ended by now
    backlog.step()
    assert backlog.looked == 2


def test_making_way_is_no_work_to_rest_from(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "LONGEST", 0.02)
    backlog = Polite(writer)
    writer.is_pressed, writer.last_group = True, math.inf
    began = time.monotonic()
    with courtesy.request():
        backlog.step()
    assert backlog.looked == 1
    assert time.monotonic() - began < 0.02 * worker.REST


def test_a_rest_ends_when_senders_press_no_more(writer: Writer) -> None:
    backlog = Counting(writer)
    writer.is_pressed, writer.last_group = True, math.inf
    resting = threading.Thread(target=backlog._rest, args=(PATIENCE * 2,))
    resting.start()
    writer.is_pressed = False
    resting.join(PATIENCE)
    assert not resting.is_alive()
