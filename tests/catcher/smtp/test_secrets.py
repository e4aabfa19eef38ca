"""The promise that no secret of AUTH is kept, against clients that do everything wrong."""

from __future__ import annotations

import logging
from base64 import b64encode

import pytest

from catcher.dialog.records import Kind
from catcher.models import Session
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, notes, text
from tests.catcher.wire import ENVELOPE, Wire

PASSWORD = b"Tr0ub4dor&3-hunter2"
PLAIN = b64encode(b"\x00somebody\x00" + PASSWORD)
USER64 = b64encode(b"somebody")
PASSWORD64 = b64encode(PASSWORD)
XOAUTH = b64encode(b"user=somebody\x01auth=Bearer " + PASSWORD + b"\x01\x01")
# A user's name is shown as that; the octets in which it went over the wire are not.
SECRETS = (PASSWORD, PLAIN, PASSWORD64, USER64, XOAUTH)
WINDOW = 6

SCRIPTS: dict[str, list[bytes]] = {
    "plain at once": [b"AUTH PLAIN " + PLAIN],
    "plain when asked": [b"AUTH PLAIN", PLAIN],
    "login": [b"AUTH LOGIN", USER64, PASSWORD64],
    "login with its user at once": [b"AUTH LOGIN " + USER64, PASSWORD64],
    "login in clear": [b"AUTH LOGIN", b"somebody@test", PASSWORD],
    "login in clear, password only": [b"AUTH LOGIN", USER64, PASSWORD],
    "lower case": [b"auth plain " + PLAIN],
    "mixed case, many spaces": [b"AuTh   pLaIn    " + PLAIN + b"  "],
    "a space first": [b" AUTH PLAIN " + PLAIN],
    "tabs": [b"AUTH\tPLAIN\t" + PLAIN],
    "a tab and a space": [b"AUTH PLAIN\t" + PLAIN],
    "an equals sign": [b"AUTH=PLAIN " + PLAIN],
    "no space": [b"AUTHPLAIN " + PLAIN],
    "no space behind the mechanism": [b"AUTH PLAIN" + PLAIN],
    "no mechanism": [b"AUTH " + PLAIN],
    "no mechanism, in clear": [b"AUTH " + PASSWORD],
    "in clear": [b"AUTH PLAIN somebody " + PASSWORD],
    "a mechanism that is not offered": [b"AUTH XOAUTH2 " + XOAUTH],
    "a mechanism that is not offered, when asked": [b"AUTH XOAUTH2", XOAUTH],
    "a challenge that never came": [b"AUTH CRAM-MD5", b64encode(b"somebody " + PASSWORD), PASSWORD64],
    "a mechanism that nobody knows": [b"AUTH MYOWN " + PLAIN],
    "cancelled": [b"AUTH LOGIN", b"*", USER64, PASSWORD64],
    "cancelled half-way": [b"AUTH LOGIN", USER64, b"*", PASSWORD64],
    "not base64": [b"AUTH PLAIN", b"!" + PLAIN, PLAIN],
    "not what plain is": [b"AUTH PLAIN " + PASSWORD64, PLAIN],
    "twice": [b"AUTH PLAIN " + PLAIN, b"AUTH PLAIN " + PLAIN, b"AUTH LOGIN", USER64, PASSWORD64],
    "in a transaction": [b"MAIL FROM:<a@test>", b"AUTH LOGIN", USER64, PASSWORD64],
    "after helo": [b"HELO client.test", b"AUTH LOGIN", USER64, PASSWORD64],
    "after rset": [b"AUTH LOGIN", b"=", b"AUTH LOGIN", USER64, PASSWORD64],
    "the longest line": [b"AUTH PLAIN " + PLAIN * 300],
    "the longest answer": [b"AUTH XOAUTH2", XOAUTH * 100],
    "bare line feeds": [b"AUTH LOGIN\n" + USER64 + b"\n" + PASSWORD64],
    "a carriage return inside": [b"AUTH PLAIN\r" + PLAIN],
    "a nul": [b"AUTH PLAIN\x00" + PLAIN, b"\x00AUTH PLAIN " + PLAIN],
    "answers that look like commands": [b"AUTH LOGIN", b"DATA", PASSWORD64],
}


def windows(secret: bytes) -> set[bytes]:
    return {secret[start : start + WINDOW] for start in range(len(secret) - WINDOW + 1)}


