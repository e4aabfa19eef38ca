"""Each limit, its reply, and clients that mean harm."""

from __future__ import annotations

import os
import select
import socket
import threading
from contextlib import suppress

import pytest

from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Direction, Kind
from catcher.models import Message, Recipient, Session
from catcher.smtp import replies
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, assert_counted, id_of, notes, text
from tests.catcher.wire import ENVELOPE, PATIENCE, Wire, trusting


def test_recipients(start: Start) -> None:
    sandbox = start(recipients=3)
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<a@test>")
        got = [wire.ask(f"RCPT TO:<{number}@test>") for number in range(5)]
        assert got[:3] == [replies.RECIPIENT_OK] * 3
        assert got[3:] == ["452 4.5.3 Too many recipients (limit 3, setting max_recipients)"] * 2
        wire.ask("DATA")
        id_of(wire.ask("x\r\n."))
    rows = Recipient.objects.order_by("id").values_list("address", "accepted", "reply")
    assert list(rows) == [(f"{number}@test", number < 3, got[number]) for number in range(5)]
    assert Message.objects.get().recipients_count == 3
    session = sandbox.session(wire)
    assert (session.outcome, session.recipients_accepted, session.recipients_refused) == (Outcome.PARTIAL, 3, 2)


def test_refused_recipients_take_no_more_room_than_accepted_ones(start: Start) -> None:
    sandbox = start(recipients=2, errors=0)
    with sandbox.connect() as wire:
        wire.send(b"EHLO client.test\r\nMAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\n" + b"RCPT TO:<>\r\n" * 500)
        assert wire.codes(503)[-1] == "501"
        wire.ask("DATA")
        id_of(wire.ask("x\r\n."))
    assert Recipient.objects.count() == 4
    assert sandbox.session(wire).recipients_refused == 500


def test_command_length(start: Start) -> None:
    with start(command_line=100).connect() as wire:
        assert wire.ask("NOOP " + "x" * 95) == "250 2.0.0 OK"
        assert wire.ask("NOOP " + "x" * 96).startswith("500 5.5.2 Command line too long (limit 100 octets")
        assert wire.ask("x" * 100_000).startswith("500 5.5.2 Command line too long")
        assert wire.ask("QUIT" + " " * 97).startswith("500 5.5.2")
        assert wire.ask("DATA" + " " * 97).startswith("500 5.5.2")
        assert wire.ask("STARTTLS" + " " * 97).startswith("500 5.5.2")
        assert wire.ask("NOOP").startswith("250")


