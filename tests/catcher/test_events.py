"""Events say as little as says all, and leave only after the commit."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db import connections
from hypothesis import given
from hypothesis import strategies as st

from catcher import events
from catcher.events import MOST_IDS, Changed, Deleted, Event, Mail, Outbox, Sessions, SessionsDeleted, merge
from tests.catcher.sandbox import Sandbox, id_of
from tests.catcher.wire import PATIENCE

NAMES = st.sampled_from([f"id{number}" for number in range(250)])
EVENTS = st.lists(
    st.one_of(
        st.builds(Mail, type=st.just("mail"), last=st.integers(1, 1000)),
        st.builds(Changed, type=st.just("changed"), ids=st.none() | st.lists(NAMES, max_size=60)),
        st.builds(Deleted, type=st.just("deleted"), ids=st.none() | st.lists(NAMES, max_size=60)),
        st.builds(
            Sessions,
            type=st.just("sessions"),
            lines=st.none() | st.dictionaries(NAMES, st.integers(1, 500), max_size=60),
        ),
        st.builds(SessionsDeleted, type=st.just("sessions-deleted")),
    ),
    max_size=8,
)


def of(kind: str, merged: list[Event]) -> Any:
    found = [event for event in merged if event["type"] == kind]
    assert len(found) <= 1, "each type once"
    return found[0] if found else None


@given(EVENTS)
def test_nothing_is_lost_in_the_merge(told: list[Event]) -> None:
    merged = merge(told)
    lasts = [event["last"] for event in told if event["type"] == "mail"]
    assert (of("mail", merged) or {"last": 0})["last"] == max(lasts, default=0)
    for kind in ("changed", "deleted"):
        named = [event["ids"] for event in told if event["type"] == kind]
        result = of(kind, merged)
        if result is None:
            assert all(ids == [] for ids in named)
        elif result["ids"] is None:
            assert None in named or len(set().union(*named)) > MOST_IDS  # type: ignore[arg-type]
        else:
            assert set(result["ids"]) == set().union(*named)  # type: ignore[arg-type]
            assert len(result["ids"]) == len(set(result["ids"])) <= MOST_IDS
    lines = [event["lines"] for event in told if event["type"] == "sessions"]
    result = of("sessions", merged)
    if result is not None and result["lines"] is not None:
        for one, last in result["lines"].items():
            assert last == max(known[one] for known in lines if known and one in known)
        assert set(result["lines"]) == set().union(*lines)  # type: ignore[arg-type]
    elif result is not None:
        assert None in lines or len(set().union(*lines)) > MOST_IDS  # type: ignore[arg-type]
    assert bool(of("sessions-deleted", merged)) is any(event["type"] == "sessions-deleted" for event in told)


@given(EVENTS, EVENTS)
def test_merging_in_steps_is_merging_at_once(first: list[Event], second: list[Event]) -> None:
    def plain(merged: list[Event]) -> list[str]:
        return [json.dumps(event, sort_keys=True) for event in merged]

    assert plain(merge(merge(first))) == plain(merge(first))
    assert plain(merge([*merge(first), *second])) == plain(merge([*first, *second]))


@given(EVENTS)
def test_merging_leaves_the_events_as_they_are(told: list[Event]) -> None:
    before = json.dumps(told)
    merge(told)
    assert json.dumps(told) == before


@pytest.fixture
def frames(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[dict[str, Any]]]]:
    """What was sent to the open pages, one list of frames a sending."""
    sent: list[list[dict[str, Any]]] = []
    layer = get_channel_layer()
    assert layer is not None

    async def group_send(group: str, message: dict[str, Any]) -> None:
        assert (group, message["type"]) == (events.GROUP, "events")
        sent.append([json.loads(frame) for frame in message["frames"]])

    monkeypatch.setattr(layer, "group_send", group_send)
    yield sent
    events.connect(None)


@pytest.mark.usefixtures("database")
async def test_the_outbox_sends_once_an_interval(frames: list[list[dict[str, Any]]]) -> None:
    outbox = Outbox(asyncio.get_running_loop())
    for last in range(1, 200):
        outbox.add([Mail(type="mail", last=last), Changed(type="changed", ids=["x"])])
    await drained(outbox, frames, 1)
    counts = {"type": "counts", "messages": 0, "unread": 0, "sessions": 0, "failed": 0}
    assert frames == [[{"type": "mail", "last": 199}, {"type": "changed", "ids": ["x"]}, counts]]
    outbox.add([])
    outbox.add([Deleted(type="deleted", ids=None)])
    await drained(outbox, frames, 2)
    assert frames[1] == [{"type": "deleted", "ids": None}, counts]


async def drained(outbox: Outbox, frames: list[list[dict[str, Any]]], count: int) -> None:
    async with asyncio.timeout(PATIENCE):
        while len(frames) < count or outbox._tasks:  # noqa: ASYNC110 - the outbox has no event to wait for
            await asyncio.sleep(0.001)
    await sync_to_async(connections.close_all)()


async def test_nothing_to_tell_is_not_sent(frames: list[list[dict[str, Any]]]) -> None:
    await events.send([])
    await events.send([Changed(type="changed", ids=[])])
    assert frames == []


async def test_a_layer_that_fails_harms_nobody(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, database: object
) -> None:
    layer = get_channel_layer()

    async def broken(group: str, message: dict[str, Any]) -> None:
        raise ConnectionError("gone")

    monkeypatch.setattr(layer, "group_send", broken)
    await events.send([Mail(type="mail", last=1)])
    assert "resynchronise" in caplog.text
    await sync_to_async(connections.close_all)()


def test_publishing_without_a_sink_and_without_events() -> None:
    events.connect(None)
    events.publish([Mail(type="mail", last=1)])
    told: list[list[Event]] = []
    events.connect(told.append)
    events.publish([])
    assert told == []
    events.publish([Mail(type="mail", last=1)])
    events.connect(None)
    assert told == [[{"type": "mail", "last": 1}]]


def test_mail_is_told_after_its_commit_and_with_its_row(sandbox: Sandbox) -> None:
    found: list[str] = []

    def look(told: list[Event]) -> None:
        with closing(sqlite3.connect(connections.settings["default"]["NAME"])) as other:
            for event in told:
                if event["type"] == "mail":
                    row = other.execute("SELECT public_id FROM catcher_message WHERE id = ?", [event["last"]])
                    found.extend(row.fetchone())
        sandbox._hear(told)

    events.connect(look)
    with sandbox.connect() as wire:
        ids = [id_of(wire.deliver(b"x\r\n")) for _ in range(3)]
    sandbox.eventually(lambda: found[-1:] == ids[-1:])
    assert found == [public_id for public_id in ids if public_id in found]


def test_a_message_that_was_not_stored_is_not_told(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(group: object) -> None:
        raise OSError("disk")

    monkeypatch.setattr(sandbox.inlet.writer, "_store", broken)
    with sandbox.connect() as wire:
        assert wire.deliver(b"x\r\n").startswith("451 4.3.0 The message could not be stored, try again: disk")
    assert [event for event in sandbox.told if event["type"] == "mail"] == []


@pytest.mark.usefixtures("database")
async def test_the_first_event_after_a_silence_does_not_wait(
    frames: list[list[dict[str, Any]]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(events, "INTERVAL", 3600.0)
    outbox = Outbox(asyncio.get_running_loop())
    outbox._sent_at = outbox.loop.time() - events.INTERVAL
    outbox.add([Mail(type="mail", last=1)])
    await drained(outbox, frames, 1)
    outbox.add([Mail(type="mail", last=2)])
    outbox.add([Mail(type="mail", last=3)])
    assert outbox._timer is not None
    assert outbox._timer.when() > outbox.loop.time() + 3000, "what follows at once is gathered"
    outbox._timer.cancel()
    assert len(frames) == 1
