"""AUTH PLAIN and LOGIN: who gets in, and what the answers are (RFC 4954)."""

from __future__ import annotations

import smtplib
from base64 import b64encode
from typing import TYPE_CHECKING

import pytest

from catcher.dialog.outcome import Outcome
from catcher.models import Message

if TYPE_CHECKING:
    from tests.catcher.conftest import Start
    from tests.catcher.sandbox import Sandbox


def encoded(text: str) -> str:
    return b64encode(text.encode()).decode()


@pytest.mark.parametrize("mechanism", ["PLAIN", "LOGIN"])
@pytest.mark.parametrize("with_initial_response", [True, False])
def test_any_credentials_are_accepted(sandbox: Sandbox, mechanism: str, with_initial_response: bool) -> None:
    client = sandbox.client()
    client.ehlo()
    client.user, client.password = "ada", "whatever"
    authobject = client.auth_plain if mechanism == "PLAIN" else client.auth_login
    code, text = client.auth(mechanism, authobject, initial_response_ok=with_initial_response)
    assert (code, text) == (235, b"2.7.0 Authentication successful")
    port = client.sock.getsockname()[1]  # type: ignore[union-attr]
    client.sendmail("a@b.test", ["c@d.test"], b"Subject: x\r\n\r\n")
    client.quit()
    session = sandbox.session(port)
    assert (session.auth_mechanism, session.auth_user) == (mechanism, "ada")
    assert Message.objects.get().username == "ada"


def test_configured_credentials_are_the_only_ones(start: Start) -> None:
    sandbox = start(login=("ada", "s3cret"))
    with sandbox.client() as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as refusal:
            client.login("ada", "wrong")
        assert refusal.value.smtp_code == 535
        assert b"5.7.8" in refusal.value.smtp_error if isinstance(refusal.value.smtp_error, bytes) else False
        port = client.sock.getsockname()[1]  # type: ignore[union-attr]
    assert sandbox.session(port).outcome == Outcome.AUTH_FAILED
    with sandbox.client() as client:
        assert client.login("ada", "s3cret")[0] == 235


def test_what_is_refused_and_how(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert wire.ask(f"AUTH PLAIN {encoded(chr(0) + 'a' + chr(0) + 'b')}").startswith("503 5.5.1 Send EHLO first")
        wire.hello()
        assert wire.ask("AUTH").startswith("501 5.5.4")
        assert wire.ask("AUTH CRAM-MD5").startswith("504 5.5.4")
        assert wire.ask("AUTH PLAIN !!!").startswith("501 5.5.2")
        assert wire.ask(f"AUTH PLAIN {encoded('only one')}").startswith("501 5.5.2")
        assert wire.ask("AUTH LOGIN").startswith("334 VXNlcm5hbWU6")
        assert wire.ask("*").startswith("501 5.7.0")
        wire.ask("MAIL FROM:<a@b.test>")
        assert wire.ask("AUTH LOGIN").startswith("503 5.5.1 AUTH is not allowed during a transaction")
        wire.ask("RSET")
        assert wire.ask(f"auth plain {encoded(chr(0) + 'a' + chr(0) + 'b')}").startswith("235 2.7.0")
        assert wire.ask("AUTH LOGIN").startswith("503 5.5.1 Authenticated already")
