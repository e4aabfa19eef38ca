"""The write-ahead log goes into the database beside the writer, and a failure of that costs nothing."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from catcher import checkpoint as module
from catcher.checkpoint import Checkpointer, checkpoint
from catcher.models import Counter

pytestmark = pytest.mark.usefixtures("database")


def test_the_log_is_moved_into_the_database() -> None:
    path = Path(settings.DATABASES["default"]["NAME"])
    Counter.add(sessions=1)
    before = path.read_bytes()
    checkpoint()
    assert path.read_bytes() != before, "what was committed is in the main file now"


def test_a_checkpoint_that_fails_is_a_line_in_the_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*args: object) -> None:
        raise OperationalError("database or disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(connection, "cursor", fail)
        caplog.set_level(logging.WARNING)
        checkpoint()
    assert "disk is full" in caplog.text
    Counter.add(sessions=1)
    assert Counter.all()["sessions"] == 1


def test_it_works_while_it_runs_and_ends_when_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "INTERVAL", 0.001)
    path = Path(settings.DATABASES["default"]["NAME"])
    Counter.add(sessions=1)
    before = path.read_bytes()
    checkpointer = Checkpointer()
    checkpointer.start()
    try:
        for _ in range(20_000):
            if path.read_bytes() != before:
                break
            checkpointer._stop.wait(0.001)
        else:
            pytest.fail("nothing was moved")
    finally:
        checkpointer.stop()
    assert not checkpointer._thread.is_alive()
