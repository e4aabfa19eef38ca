"""Lines of every form by themselves, and texts that are none of them."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catcher.dialog import script
from catcher.dialog.conversation import read
from catcher.dialog.export import text
from catcher.dialog.records import Direction, Kind, Record, Terminator
from catcher.dialog.transcript import parse

SESSION = r"""
! open peer=192.0.2.7:40000 listener=test
@ 0.1
S: 220 sandpost ESMTP
C: EHLO app.example.com
S: 250-sandpost
S: 250 STARTTLS
C: STARTTLS
S: 220 2.0.0 Ready
! tls-start
! tls-done version=TLSv1.3 cipher="A B" sni=
C~ EHLO app
S: 250 AUTH PLAIN
C* AUTH PLAIN\x20
! auth mechanism=PLAIN user="it's \\me"
S: 235 2.7.0 ok
C: MAIL FROM:<\xff\xe2\x80\xae\\@example.com>
S: 250 ok
C: RCPT TO:<b@example.com>
S: 250 ok
C: DATA
S: 354 go
= bytes=10 lines=2 wire=13 message=ID
S: 250 stored
C_ QUI\x00T\x1b[31m
! close reason=client
"""


def said(records: list[Record]) -> list[tuple[str, bytes]]:
    return [(record.direction.value, record.data) for record in records if record.kind is Kind.LINE]


def test_our_own_text_is_read_again() -> None:
    before = script.records(SESSION)
    transcript = parse(text(read(before)))
    assert transcript.form == "sandpost"
    for old, new in zip(before, transcript.records, strict=True):
        kept = ("seq", "at_us", "direction", "kind", "data", "tls", "info", "terminator", "transaction", "masked")
        for name in kept:
            assert getattr(new, name) == getattr(old, name), (name, old)


def test_a_line_that_was_cut_is_read_again_as_one() -> None:
    record = Record(1, 0, Direction.CLIENT, Kind.LINE, b"NOOP aaa", 5000, Terminator.CRLF, 1)
    (again,) = parse(text(read([record]))).records
    assert (again.data, again.length, again.is_cut) == (b"NOOP aaa", 5000, True)


@pytest.mark.parametrize(
    ("pasted", "form", "lines"),
    [
        ("S: 220 a\nC: EHLO x\nS: 250 ok\n", "marked", ["S220 a", "CEHLO x", "S250 ok"]),
        ("Server: 220 a\nClient: HELO x\n", "marked", ["S220 a", "CHELO x"]),
        ("<<< 220 a\n>>> EHLO x\n", "marked", ["S220 a", "CEHLO x"]),
        ("[12:00:00] S:220 a\n[12:00:01] C:EHLO x\n", "marked", ["S220 a", "CEHLO x"]),
        ("<-  220 a\n -> EHLO x\n<** 550 no\n", "swaks", ["S220 a", "CEHLO x", "S550 no"]),
        ("< 220 a\r\n> EHLO x\r\n< 550 no\r\n", "curl", ["S220 a", "CEHLO x", "S550 no"]),
        ("<-- 220 a\n--> EHLO x\n", "msmtp", ["S220 a", "CEHLO x"]),
        ("\x1b[32m<-- 220 a\x1b[0m\n--> EHLO x\n", "msmtp", ["S220 a", "CEHLO x"]),
        ('-> "220 a\\r\\n"\n<- "EHLO \\u00e9\\r\\n"\n', "ruby", ["S220 a", "CEHLO é"]),
        ("reply: '220 a\\r\\n'\nsend: 'ehlo x\\r\\n'\n", "smtplib", ["S220 a", "Cehlo x"]),
        (
            "2026-01-01 10:00:00 SERVER -&gt; CLIENT: 220 a<br>\n"
            "2026-01-01 10:00:01 CLIENT -&gt; SERVER: EHLO x&gt;<br />\n",
            "phpmailer",
            ["S220 a", "CEHLO x>"],
        ),
        ("ehlo x\nmail from:<a@b>\n250 ok", "plain", ["Cehlo x", "Cmail from:<a@b>", "S250 ok"]),
        ("550 5.1.1 User unknown", "plain", ["S550 5.1.1 User unknown"]),
    ],
)
def test_lines(pasted: str, form: str, lines: list[str]) -> None:
    transcript = parse(pasted)
    assert transcript.form == form
    assert [side + data.decode() for side, data in said(transcript.records)] == lines


@pytest.mark.parametrize(
    ("line", "steps"),
    [
        (
            "postfix/smtp[2]: 4ABCDEF: to=<x@example.org>, relay=mx[192.0.2.9]:25, delay=1, dsn=5.7.26, status=bounced"
            " (host mx[192.0.2.9] said: 550-5.7.26 Not authenticated. 550 5.7.26 See the manual"
            " (in reply to end of DATA command))",
            ["MAIL 250", "RCPT 250", "DATA 354", "DATA 550"],
        ),
        (
            "postfix/smtp[2]: 4ABCDEF: to=<x@example.org>, relay=mx[192.0.2.9]:25, dsn=4.0.0, status=deferred"
            " (host mx[192.0.2.9] refused to talk to me: 554 5.7.1 Go away)",
            [" 554"],
        ),
        (
            "postfix/smtp[2]: 4ABCDEF: to=<x@example.org>, relay=mx[192.0.2.9]:25, dsn=5.5.4, status=bounced"
            " (host mx[192.0.2.9] said: 501 5.1.7 Bad sender (in reply to MAIL FROM command))",
            ["MAIL 501"],
        ),
        (
            "postfix/smtpd[2]: NOQUEUE: reject: RCPT from unknown[192.0.2.9]: 454 4.7.1 <x@example.org>: Relay access"
            " denied; from=<a@example.com> to=<x@example.org> proto=ESMTP helo=<app>",
            ["EHLO 250", "MAIL 250", "RCPT 454"],
        ),
        ("postfix/smtpd[2]: NOQUEUE: reject: CONNECT from unknown[192.0.2.9]: 554 5.7.1 Blocked; proto=SMTP", [" 554"]),
    ],
)
def test_a_line_of_a_postfix_log(line: str, steps: list[str]) -> None:
    conversation = read(parse(f"Nov 24 22:01:48 relay {line}").records)
    assert [f"{step.verb} {step.code}" for step in conversation.steps] == steps


def test_a_long_reply_in_a_postfix_log_has_its_lines_again() -> None:
    line = (
        "Nov 4 22:01:48 relay postfix/smtp[2]: 4ABCDEF: to=<x@example.org>, status=bounced (host mx said: "
        "550-5.7.26 First. 550 5.7.26 Second (in reply to RCPT TO command))"
    )
    (transaction,) = read(parse(line).records).transactions
    reply = transaction.refused[0].reply
    assert reply is not None
    assert reply.lines == ["First.", "Second"]


def test_what_postfix_says_without_a_reply_is_a_note() -> None:
    transcript = parse(
        "Nov 24 22:01:48 relay postfix/smtp[2]: 4ABCDEF: to=<x@example.org>, relay=none, dsn=4.4.1, status=deferred"
        " (connect to mx.example.org[192.0.2.9]:25: Connection refused)\n"
    )
    assert transcript.form == "none"
    assert any("Connection refused" in note for note in transcript.notes)


def test_two_connections_of_a_pool_are_told_apart() -> None:
    lines = ["A] S: 220 a", "B] S: 220 b", "A] C: EHLO x", "B] C: EHLO y", "A] S: 250 ok", "B] S: 550 no"]
    transcript = parse("\n".join(f"[2026-01-01 10:00:00] DEBUG [{line}" for line in lines))
    assert said(transcript.records) == [("S", b"220 b"), ("C", b"EHLO y"), ("S", b"550 no")]
    assert any("2 connections" in note for note in transcript.notes)


def test_a_second_greeting_behind_a_goodbye_is_another_connection() -> None:
    pasted = "S: 220 a\nC: QUIT\nS: 221 bye\nS: 220 b\nC: EHLO x\nS: 500 no\n"
    assert said(parse(pasted).records)[0] == ("S", b"220 b")


def test_content_that_a_plain_text_leaves_out() -> None:
    steps = read(
        parse("MAIL FROM:<a@b>\n250 ok\nRCPT TO:<c@d>\n250 ok\nDATA\n354 go\n250 queued\nQUIT\n221 x\n").records
    )
    assert [(step.verb, step.code) for step in steps.steps][2:] == [("DATA", 354), ("DATA", 250), ("QUIT", 221)]
    assert steps.transactions[0].is_delivered


def test_a_failed_starttls_is_none() -> None:
    conversation = read(parse("S: 220 a\nC: EHLO x\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n").records)
    assert conversation.note(Kind.TLS_START) is not None
    assert conversation.note(Kind.TLS_DONE) is None


@pytest.mark.parametrize(
    "pasted",
    [
        "S: 220 a\nC: AUTH c2VjcmV0\nS: 504 no\n",
        "S: 220 a\nC: AUTH PLAIN\nS: 535 no\nC: c2VjcmV0\nS: 500 what\n",
        "S: 220 a\nC: AUTH LOGIN\nS: 334 x\nC: YQ==\nS: 334 y\nC: c2VjcmV0\nS: 535 no\n",
        "220 a\nAUTH PLAIN c2VjcmV0\n235 ok\n",
        "220 a\nAUTH LOGIN\n334 x\nYQ==\n334 y\nc2VjcmV0\n235 ok\n",
    ],
)
def test_secrets_are_masked(pasted: str) -> None:
    transcript = parse(pasted)
    assert "c2VjcmV0" not in f"{transcript!r}"
    assert any(record.masked for record in transcript.records)


@pytest.mark.parametrize(
    "pasted", ["", "\n\n", "Dear support,\nmy mail does not arrive.\n404 times I tried.\n", "\x00\x01\x02", "\ud800"]
)
def test_a_text_without_structure(pasted: str) -> None:
    transcript = parse(pasted)
    assert (transcript.form, transcript.records) == ("none", [])
    assert transcript.notes


def test_what_is_not_understood_is_said() -> None:
    transcript = parse("S: 220 a\nsomething else\nC: EHLO x\nand more\n")
    assert transcript.notes == ["2 lines are not understood and left out, first line 2."]


def test_too_much_is_cut_and_said() -> None:
    transcript = parse("S: 220 a\nC: EHLO " + "x" * 70_000 + "\n" + "S: 250 ok\n" * 300_000)
    assert any("cut after 2 MiB" in note for note in transcript.notes)
    assert any("cut after 64 KiB, first line 2" in note for note in transcript.notes)
    assert max(len(record.data) for record in transcript.records) < 1 << 16


@pytest.mark.parametrize(
    "line", ["S: 250-x\n", "C: RCPT TO:<a@b>\n", '<- "\\x', "<" * 60, "[2026-", "250 ", "DEBUG [a] .\n"]
)
def test_time_is_linear(line: str) -> None:
    """A bound with a lot of room: anything quadratic takes minutes."""
    started = time.process_time()
    parse("S: 220 a\nC: EHLO x\n" + line * ((2 << 20) // len(line)))
    assert time.process_time() - started < 20


MARKS = [
    "S: ", "C: ", "<-  ", " -> ", " ~> ", "<~  ", "send: b'", "reply: ", '-> "', '<- "', "< ", "> ", "--> ", "<-- ",
    "SERVER -> CLIENT: ", "CLIENT -> SERVER: ", "[2026-99-99 10:00:00] DEBUG [x] ", "Nov 31 00:00:00 h ",
    "postfix/smtp[1]: ", "postfix/smtpd[1]: ", "< a[b]: ", "> a[b]:25: ", "NOQUEUE: reject: ", "DEBUG SMTP: ",
    "  0.000     ", "=== TLS started with cipher A:B:1", "-- tls-done version='", "-- body bytes=-1 wire=x",
    "4ABCDEF: to=<a>, status=sent (250 x)",
]  # fmt: skip
WORDS = [
    "220 a",
    "250-",
    "334 ",
    "354 go",
    "EHLO x",
    "MAIL FROM:<",
    "DATA",
    ".",
    "AUTH PLAIN",
    "STARTTLS",
    "\\x",
    "\\u{",
]
FRAGMENTS = st.sampled_from([*MARKS, *WORDS, "\n", "\n", "\r\n", "\x00", "\ud800", "'", '"'])


@settings(max_examples=400, deadline=None)
@given(st.lists(FRAGMENTS | st.text(max_size=5), max_size=60))
def test_nothing_raises(parts: list[str]) -> None:
    transcript = parse("".join(parts))
    conversation = read(transcript.records)
    assert text(conversation, redact=True) is not None
    for seq in transcript.bodies:
        assert transcript.records[seq - 1].kind is Kind.BODY
