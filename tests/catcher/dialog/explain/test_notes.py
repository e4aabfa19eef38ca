"""The recorder's own notes, and message data."""

from __future__ import annotations

from typing import Any

import pytest

from catcher.dialog.conversation import read
from catcher.dialog.explain import spans
from catcher.dialog.records import Direction, Kind, Record
from tests.catcher.dialog.explain.examples import marked, talk


@pytest.mark.parametrize(
    ("note", "title", "says"),
    [
        ("open peer=127.0.0.1:4000", "Connected", "server speaks first"),
        ("tls-done version=TLSv1.3 cipher=AES sni=mail.local", "Encrypted", "mail.local"),
        ("tls-done version=TLSv1", "Encrypted", "no longer safe"),
        ('tls-fail error="tlsv1 alert unknown ca"', "Unknown CA", "does not trust"),
        ("auth mechanism=PLAIN user=bob ok=True", "Logged in", "as bob with PLAIN"),
        ("auth mechanism=PLAIN user=bob ok=False", "Login failed", "as bob"),
        (
            'discarded bytes=1200 why="sent before the TLS handshake"',
            "1,200 octets thrown away",
            "before the handshake",
        ),
        ("cut", "Cut here", "limit"),
        ("close reason=client", "Closed without QUIT", "without saying goodbye"),
        ("close reason=whatever", "Connection closed", "not recorded"),
    ],
)
def test_notes(note: str, title: str, says: str) -> None:
    conversation = talk(f"! {note}")
    (span,) = spans(conversation)[1]
    assert (span.start, span.end, span.about.title) == (0, 0, title)
    assert says in span.about.text


def test_message_data() -> None:
    whole, half = (marked(talk(f"= bytes=2301 lines=40 {end}"))[""] for end in ("", "ended=0"))
    assert "2,301 octets in 40 lines" in whole.text
    assert half.title == "Half a message"


def test_info_of_any_type_is_borne() -> None:
    info: dict[str, Any] = {
        "error": 5,
        "reason": None,
        "bytes": "x",
        "user": [],
        "ok": {},
        "version": 1,
        "why": 3,
        "ended": [],
    }
    kinds = [Record(seq, 0, Direction.NOTE, kind, info=info) for seq, kind in enumerate(Kind, 1)]
    body = Record(99, 0, Direction.CLIENT, Kind.BODY, info={"bytes": True, "lines": -1})
    found = spans(read([*kinds, body]))
    assert all(span.about.text for marks in found.values() for span in marks)
