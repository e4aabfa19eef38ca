"""STARTTLS: the certificate, the state that must be forgotten, and handshakes that fail."""

from __future__ import annotations

import datetime as dt
import ssl
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from catcher.dialog.outcome import Close, Outcome
from catcher.dialog.records import Kind
from catcher.smtp import tls
from tests.catcher.wire import trusting

if TYPE_CHECKING:
    from tests.catcher.conftest import Start
    from tests.catcher.sandbox import Sandbox


def test_the_certificate_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    tls.context(tmp_path, "mail.example.com")
    path = tmp_path / tls.CERTIFICATE
    first = path.read_bytes()
    certificate = x509.load_pem_x509_certificate(first)
    key = certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert key.curve.name == "secp256r1"
    names = certificate.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mail.example.com", "localhost"]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    tls.context(tmp_path, "mail.example.com")
    assert path.read_bytes() == first


@pytest.mark.parametrize("damage", ["empty", "garbage", "expired"])
def test_a_certificate_that_is_of_no_use_is_made_anew(
    tmp_path: Path, damage: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / tls.CERTIFICATE
    if damage == "expired":
        monkeypatch.setattr(tls, "VALID", dt.timedelta(days=3))
        path.write_bytes(tls.make("old.example.com"))
        monkeypatch.undo()
    else:
        path.write_bytes(b"" if damage == "empty" else b"-----BEGIN CERTIFICATE-----\nxx\n")
    before = path.read_bytes()
    tls.context(tmp_path, "sandpost")
    assert path.read_bytes() != before


def test_the_session_starts_over_inside_tls(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<a@b.test>")
        wire.start_tls()
        assert wire.ask("RCPT TO:<c@d.test>").startswith("503 5.5.1 Send EHLO first")
        offered = wire.hello()
        assert "STARTTLS" not in offered
        assert "AUTH PLAIN LOGIN" in offered
        assert wire.ask("STARTTLS").startswith("503 5.5.1")
        assert wire.deliver(b"Subject: secret\r\n\r\nx\r\n", hello=False).startswith("250")
        wire.ask("QUIT")
    session = either_loop.session(wire)
    assert session.tls_version == "TLSv1.3"
    assert session.messages_stored == 1
    lines = [record for record in session.records() if record.kind is Kind.LINE]
    assert {record.tls for record in lines if record.data.startswith(b"STARTTLS")} == {False, True}
    assert all(record.tls for record in lines if b"c@d.test" in record.data)


def test_what_was_sent_ahead_of_the_handshake_is_thrown_away(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.send(b"STARTTLS\r\nMAIL FROM:<injected@evil.test>\r\n")
        assert wire.reply().startswith("220")
        wire.sock = trusting().wrap_socket(wire.sock, server_hostname="localhost")
        wire.hello()
        assert wire.ask("RCPT TO:<c@d.test>").startswith("503 5.5.1 Send MAIL first")
        wire.ask("QUIT")
    (discarded,) = [record for record in sandbox.tape(wire) if record.kind is Kind.DISCARDED]
    assert discarded.info["bytes"] == len(b"MAIL FROM:<injected@evil.test>\r\n")


def test_a_client_that_does_not_trust_us_leaves_the_alerts_words(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        with pytest.raises(ssl.SSLCertVerificationError):
            ssl.create_default_context().wrap_socket(wire.sock, server_hostname="localhost")
    session = sandbox.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.TLS_FAILED, Close.TLS)
    (failure,) = [record for record in session.records() if record.kind is Kind.TLS_FAIL]
    assert "unknown ca" in failure.info["error"]
    assert session.reply == failure.info["error"]


@pytest.mark.parametrize("octets", [b"EHLO plain.test\r\n", b""])
def test_no_handshake_where_one_was_agreed(either_loop: Sandbox, octets: bytes) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        wire.send(octets)
    session = either_loop.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.TLS_FAILED, Close.TLS)


def test_without_a_certificate_it_is_not_offered(start: Start) -> None:
    sandbox = start(with_tls=False)
    with sandbox.connect() as wire:
        assert "STARTTLS" not in wire.hello()
        assert wire.ask("STARTTLS").startswith("454 4.7.0")
        assert wire.ask("NOOP").startswith("250")
    session = sandbox.session(wire)
    assert (session.outcome, session.stage, session.reply[:3]) == (Outcome.REJECTED, "STARTTLS", "454")


def test_a_client_that_goes_on_without_tls_has_lost_nothing(start: Start) -> None:
    sandbox = start(with_tls=False)
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        assert wire.deliver(b"x\r\n").startswith("250")
    assert sandbox.session(wire).outcome == Outcome.DELIVERED
