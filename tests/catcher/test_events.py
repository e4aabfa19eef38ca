"""Events: merged to the fewest that say the same, coalesced, and told only after the commit."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher import events

IDS = st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=4)
EVENTS = st.one_of(
    st.builds(lambda last: events.Mail(type="mail", last=last), st.integers(1, 1000)),
    st.builds(lambda ids: events.Changed(type="changed", ids=ids), st.none() | IDS),
    st.builds(lambda ids: events.Deleted(type="deleted", ids=ids), st.none() | IDS),
    st.builds(
        lambda lines: events.Sessions(type="sessions", lines=lines),
        st.none() | st.dictionaries(st.sampled_from(["s", "t"]), st.integers(0, 99)),
    ),
    st.just(events.SessionsDeleted(type="sessions-deleted")),
)


@given(st.lists(EVENTS))
def test_merging_says_the_same_with_each_type_once(told: list[events.Event]) -> None:
    merged: dict[str, Any] = {event["type"]: event for event in events.merge(told)}
    assert len(merged) == len(events.merge(told))
    mail = [event["last"] for event in told if event["type"] == "mail"]
    assert ("mail" in merged) == bool(mail)
    if mail:
        assert merged["mail"] == {"type": "mail", "last": max(mail)}
    for kind in ("changed", "deleted"):
        named = [event["ids"] for event in told if event["type"] == kind]
        if None in named:
            assert merged[kind]["ids"] is None
        elif any(named):
            assert set(merged[kind]["ids"]) == {one for ids in named for one in ids or ()}
        else:
            assert kind not in merged


def test_too_many_names_become_none() -> None:
    many = [events.Changed(type="changed", ids=[str(number)]) for number in range(events.MOST_IDS + 1)]
    assert events.merge(many) == [{"type": "changed", "ids": None}]
    assert len(events.merge(many[:-1])[0]["ids"] or ()) == events.MOST_IDS  # type: ignore[typeddict-item]


def test_a_later_line_of_a_session_wins() -> None:
    told: list[events.Event] = [events.Sessions(type="sessions", lines={"s": number}) for number in (3, 9, 5)]
    assert events.merge(told) == [{"type": "sessions", "lines": {"s": 9}}]


async def test_the_outbox_sends_what_came_in_an_interval_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    sent: list[list[events.Event]] = []
    arrived = asyncio.Event()

    async def keep(told: list[events.Event]) -> None:
        sent.append(told)
        arrived.set()

    monkeypatch.setattr(events, "send", keep)
    outbox = events.Outbox(asyncio.get_running_loop())
    for last in (1, 2, 3):
        outbox.add([events.Mail(type="mail", last=last)])
    await asyncio.wait_for(arrived.wait(), 5)
    assert [[event["last"] for event in told if event["type"] == "mail"] for told in sent] == [[1, 2, 3]]


def test_nothing_is_published_where_nobody_listens() -> None:
    events.connect(None)
    events.publish([events.Mail(type="mail", last=1)])
    heard: list[list[events.Event]] = []
    events.connect(heard.append)
    try:
        events.publish([])
        events.publish([events.Mail(type="mail", last=2)])
    finally:
        events.connect(None)
    assert heard == [[{"type": "mail", "last": 2}]]
