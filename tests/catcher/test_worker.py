"""A backlog is looked at again once a group is on the disk, not while it is on its way there."""

from __future__ import annotations

import logging
from types import SimpleNamespace
from typing import Any, cast

from catcher.worker import Backlog
from catcher.writer import Writer

WRITER: Any = SimpleNamespace(written=0, last_group=0.0, is_pressed=False)


class Counting(Backlog):
    looked = 0

    def portion(self, most: int) -> int:
        self.looked += 1
        return 0


def test_what_is_being_written_while_nothing_is_found_is_found_later() -> None:
    backlog = Counting("test", logging.getLogger(__name__), cast("Writer", WRITER))
    WRITER.last_group = 1.0  # a group has begun
    backlog.step()
    assert backlog.looked == 1
    backlog.step()
    assert backlog.looked == 1  # nothing new
    WRITER.written = 1  # and has been committed
    backlog.step()
    assert backlog.looked == 2
