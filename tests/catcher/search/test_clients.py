"""Sessions by the program and the address that they came from."""

from __future__ import annotations

from datetime import timedelta

import pytest

from catcher import examine
from catcher.dialog.client import Certainty, Client
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