def test_a_long_command_before_hello_and_in_pieces(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        for _ in range(20):
            wire.send(b"x" * 4000)
        wire.send(b"\r\nNOOP\r\n")
        assert wire.codes(2) == ["500", "250"]
    session = sandbox.session(wire)
    assert session.commands == 2
    assert [record.length for record in session.records() if record.direction is Direction.CLIENT] == [80_000, 4]


def test_errors_in_a_row(start: Start) -> None:
    sandbox = start(errors=3)
    with sandbox.connect() as wire:
        assert wire.ask("FOO").startswith("500")
        assert wire.ask("FOO").startswith("500")
        assert wire.ask("NOOP").startswith("250")
        assert wire.ask("FOO").startswith("500")
        assert wire.ask("FOO").startswith("500")
        assert wire.ask("FOO").startswith("500")
        assert wire.reply() == "421 4.7.0 Too many errors in a row (limit 3, setting max_errors)"
        assert wire.rest() == b""
    session = sandbox.session(wire)
    assert (session.errors, session.commands, session.outcome) == (6, 6, Outcome.LIMIT)


def test_the_last_error_may_be_that_of_a_message(start: Start) -> None:
    sandbox = start(errors=1, message_size=10)
    with sandbox.connect() as wire:
        assert wire.deliver(b"x" * 100 + b"\r\n").startswith("552")
        assert wire.reply().startswith("421 4.7.0")
        assert wire.rest() == b""
    assert sandbox.session(wire).close_reason == "errors"


def test_the_last_error_may_be_that_of_a_login(start: Start) -> None:
    sandbox = start(errors=1)
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("AUTH LOGIN")
        assert wire.ask("*").startswith("501")
        assert wire.reply().startswith("421 4.7.0")
        assert wire.rest() == b""
    assert sandbox.session(wire).outcome == Outcome.AUTH_FAILED


def test_errors_without_limit(start: Start) -> None:
    with start(errors=0).connect() as wire:
        wire.send(b"FOO\r\n" * 500)
        assert wire.codes(500) == ["500"] * 500


def test_connections(start: Start) -> None:
    sandbox = start(connections=2)
    first, second = sandbox.connect(), sandbox.connect()
    with sandbox.connect() as third:
        assert third.greeting == "421 4.3.2 Too many connections (limit 2, setting max_connections)"
        assert third.rest() == b""
    session = sandbox.session(third)
    assert (session.outcome, session.close_reason) == (Outcome.LIMIT, "limit")
    assert first.ask("NOOP").startswith("250")
    first.close()
    sandbox.session(first)
    with sandbox.connect() as fourth:
        assert fourth.greeting.startswith("220")
    second.close()


def test_a_refused_connection_is_not_listened_to(start: Start) -> None:
    sandbox = start(connections=1)
    with sandbox.connect(), sandbox.connect(greet=False) as late:
        with suppress(OSError):  # closed already
            late.send(b"EHLO client.test\r\n" + ENVELOPE + b"DATA\r\nx\r\n.\r\n")
        assert late.rest().count(b"\n") <= 1
    assert Message.objects.count() == 0


@pytest.mark.parametrize("begun", [b"", b"EHLO client.test\r\n", b"half a line", b"EHLO x\r\nAUTH LOGIN\r\n"])
def test_idleness(start: Start, begun: bytes) -> None:
    sandbox = start(idle=0.15)
    with sandbox.connect() as wire:
        wire.send(begun)
        end = wire.rest().splitlines()[-1]
    assert end == b"421 4.4.2 Nothing heard for 0.15 s, closing (setting idle_timeout)"
    session = sandbox.session(wire)
    assert (session.close_reason, session.outcome) == ("idle", Outcome.IDLE)


def test_a_refused_client_that_idles_was_refused(start: Start) -> None:
    sandbox = start(idle=0.15)
    with sandbox.connect() as wire:
        wire.hello()
        assert wire.ask("MAIL FROM:<a@test> SIZE=x").startswith("501")
        wire.rest()
    session = sandbox.session(wire)
    assert (session.close_reason, session.stage, session.outcome) == ("idle", "MAIL", Outcome.REJECTED)
    assert session.reply.startswith("501")


def test_idleness_inside_of_the_data(start: Start) -> None:
    sandbox = start(idle=0.15)
    with sandbox.connect() as wire:
        wire.open_body()
        wire.send(b"half")
        assert wire.rest().startswith(b"421 4.4.2")
    session = sandbox.session(wire)
    assert (session.close_reason, session.stage, session.outcome) == ("idle", "body", Outcome.IDLE)
    assert Message.objects.count() == 0


def test_a_client_that_waits_for_its_commit_is_not_idle(start: Start) -> None:
    sandbox = start(idle=0.1)
    with sandbox.connect() as wire:
        wire.open_body()
        with sandbox.held(), sandbox.connect() as idle:
            wire.send(b"x\r\n.\r\n")
            sandbox.storing()
            assert idle.rest().startswith(b"421 4.4.2")  # the time is up
        id_of(wire.reply())


def test_a_client_that_does_not_even_read_the_goodbye_is_cut_off(start: Start) -> None:
    sandbox = start(idle=0.2, errors=0)
    wire = Wire(sandbox.address)
    wire.sock.setblocking(False)
    try:
        while True:
            wire.sock.send(b"HELP\r\n" * 1000)
    except BlockingIOError:
        pass
    assert sandbox.session(wire).outcome == Outcome.IDLE
    wire.close()


def test_a_client_that_does_not_read_leaves_a_session_when_sandpost_stops(start: Start) -> None:
    sandbox = start(errors=0)
    wire = Wire(sandbox.address)
    wire.sock.setblocking(False)
    try:
        while True:
            wire.sock.send(b"HELP\r\n" * 1000)
    except BlockingIOError:
        pass
    sandbox.call(sandbox.listener.stop(0.1))
    assert sandbox.session(wire).close_reason == "shutdown"
    wire.close()


def test_a_connection_that_comes_while_sandpost_stops_is_told_so(sandbox: Sandbox) -> None:
    sandbox.listener._stopping = True
    with sandbox.connect() as wire:
        assert wire.greeting == "421 4.3.2 Sandpost is shutting down"
        assert wire.rest() == b""
    session = sandbox.session(wire)
    assert (session.close_reason, session.reply) == ("shutdown", wire.greeting)


def test_a_client_that_does_not_read_is_not_read_either(start: Start) -> None:
    sandbox = start(errors=0, tape=10_000)
    with sandbox.connect() as wire:
        (protocol,) = sandbox.listener._open
        line = b"HELP" + b" " * 90 + b"\r\n"
        command = line * 1000
        wire.sock.setblocking(False)
        sent = 0
        while not protocol._paused:
            assert sent < 1 << 30
            select.select([], [wire.sock], [], 0.01)
            with suppress(BlockingIOError):
                sent += wire.sock.send(command[sent % len(command) :])
        assert len(protocol._lines) < 10_000
        # And it goes on where it stopped, with nothing lost.
        wire.sock.settimeout(PATIENCE)
        last = command[sent % len(command) :]
        sending = threading.Thread(target=lambda: wire.sock.sendall(last + b"QUIT\r\n"))
        sending.start()
        answers = wire.rest().splitlines()
        sending.join()
    assert len(answers) == (sent + len(last)) // len(line) + 1
    assert {answer[:9] for answer in answers[:-1]} == {b"214 2.0.0"}
    assert answers[-1].startswith(b"221")


def test_a_line_without_end(start: Start) -> None:
    sandbox = start(message_size=100_000)
    # Reset or broken pipe, whichever the system says.
    with sandbox.connect() as wire, pytest.raises(OSError):  # noqa: PT011
        wire.sock.sendall(b"x" * 100_000_000)
    session = sandbox.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.LIMIT, "limit")
    assert session.reply.startswith("421 4.7.0")
    assert session.bytes_in < 5_000_000
    line = next(record for record in session.records() if record.direction is Direction.CLIENT)
    assert line.is_cut
    assert len(line.data) <= 8192


