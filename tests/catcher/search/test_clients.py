"""Sessions by the program and the address that they came from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catcher import actions, examine
from catcher.dialog.client import Certainty, Client
from catcher.models import Session
from catcher.search.clients import Group, groups, times
from tests.catcher.search.ended import NOW, examined, refused, session

pytestmark = pytest.mark.usefixtures("database")


def test_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    program = examine.Readers(
        recognise=lambda conversation, headers: Client("nodemailer", "nodemailer", Certainty.SURE, "")
    )
    monkeypatch.setattr(examine, "READERS", program)
    for minutes in (9, 8, 7):
        session(peer_host="10.0.0.1", started_at=NOW - timedelta(minutes=minutes))
    refused(peer_host="10.0.0.1", started_at=NOW - timedelta(minutes=3))
    examined()
    monkeypatch.setattr(examine, "READERS", examine.Readers())
    session(peer_host="10.0.0.1", started_at=NOW - timedelta(minutes=2))
    examined()
    monkeypatch.setattr(examine, "READERS", program)
    refused(peer_host="10.0.0.2", started_at=NOW - timedelta(minutes=1))
    examined()
    session(peer_host="10.0.0.9", ended_at=None)
    expected = [
        Group("nodemailer", "nodemailer", "10.0.0.2", 1, 1, NOW - timedelta(minutes=1)),
        Group("unknown", "unknown client", "10.0.0.1", 1, 0, NOW - timedelta(minutes=2)),
        Group("nodemailer", "nodemailer", "10.0.0.1", 4, 1, NOW - timedelta(minutes=3)),
    ]
    assert groups() == expected
    assert groups(2) == expected[:2]


def test_groups_among_some_sessions_and_the_times_of_one() -> None:
    kept = [session(peer_host="10.0.0.1"), refused(peer_host="10.0.0.1")]
    session(peer_host="10.0.0.2")
    examined(*kept)
    assert [(group.host, group.sessions, group.failing) for group in groups(among=[row.pk for row in kept])] == [
        ("10.0.0.1", 2, 1)
    ]
    both = times(kept[0].client_name, "10.0.0.1")
    assert (both.connections, both.messages) == (2, kept[0].messages_stored + kept[1].messages_stored)
    assert both.steps["EHLO"].sessions == 2
    assert times(kept[0].client_name, "10.0.0.1", 1).connections == 1
    assert times("nobody", "10.0.0.1").connections == 0


def _counted() -> dict[str, tuple[int, int]]:
    return {group.host: (group.sessions, group.failing) for group in groups()}


def test_groups_are_right_after_deleting_and_examining_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [session(peer_host="10.0.0.1"), refused(peer_host="10.0.0.1"), refused(peer_host="10.0.0.1")]
    alone = session(peer_host="10.0.0.2")
    examined()
    waiting = session(peer_host="10.0.0.1", started_at=NOW)
    assert _counted() == {"10.0.0.1": (3, 2), "10.0.0.2": (1, 0)}
    actions.delete_sessions([made[2].public_id, alone.public_id, waiting.public_id])
    assert _counted() == {"10.0.0.1": (2, 1)}
    assert groups()[0].last_seen == made[1].started_at
    # What is looked at anew counts all the while, and then under the name that it has by now.
    Session.objects.filter(pk=made[0].pk).update(examined=False)
    assert _counted() == {"10.0.0.1": (2, 1)}
    monkeypatch.setattr(
        examine, "READERS", examine.Readers(recognise=lambda *_: Client("curl", "curl 8", Certainty.SURE, ""))
    )
    examined()
    assert {(group.name, group.sessions, group.failing) for group in groups()} == {
        ("curl 8", 1, 0),
        (groups()[0].name, 1, 1),
    }
    actions.delete_sessions(None)
    assert groups() == []


def test_a_group_whose_newest_session_is_deleted_names_the_one_before_it() -> None:
    made = [session(started_at=NOW - timedelta(hours=hours)) for hours in (3, 2, 1)]
    examined()
    for row in reversed(made):
        assert groups()[0].last_seen == row.started_at
        actions.delete_sessions([row.public_id])
    assert groups() == []
