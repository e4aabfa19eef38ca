"""The lines of a dialog: phases, pipelining, what was cut or masked, and hostile octets."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from catcher.dialog.records import Direction, Kind, Record, Terminator
from tests.webui import rows
from tests.webui.rows import CLIENT, NOTE, SERVER, line, tape
from webui import dialog, text
from webui.clock import ago
from webui.templatetags.sandpost import duration, octets


def said(*entries: Record, phase: str = "") -> list[dialog.Line]:
    return list(dialog.lines(tape(*entries), phase, {}))


def conversation() -> list[Record]:
    return tape(
        Record(0, 0, NOTE, Kind.OPEN, info={"peer": "127.0.0.1:5", "listener": "main"}),
        line(SERVER, b"220 sandpost ESMTP"),
        line(CLIENT, b"EHLO client.test"),
        line(SERVER, b"250-sandpost"),
        line(SERVER, b"250-PIPELINING"),
        line(SERVER, b"250 STARTTLS"),
        line(CLIENT, b"STARTTLS"),
        line(SERVER, b"220 2.0.0 Ready"),
        Record(0, 0, NOTE, Kind.TLS_DONE, info={"version": "TLSv1.3", "cipher": "AES", "sni": "mail.test"}),
        line(CLIENT, b"EHLO client.test", tls=True),
        line(SERVER, b"250 sandpost", tls=True),
        line(CLIENT, b"AUTH PLAIN ***", tls=True, masked=True, length=40),
        line(SERVER, b"235 2.7.0 ok", tls=True),
        line(CLIENT, b"MAIL FROM:<a@b.c>", tls=True, transaction=1, read=7),
        line(CLIENT, b"RCPT TO:<d@e.f>", tls=True, transaction=1, read=7),
        line(CLIENT, b"DATA", tls=True, transaction=1, read=7),
        line(SERVER, b"250 2.1.0 ok", tls=True, transaction=1),
        line(SERVER, b"550 5.1.1 unknown", tls=True, transaction=1),
        line(SERVER, b"354 go on", tls=True, transaction=1),
        Record(0, 0, CLIENT, Kind.BODY, tls=True, transaction=1, info={"bytes": 2301, "lines": 58, "message": "M"}),
        line(SERVER, b"250 2.0.0 Stored", tls=True, transaction=1),
        line(CLIENT, b"QUIT", tls=True),
        line(SERVER, b"221 2.0.0 Bye", tls=True),
        Record(0, 0, NOTE, Kind.CLOSE, info={"reason": "quit"}),
    )  # fmt: skip


def test_phases_follow_the_conversation() -> None:
    lines = list(dialog.lines(conversation(), "", {}))
    headings = [each.heading for each in lines if each.heading]
    assert headings == ["Connect", "Hello", "TLS", "Hello", "Auth", "Transaction 1", "Close"]


def test_the_phase_travels_with_the_cursor() -> None:
    records = conversation()
    for cut in range(1, len(records)):
        first = list(dialog.lines(records[:cut], "", {}))
        rest = list(dialog.lines(records[cut:], first[-1].phase, {}))
        headings = [each.heading for each in first + rest if each.heading]
        assert headings == ["Connect", "Hello", "TLS", "Hello", "Auth", "Transaction 1", "Close"]
        assert [first[-1].seq, rest[-1].seq] == [cut, len(records)]


def test_commands_of_one_read_are_told() -> None:
    lines = list(dialog.lines(conversation(), "", {}))
    assert [each.chips for each in lines if each.chips] == [["3 commands in one packet"]]
    assert [each.group for each in lines if each.group] == ["first", "inner", "last"]


def test_replies_are_marked_by_their_class() -> None:
    lines = said(line(SERVER, b"250 ok"), line(SERVER, b"451 4.3.0 later"), line(SERVER, b"550 5.1.1 no"))
    assert [each.state for each in lines] == ["", "warn", "bad"]
    assert [each.lead for each in lines] == ["250", "451 4.3.0", "550 5.1.1"]


def test_a_client_that_talks_like_a_server_is_not_marked() -> None:
    (only,) = said(line(CLIENT, b"550 5.1.1 no"))
    assert (only.state, only.lead) == ("", "")


def test_masked_lines_show_no_secret_and_no_verb_that_is_none() -> None:
    login, secret = said(line(CLIENT, b"AUTH LOGIN ***", masked=True), line(CLIENT, b"***", masked=True, length=12))
    assert (login.lead, str(login.code), login.masked) == ("AUTH", "<b>AUTH</b> LOGIN ", True)
    assert (secret.lead, str(secret.code), secret.chips) == ("", "", [])


def test_what_was_cut_and_how_a_line_ended_is_told() -> None:
    cut, bare, open_end = said(
        line(CLIENT, b"NOOP", length=9004),
        line(CLIENT, b"NOOP", terminator=Terminator.LF),
        line(CLIENT, b"NOOP", terminator=Terminator.NONE),
    )
    assert cut.chips == ["9,000 octets cut"]
    assert bare.chips == ["bare LF"]
    assert open_end.chips == ["no line end"]


def test_offsets_are_milliseconds_since_the_connection() -> None:
    (only,) = said(Record(0, 1_234_567, SERVER, Kind.LINE, b"250 ok"))
    assert only.offset == "1,234.6"


@pytest.mark.parametrize("kind", [each for each in Kind if each not in {Kind.LINE, Kind.BODY}])
def test_every_note_has_words_even_without_facts(kind: Kind) -> None:
    assert dialog.note(Record(1, 0, NOTE, kind)).strip()


@pytest.mark.parametrize(
    ("data", "shown"),
    [
        (b"a\x1b[31mb", "\\x1b"),
        (b"a\x00b", "\\x00"),
        (b"a\xffb", "\\xff"),
        (b"a\r\tb", "\\x0d"),
        ("a\u202eb".encode(), "\\u202e"),
        ("a\u2066b\u200b".encode(), "\\u2066"),
        (b"\x7f\xc2\x85", "\\x7f"),
    ],
)
def test_controls_are_spelt_out(data: bytes, shown: str) -> None:
    html = text.line(data)
    assert f'<span class="esc">{shown}</span>' in html
    assert not re.search("[\x00-\x1f\x7f-\x9f\u200b\u202e\u2066]", html)


def test_markup_is_escaped_everywhere() -> None:
    evil = "<img src=x onerror=alert(1)>\"'&"
    for render in (text.line, text.block, text.linked):
        assert "<img" not in render(evil)
    assert '"' not in text.linked('https://a.test/"onmouseover=x').split(">")[0].removeprefix(
        '<a href="https://a.test/" target="_blank" rel="noopener noreferrer"'
    )


def test_sizes_durations_and_ages() -> None:
    assert [octets(n) for n in (0, 999, 1000, 4200, 999_499, 12_345_678, 2_000_000_000)] == [
        "0 B", "999 B", "1.0 kB", "4.2 kB", "999 kB", "12 MB", "2.0 GB",
    ]  # fmt: skip
    assert [duration(n) for n in (400, 38_000, 999_600, 4_200_000, 310_000_000, 7_500_000_000)] == [
        "0.4 ms", "38 ms", "1.0 s", "4.2 s", "5 min 10 s", "2 h 5 min",
    ]  # fmt: skip
    later = rows.BEGAN
    assert [ago(later - timedelta(seconds=s), later) for s in (-5, 44, 60, 3500, 7200, 200_000)] == [
        "now", "now", "1 min", "58 min", "2 h", "2 d",
    ]  # fmt: skip


@pytest.mark.django_db
def test_the_page_of_a_session_tells_escapes_and_links(client: Client) -> None:
    message = rows.message(subject="<Order>")
    records = conversation()
    records[2].data = b'EHLO <script>"\x1b\xe2\x80\xae'
    records[19].info["message"] = message.public_id
    session = rows.session(
        records,
        hello='<script>"\u202e', tls_version="TLSv1.3", outcome="partial", messages_stored=1, recipients_accepted=2,
        recipients_refused=1, reply="550 5.1.1 unknown", auth_mechanism="PLAIN", auth_user="app",
    )  # fmt: skip
    message.session = session
    message.save()
    html = client.get(f"/sessions/{session.public_id}/").content.decode()
    assert "<script>&quot;" not in html
    assert "&lt;script&gt;" in html
    assert "\u202e" not in html
    assert "d@e.f was refused (550 5.1.1)" in html
    assert "over TLS 1.3, logged in as app, sent 1 message to 2 recipients" in html
    assert ">message</span>, 2,301 bytes, 58 lines" in html
    assert html.count("&lt;Order&gt;") >= 2
    assert "•••• masked" in html
    assert 'id="L17"' in html
    assert 'href="#L17"' in html
    assert "inside TLS" in html


@pytest.mark.django_db
def test_a_long_dialog_comes_in_parts(client: Client, django_assert_num_queries: Any) -> None:
    session = rows.session(tape(*(line(CLIENT, b"NOOP %d" % n) for n in range(1, 1203))))
    seen: list[int] = []
    path = f"/sessions/{session.public_id}/"
    while path:
        html = client.get(path).content.decode()
        seen += [int(seq) for seq in re.findall(r'data-seq="(\d+)"', html)]
        left = re.search(r'data-gap="below" data-lines="(\d+)"', html)
        assert len(seen) + int(left[1] if left else 0) == 1202
        path = f"/sessions/{session.public_id}/lines/?after={seen[-1]}" if left else ""
    assert seen == list(range(1, 1203))
    with django_assert_num_queries(2):  # session and tape; subjects only where a message was carried
        client.get(f"/sessions/{session.public_id}/lines/?after=500")


def test_the_direction_is_a_word_for_who_cannot_see_the_arrow() -> None:
    assert set(dialog.WHO) == set(Direction)