FORBIDDEN = set().union(*map(windows, SECRETS))


def found_in(octets: bytes) -> list[bytes]:
    """Return the pieces of a secret that stand there."""
    return [piece for piece in FORBIDDEN if piece in octets]


def assert_kept_nowhere(sandbox: Sandbox, caplog: pytest.LogCaptureFixture) -> None:
    for session in Session.objects.all():
        for record in session.records():
            assert found_in(record.data) == [], record
            assert found_in(repr(record.info).encode()) == [], record
    assert found_in(sandbox.octets()) == []
    assert found_in(caplog.text.encode()) == []


def run(wire: Wire, script: list[bytes], hello: bool = True) -> None:
    if hello:
        wire.hello()
    for line in script:
        wire.ask(line)


@pytest.mark.parametrize("script", SCRIPTS.values(), ids=SCRIPTS)
def test_no_secret_is_kept(sandbox: Sandbox, caplog: pytest.LogCaptureFixture, script: list[bytes]) -> None:
    caplog.set_level(logging.DEBUG)
    burst = b"\r\n".join(script) + b"\r\n"
    wires = []

    with sandbox.connect() as wire:  # one line after the other
        run(wire, script)
        wires.append(wire)
    with sandbox.connect() as wire:  # all in one write
        wire.hello()
        wire.send(burst + b"QUIT\r\n")
        wire.rest()
        wires.append(wire)
    with sandbox.connect() as wire:  # without EHLO
        wire.send(burst)
        wire.half_close()
        wire.rest()
        wires.append(wire)
    with sandbox.connect() as wire:  # behind the end
        wire.send(b"EHLO client.test\r\nQUIT\r\n" + burst)
        wire.rest()
        wires.append(wire)
    with sandbox.connect() as wire:  # behind a message
        wire.send(b"EHLO client.test\r\n" + ENVELOPE + b"DATA\r\nx\r\n.\r\n" + burst)
        wire.half_close()
        wire.rest()
        wires.append(wire)
    with sandbox.connect() as wire:  # inside of TLS
        wire.hello()
        wire.start_tls()
        run(wire, script)
        wires.append(wire)

    for wire in wires:
        assert sandbox.tape(wire)[-1].kind is Kind.CLOSE
    assert_kept_nowhere(sandbox, caplog)


