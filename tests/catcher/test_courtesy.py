"""A backlog waits while somebody waits for an answer, but not for ever."""

from __future__ import annotations

import threading
import time

import pytest

from catcher import courtesy
from tests.catcher.wire import PATIENCE


def test_nobody_waits_where_nobody_asks() -> None:
    began = time.monotonic()
    courtesy.make_way()
    assert time.monotonic() - began < courtesy.LONGEST


def test_it_goes_on_when_the_last_request_is_answered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "LONGEST", PATIENCE)
    went = threading.Event()

    def work() -> None:
        courtesy.make_way()
        went.set()

    backlog = threading.Thread(target=work)
    with courtesy.request():
        with courtesy.request():
            backlog.start()
        assert not went.wait(5 * courtesy.STEP), "one of two requests is still under way"
    assert went.wait(PATIENCE)
    backlog.join()


def test_requests_without_end_do_not_stop_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(courtesy, "LONGEST", 0.005)
    with courtesy.request():
        courtesy.make_way()


def test_a_request_that_fails_is_over_too() -> None:
    with pytest.raises(KeyError), courtesy.request():
        raise KeyError
    courtesy.make_way()
    assert courtesy._requests == 0
