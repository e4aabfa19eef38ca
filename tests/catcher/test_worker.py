"""Work behind the acknowledgement: when it looks for more, and how long it rests."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator, Sequence
from typing import Any

import pytest

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