# -- what is not SMTP ----------------------------------------------------------------------------------------------


def test_a_tls_hello_on_the_plain_port(either_loop: Sandbox) -> None:
    # Whatever the TLS library makes of a greeting.
    with either_loop.connect(greet=False) as wire, pytest.raises(OSError):  # noqa: PT011
        trusting().wrap_socket(wire.sock)
    session = either_loop.eventually(Session.objects.exclude(ended_at=None).first)
    assert (session.outcome, session.close_reason) == (Outcome.NOT_SMTP, "not-smtp")
    (info,) = notes(list(session.records()), Kind.DISCARDED)
    assert "TLS" in info["why"]
    assert session.failed


@pytest.mark.parametrize(
    "request_",
    [
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: a=b\r\n\r\n",
        b"POST /x HTTP/1.1\r\nContent-Length: 60\r\n\r\nMAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\nx\r\n.\r\n",
        b"CONNECT mail.test:25 HTTP/1.1\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    ],
)
def test_an_http_request(either_loop: Sandbox, request_: bytes) -> None:
    with either_loop.connect() as wire:
        wire.send(request_)
        assert wire.rest() == b"554 5.5.1 This is an SMTP server and that was not SMTP\r\n"
    session = either_loop.session(wire)
    assert (session.outcome, session.close_reason, session.commands) == (Outcome.NOT_SMTP, "not-smtp", 1)
    assert notes(list(session.records()), Kind.DISCARDED)[0]["why"] == "an HTTP request"
    assert text(list(session.records()))[0] == request_.split(b"\r\n")[0].decode()
    assert Message.objects.count() == 0


def test_an_http_request_keeps_its_secrets(start: Start) -> None:
    secret = (
        b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: session=hunter2\r\nAuthorization: Bearer hunter2\r\n\r\nhunter2"
    )
    with (sandbox := start()).connect() as wire:
        wire.send(secret)
        wire.rest()
    records = sandbox.tape(wire)
    assert text(records)[:4] == ["GET / HTTP/1.1", "Host:***", "Cookie:***", "Authorization:***"]
    assert not any(b"hunter2" in record.data for record in records)


def test_a_tls_hello_later_on_is_an_unknown_command(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.ask("NOOP")
        assert wire.ask(b"\x16\x03\x01").startswith("500 5.5.2")


def test_garbage(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        try:
            for _ in range(50):
                wire.sock.sendall(b"\x00" + os.urandom(10_000).replace(b"\n", b"\n\n"))
        except OSError:
            pass
        wire.reset()
    session = either_loop.session(wire)
    assert Outcome(session.outcome) in {Outcome.LIMIT, Outcome.PROBE}
    with either_loop.connect() as wire:
        id_of(wire.deliver(b"still here\r\n"))


# -- many at once --------------------------------------------------------------------------------------------------


def test_three_hundred_connections_at_once(either_loop: Sandbox) -> None:
    wires = [either_loop.connect(greet=False) for _ in range(300)]
    for wire in wires:
        wire.send(b"EHLO client.test\r\n" + ENVELOPE + b"DATA\r\n")
    for wire in wires:
        assert wire.codes(5) == ["220", "250", "250", "250", "354"]
    for number, wire in enumerate(wires):
        wire.send(b"%d\r\n.\r\nQUIT\r\n" % number)
    ids = [id_of(wire.reply()) for wire in wires]
    for wire in wires:
        assert wire.reply().startswith("221")
        wire.close()
    bodies = dict(Message.objects.values_list("public_id", "body__raw"))
    assert {public_id: bytes(body) for public_id, body in bodies.items()} == {
        public_id: b"%d\r\n" % number for number, public_id in enumerate(ids)
    }
    either_loop.eventually(lambda: Session.objects.exclude(ended_at=None).count() == 300)
    assert_counted()


def test_connections_that_come_and_go_leave_a_session_each(sandbox: Sandbox) -> None:
    def knock() -> None:
        for number in range(30):
            sock = socket.create_connection(sandbox.address, PATIENCE)
            if number % 3:
                sock.sendall(b"EHLO client.test\r\nQU")
            sock.close()

    threads = [threading.Thread(target=knock) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    sandbox.eventually(lambda: Session.objects.exclude(ended_at=None).count() == 120)
    assert Session.objects.filter(ended_at=None).count() == 0
    assert_counted()
