"""Every limit, with the reply that says which setting it is; and what is not SMTP at all."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING

from catcher.dialog.outcome import Close, Outcome
from catcher.dialog.records import Kind
from catcher.models import Message

if TYPE_CHECKING:
    from tests.catcher.conftest import Start
    from tests.catcher.sandbox import Sandbox


def test_recipients(start: Start) -> None:
    sandbox = start(recipients=2)
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<a@b.test>")
        replies = [wire.ask(f"RCPT TO:<r{number}@b.test>") for number in range(3)]
        assert [reply[:9] for reply in replies] == ["250 2.1.5", "250 2.1.5", "452 4.5.3"]
        wire.ask("DATA")
        assert wire.ask("Subject: two\r\n\r\n.").startswith("250 2.0.0 Stored as")
        wire.ask("QUIT")
    message = Message.objects.get()
    assert message.recipients_count == 2
    assert [row.accepted for row in message.recipients.order_by("pk")] == [True, True, False]
    assert sandbox.session(wire).outcome == Outcome.PARTIAL


def test_command_length(start: Start) -> None:
    sandbox = start(command_line=100)
    with sandbox.connect() as wire:
        assert wire.ask("NOOP " + "x" * 95).startswith("250")
        assert wire.ask("NOOP " + "x" * 96).startswith("500 5.5.2 Command line too long (limit 100 octets")
        assert wire.ask("NOOP " + "x" * 1_000_000).startswith("500 5.5.2")
        wire.ask("QUIT")
    lengths = [record.length for record in sandbox.tape(wire) if record.data.startswith(b"NOOP")]
    assert lengths == [100, 101, 1_000_005]


def test_errors_in_a_row_end_the_session_and_a_success_starts_over(start: Start) -> None:
    sandbox = start(errors=3)
    with sandbox.connect() as wire:
        assert wire.ask("WHAT").startswith("500")
        assert wire.ask("WHAT").startswith("500")
        assert wire.ask("NOOP").startswith("250")
        assert wire.ask("WHAT").startswith("500")
        assert wire.ask("WHAT").startswith("500")
        assert wire.ask("WHAT").startswith("500")
        assert wire.line().startswith("421 4.7.0 Too many errors in a row (limit 3")
        assert wire.line() == ""
    session = sandbox.session(wire)
    assert (session.close_reason, session.outcome) == (Close.ERRORS, Outcome.LIMIT)


def test_connections(start: Start) -> None:
    sandbox = start(connections=2)
    with sandbox.connect() as first, sandbox.connect() as second:
        with sandbox.connect(greet=False) as third:
            assert third.line().startswith("421 4.3.2 Too many connections (limit 2")
            assert third.line() == ""
        assert sandbox.session(third).close_reason == Close.LIMIT
        assert first.ask("NOOP").startswith("250")
        second.ask("QUIT")
    sandbox.session(second)
    with sandbox.connect() as fourth:
        assert fourth.ask("NOOP").startswith("250")


def test_idle_sessions_are_told_and_closed(start: Start) -> None:
    sandbox = start(idle=0.2)
    with sandbox.connect() as wire:
        wire.ask("EHLO sleepy.test")
        assert wire.line().startswith("421 4.4.2 Nothing heard for 0.2 s")
        assert wire.line() == ""
    session = sandbox.session(wire)
    assert (session.close_reason, session.outcome) == (Close.IDLE, Outcome.IDLE)


def test_a_line_without_end_is_not_read_for_ever(start: Start) -> None:
    sandbox = start(message_size=100_000)
    with sandbox.connect() as wire:
        try:
            for _ in range(100):
                wire.send(b"x" * 10_000)
        except OSError:
            pass  # closed while we talked
        assert sandbox.session(wire).close_reason == Close.LIMIT
    assert max(len(record.data) for record in sandbox.tape(wire)) <= 8192


def test_a_client_that_reads_no_replies_is_not_read_either(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        wire.sock.settimeout(0.5)
        sent = 0
        try:
            while sent < 60_000_000:
                sent += wire.sock.send(b"HELP\r\n" * 10_000)
        except TimeoutError:
            pass
        assert sent < 60_000_000
        wire.reset()
    assert sandbox.session(wire).close_reason == Close.RESET


def test_three_hundred_at_once(sandbox: Sandbox) -> None:
    wires = [sandbox.connect() for _ in range(300)]
    for number, wire in enumerate(wires):
        wire.send(b"EHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\nSubject: %d\r\n\r\n.\r\nQUIT\r\n" % number)
    assert sum("250 2.0.0 Stored as" in wire.rest().decode() for wire in wires) == 300
    for wire in wires:
        wire.close()
    assert {int(subject) for subject in Message.objects.values_list("subject", flat=True)} == set(range(300))


def test_a_tls_hello_on_the_plain_port_ends_at_once(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.send(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")
        assert wire.line() == ""
    session = sandbox.session(wire)
    assert (session.close_reason, session.outcome) == (Close.NOT_SMTP, Outcome.NOT_SMTP)
    (discarded,) = [record for record in session.records() if record.kind is Kind.DISCARDED]
    assert "TLS handshake" in discarded.info["why"]


def test_an_http_request_ends_at_once_and_none_of_its_body_is_a_command(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.send(
            b"POST / HTTP/1.1\r\nHost: localhost:1025\r\n\r\nEHLO x\r\nMAIL FROM:<a@b>\r\nRCPT TO:<c@d>\r\nDATA\r\n"
            b"Subject: smuggled\r\n\r\n.\r\n"
        )
        assert wire.line().startswith("554 5.5.1")
        assert wire.rest() == b""
    assert sandbox.session(wire).outcome == Outcome.NOT_SMTP
    assert not Message.objects.exists()


def test_the_length_of_lines_in_a_message_is_limited_only_where_asked(start: Start) -> None:
    long = b"Subject: long\r\n\r\n" + b"x" * 200_000 + b"\r\n"
    free = start()
    with free.connect() as wire:
        assert wire.deliver(long).startswith("250")
    strict = start(message_line=998)
    with strict.connect() as wire:
        assert wire.deliver(long).startswith("554 5.6.0 A line of the message is too long (limit 998")
        assert wire.deliver(b"Subject: short\r\n\r\nx\r\n", hello=False).startswith("250")
