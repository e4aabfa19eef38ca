"""What the rules make of tapes that Sandpost itself recorded."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

from catcher.dialog import conversation
from catcher.dialog.lint import lint_session
from catcher.dialog.records import Record
from tests.catcher.sandbox import Sandbox
from tests.catcher.wire import Wire, trusting


def findings(records: list[Record]) -> list[str]:
    return sorted({finding.id for finding in lint_session(conversation.read(records))})


def message() -> EmailMessage:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "app@example.com", "ann@example.com", "Hello"
    mail.set_content("One line.\n")
    return mail


def port(client: smtplib.SMTP) -> int:
    assert client.sock is not None
    return int(client.sock.getsockname()[1])


def test_smtplib_without_tls(sandbox: Sandbox) -> None:
    with sandbox.client() as client:
        client.send_message(message())
        client.send_message(message())
        known = port(client)
    assert findings(sandbox.tape(known)) == ["S32"]


def test_smtplib_with_tls_and_login(sandbox: Sandbox) -> None:
    with sandbox.client() as client:
        client.starttls(context=trusting())
        client.login("ann", "secret")
        client.send_message(message())
        known = port(client)
    assert findings(sandbox.tape(known)) == []


def test_commands_before_the_handshake(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.send(b"STARTTLS\r\nMAIL FROM:<evil@example.com>\r\n")
        wire.reply()
    assert "S30" in findings(sandbox.tape(wire))


def test_strangers(sandbox: Sandbox) -> None:
    def after(data: bytes) -> list[str]:
        with Wire(sandbox.address) as wire:
            wire.send(data)
            wire.rest()
        return findings(sandbox.tape(wire))

    assert after(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n") == ["S38"]
    assert after(b"\x16\x03\x01\x02\x00\x01\x00\x01") == ["S37"]


def test_a_message_sent_without_354_and_a_hasty_end(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        for line in (b"DATA", b"Subject: help", b"", b"QUIT while you can", b"."):
            wire.ask(line)
    assert findings(sandbox.tape(wire)) == ["S20", "S21", "S61"]


def test_a_message_in_one_packet_with_its_envelope(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.send(b"MAIL FROM:<a@example.com>\r\nRCPT TO:<b@example.com>\r\nDATA\r\nSubject: x\r\n\r\n.\r\nQUIT\r\n")
        wire.rest()
    found = lint_session(conversation.read(sandbox.tape(wire)))
    assert {finding.id for finding in found} - {"S04", "S32"} == {"S28"}