@pytest.mark.parametrize(
    "name", ["plain at once", "login", "a mechanism that is not offered, when asked", "login in clear"]
)
def test_no_secret_is_kept_wherever_the_connection_is_cut(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    caplog.set_level(logging.DEBUG)
    burst = b"\r\n".join(SCRIPTS[name]) + b"\r\n"
    wires = []
    for length in range(1, len(burst), 2):
        with sandbox.connect() as wire:
            wire.hello()
            wire.send(burst[:length])
            wire.half_close()
            wire.rest()
            wires.append(wire)
    for wire in wires:
        assert b"".join(record.data for record in sandbox.tape(wire)[2:])
    assert_kept_nowhere(sandbox, caplog)


@pytest.mark.parametrize("name", ["plain when asked", "login", "a challenge that never came", "login in clear"])
def test_no_secret_is_kept_when_the_client_dies_in_the_exchange(
    sandbox: Sandbox, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    wires = []
    for last in range(1, len(SCRIPTS[name])):
        for half in (b"", b"\r\n"):
            wire = sandbox.connect()
            run(wire, SCRIPTS[name][:last])
            wire.send(SCRIPTS[name][last] + half)
            wire.reset()
            wires.append(wire)
    for wire in wires:
        sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


@pytest.mark.parametrize("name", ["login", "plain when asked"])
def test_no_secret_is_kept_when_the_exchange_falls_asleep(
    start: Start, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    sandbox = start(idle=0.2)
    with sandbox.connect() as wire:
        run(wire, SCRIPTS[name][:-1])
        wire.send(SCRIPTS[name][-1])  # no end of line
        assert wire.rest().startswith(b"421 4.4.2")
    sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


@pytest.mark.parametrize("errors", [1, 2, 3])
def test_no_secret_is_kept_when_one_error_too_many_ends_the_session(
    start: Start, caplog: pytest.LogCaptureFixture, errors: int
) -> None:
    sandbox = start(errors=errors)
    for script in SCRIPTS.values():
        with sandbox.connect() as wire:
            wire.send(b"EHLO client.test\r\nFOO\r\n" + b"\r\n".join(script) + b"\r\n")
            wire.half_close()
            wire.rest()
        sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


@pytest.mark.parametrize("room", range(0, 1200, 60))
def test_no_secret_is_kept_where_the_tape_is_cut(start: Start, caplog: pytest.LogCaptureFixture, room: int) -> None:
    sandbox = start(tape=room)
    with sandbox.connect() as wire:
        wire.send(b"EHLO client.test\r\nAUTH LOGIN\r\n" + USER64 + b"\r\n" + PASSWORD64 + b"\r\nQUIT\r\n")
        wire.rest()
    sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


@pytest.mark.parametrize("room", [900, 1 << 20])
def test_no_secret_is_kept_that_waits_while_the_session_is_written(
    start: Start, caplog: pytest.LogCaptureFixture, room: int
) -> None:
    sandbox = start(tape=room)
    with sandbox.connect() as wire:
        wire.hello()
        (protocol,) = sandbox.listener._open
        protocol._full = True  # as where the client reads nothing, but one read is under way still
        wire.send(b"AUTH LOGIN\r\n" + USER64 + b"\r\n" + PASSWORD64 + b"\r\n" + b"NOOP\r\n" * 50)
        sandbox.eventually(lambda: len(protocol._lines) == 53)
        sandbox.loop.call_soon_threadsafe(sandbox.listener.touched, protocol)
        sandbox.eventually(lambda: protocol not in sandbox.listener._dirty)
        sandbox.inlet.writer.call(lambda: None).result()
        assert [record.data for record in sandbox.live_tape(wire, b"EHLO")][2] == b"EHLO client.test"
        assert_kept_nowhere(sandbox, caplog)
        sandbox.loop.call_soon_threadsafe(protocol.resume_writing)
        assert wire.codes(53) == ["334", "334", "235"] + ["250"] * 50
    sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


def test_a_refused_login_is_masked_too(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = start(login=("somebody", "another password"))
    for script in SCRIPTS.values():
        with sandbox.connect() as wire:
            run(wire, script)
        sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


def test_the_configured_password_is_kept_nowhere(start: Start, caplog: pytest.LogCaptureFixture) -> None:
    sandbox = start(login=("somebody", PASSWORD.decode()))
    with sandbox.connect() as wire:
        wire.hello()
        assert wire.ask(b"AUTH PLAIN " + PLAIN).startswith("235")
    sandbox.session(wire)
    assert_kept_nowhere(sandbox, caplog)


def test_what_is_not_secret_of_an_exchange_stays_readable(sandbox: Sandbox) -> None:
    script = [b"AUTH PLAIN " + PLAIN, b"NOOP", b"FOO BAR"]
    with sandbox.connect() as wire:
        run(wire, script)
    tape = sandbox.tape(wire)
    assert text(tape) == ["EHLO client.test", "AUTH PLAIN ***", "NOOP", "FOO BAR"]
    assert [record.masked for record in tape if record.text.startswith("AUTH")] == [True]
    assert notes(tape, Kind.AUTH) == [{"mechanism": "PLAIN", "user": "somebody", "ok": True}]
    with sandbox.connect() as wire:
        run(wire, [b"AUTH login", USER64, PASSWORD64])
    assert text(sandbox.tape(wire)) == ["EHLO client.test", "AUTH login", "***", "***"]
    with sandbox.connect() as wire:
        run(wire, [b"AUTH CRAM-MD5", b"NOOP", b"TYPO"])
    assert text(sandbox.tape(wire)) == ["EHLO client.test", "AUTH CRAM-MD5", "NOOP", "TYPO"]


def test_a_masked_line_does_not_tell_what_it_was(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        run(wire, [b"AUTH PLAIN " + PLAIN])
    record = next(record for record in sandbox.tape(wire) if record.masked)
    assert record.data == b"AUTH PLAIN ***"
    assert not record.is_cut


def test_keep_credentials_keeps_them(start: Start) -> None:
    sandbox = start(keep_credentials=True)
    for script in (SCRIPTS["plain at once"], SCRIPTS["plain when asked"], SCRIPTS["login"], SCRIPTS["cancelled"]):
        with sandbox.connect() as wire:
            run(wire, script)
        tape = sandbox.tape(wire)
        assert text(tape)[1:] == [line.decode() for line in script]
        assert not any(record.masked for record in tape)
