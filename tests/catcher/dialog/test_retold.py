"""The facts found in the lines alone: those that the recorder counted while the same session ran."""

from __future__ import annotations

import pytest

from catcher.dialog import script, story
from catcher.dialog.conversation import read
from catcher.dialog.outcome import Outcome, Stage
from catcher.dialog.retold import Retold, retell
from catcher.dialog.told import Told
from tests.catcher.conftest import Start

COUNTED = (
    *("hello", "peer_host", "auth_mechanism", "auth_user"),
    *("messages_stored", "recipients_accepted", "recipients_refused", "errors"),
    *("outcome", "stage", "reply", "close_reason"),
)
OPEN = ("EHLO client.test", "MAIL FROM:<a@test>")
MESSAGE = ("DATA", "Subject: x\r\n\r\nx\r\n.")
SESSIONS: dict[str, tuple[str, ...]] = {
    "delivered": (*OPEN, "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "two messages": (*OPEN, "RCPT TO:<b@test>", *MESSAGE, "MAIL FROM:<a@test>", "RCPT TO:<c@test>", *MESSAGE, "QUIT"),
    "one recipient of two": (*OPEN, "RCPT TO:<b@test>", "RCPT TO:<>", *MESSAGE, "QUIT"),
    "no recipient": (*OPEN, "RCPT TO:<>", "QUIT"),
    "the sender": ("EHLO client.test", "MAIL FROM:no path", "RCPT TO:<b@test>", "QUIT"),
    "no hello": ("MAIL FROM:<a@test>", "QUIT"),
    "DATA too early": (*OPEN, "DATA", "QUIT"),
    "a refusal mended": (*OPEN, "RCPT TO:<>", "RSET", "MAIL FROM:<a@test>", "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "named again": (*OPEN, "RCPT TO:<b@test> X=1", "RCPT TO:<B@test>", *MESSAGE, "QUIT"),
    "the other left out": (*OPEN, "RCPT TO:<>", "RCPT TO:<b@test> X=1", "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "in the right order then": (*OPEN[1:], "RCPT TO:<b@test>", "DATA", *OPEN, "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "another message refused": (*OPEN, "RCPT TO:<b@test> X=1", "RSET", OPEN[1], "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "too big at MAIL": (OPEN[0], "MAIL FROM:<a@test> SIZE=9999", OPEN[1], "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "without the parameter": (OPEN[0], "MAIL FROM:<a@test> X=1", OPEN[1], "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "no recipient, and DATA": (*OPEN, "RCPT TO:<>", "DATA", "QUIT"),
    "no recipient of the second": (
        *(*OPEN, "RCPT TO:<b@test>", *MESSAGE),
        *(OPEN[1], "RCPT TO:<>", "DATA", "RSET", "QUIT"),
    ),
    "EHLO without a name": ("EHLO", *OPEN, "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "given up": (*OPEN, "RCPT TO:<b@test>"),
    "probe": ("EHLO client.test", "QUIT"),
    "nothing": ("QUIT",),
    "helo": ("HELO client.test", "NOOP", "QUIT"),
    "login": ("EHLO client.test", "AUTH PLAIN AGFkYQBzM2NyZXQ=", *OPEN[1:], "RCPT TO:<b@test>", *MESSAGE, "QUIT"),
    "login by answers": ("EHLO client.test", "AUTH LOGIN", "YWRh", "czNjcmV0", "QUIT"),
    "login refused": ("EHLO client.test", "AUTH UNKNOWN", "QUIT"),
    "login cancelled": ("EHLO client.test", "AUTH LOGIN", "*", "QUIT"),
    "message too big": (*OPEN, "RCPT TO:<b@test>", "DATA", "x" * 900 + "\r\n" + "x" * 900 + "\r\n.", "QUIT"),
    "unknown command": ("EHLO client.test", "XYZZY", "QUIT"),
    "no STARTTLS": ("EHLO client.test", "STARTTLS", "QUIT"),
}


@pytest.mark.parametrize("name", SESSIONS)
def test_they_are_those_of_the_recorder(start: Start, name: str) -> None:
    sandbox = start(with_tls=False, message_size=1500)
    with sandbox.connect() as wire:
        for line in SESSIONS[name]:
            wire.ask(line)
        if "QUIT" in SESSIONS[name]:
            wire.rest()
    row = sandbox.session(wire)
    told = retell(read(row.records()))
    assert {field: getattr(told, field) for field in COUNTED} == {field: getattr(row, field) for field in COUNTED}


MENDED = ("named again", "in the right order then", "without the parameter", "EHLO without a name")
LEFT_OUT = ("the other left out", "another message refused", "too big at MAIL", "no recipient of the second")


@pytest.mark.parametrize("name", [*MENDED, *LEFT_OUT])
def test_what_was_refused_and_then_accepted_is_no_failure(start: Start, name: str) -> None:
    sandbox = start(with_tls=False, message_size=1500)
    with sandbox.connect() as wire:
        for line in SESSIONS[name]:
            wire.ask(line)
        wire.rest()
    row = sandbox.session(wire)
    expected = (Outcome.DELIVERED, False) if name in MENDED else (Outcome.PARTIAL, True)
    assert (row.outcome, row.failed) == expected


def test_of_two_refusals_the_one_that_was_not_mended_is_told(start: Start) -> None:
    sandbox = start(with_tls=False)
    with sandbox.connect() as wire:
        for line in SESSIONS["the other left out"]:
            wire.ask(line)
        wire.rest()
    row = sandbox.session(wire)
    assert (row.stage, row.reply) == (Stage.RCPT, "501 5.1.3 This is not an address")


def of(text: str) -> Retold:
    return retell(read(script.records(text)))


def test_a_log_that_only_ends_is_not_one_that_was_given_up() -> None:
    lines = "S: 220 x\nC: EHLO a\nS: 250 x\nC: MAIL FROM:<a@b.c>\nS: 250 ok\n"
    assert (of(lines).outcome, of(lines).stage) == (Outcome.OPEN, "MAIL")
    assert of(lines + "! close reason=client\n").outcome == Outcome.ABORTED


@pytest.mark.parametrize(
    ("lines", "stage", "words"),
    [
        ("S: 554 5.7.1 go away", "connect", "the connection was refused (554 5.7.1)"),
        ("S: 220 x\nC: EHLO a\nS: 550 5.7.1 no\nC: HELO a\nS: 550 5.7.1 no", "EHLO", "EHLO was refused (550 5.7.1)"),
        ("S: 220 x\nC: HELO a\nS: 250 x\nC: MAIL FROM:<a@b.c>\nS: 452 4.3.1 full", "MAIL", "the sender was refused"),
    ],
)
def test_what_other_servers_refuse(lines: str, stage: str, words: str) -> None:
    told = of(lines)
    assert (told.outcome, told.stage) == (Outcome.REJECTED, stage)
    assert told.failed
    assert words in story.plain(story.tell(told, read(script.records(lines))))


def test_the_refused_recipient_is_told_not_what_follows_from_it() -> None:
    told = of(
        "S: 220 x\nC: HELO a\nS: 250 x\nC: MAIL FROM:<a@b.c>\nS: 250 ok\nC: RCPT TO:<d@e.f>\nS: 554 5.7.1 no relaying\n"
        "C: DATA\nS: 503 5.5.1 RCPT first\nC: QUIT\nS: 221 bye\n! close reason=quit"
    )
    assert (told.stage, told.reply, told.errors) == ("RCPT", "554 5.7.1 no relaying", 2)


def test_a_server_that_knows_only_helo_refuses_nobody() -> None:
    told = of("S: 220 x\nC: EHLO a\nS: 502 no\nC: HELO a\nS: 250 x\nC: QUIT\nS: 221 bye\n! close reason=quit")
    assert not told.failed


def test_a_handshake_forgets_what_was_said_before_it() -> None:
    told = of(
        "S: 220 x\nC: EHLO a\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n! tls-start\n"
        "! tls-done version=TLSv1.3 cipher=x\nC: EHLO a\nS: 250 x\n"
    )
    assert told.tls_version == "TLSv1.3"
    failed = of('S: 220 x\nC: EHLO a\nS: 250 STARTTLS\nC: STARTTLS\nS: 220 go\n! tls-fail error="unknown ca"')
    assert (failed.outcome, failed.close_reason, failed.reply) == (Outcome.TLS_FAILED, "tls", "unknown ca")


def test_nothing_is_told_of_nothing() -> None:
    told: Told = retell(read([]))
    assert told == Retold(stage=Stage.CONNECT)
