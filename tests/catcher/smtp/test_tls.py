"""STARTTLS (RFC 3207): the certificate, and everything that can go wrong with a handshake."""

from __future__ import annotations

import os
import socket
import ssl
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec

from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Kind
from catcher.models import Message
from catcher.smtp import replies, tls
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, notes, only_raw, reason, text, tls_client
from tests.catcher.wire import ENVELOPE, PATIENCE, trusting


def certificate(folder: Path) -> x509.Certificate:
    return x509.load_pem_x509_certificate((folder / tls.CERTIFICATE).read_bytes())


# -- the certificate -----------------------------------------------------------------------------------------------


def test_the_certificate_is_made_at_the_first_start(tmp_path: Path) -> None:
    tls.context(tmp_path, "mail.example")
    made = certificate(tmp_path)
    key = made.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    assert isinstance(key.curve, ec.SECP256R1)
    names = made.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    assert names.get_values_for_type(x509.DNSName) == ["mail.example", "localhost"]
    assert [str(address) for address in names.get_values_for_type(x509.IPAddress)] == ["127.0.0.1", "::1"]
    now = datetime.now(UTC)
    assert made.not_valid_before_utc < now < made.not_valid_after_utc
    assert made.not_valid_after_utc - made.not_valid_before_utc < timedelta(days=825)


def test_only_its_owner_may_read_the_key(tmp_path: Path) -> None:
    before = os.umask(0)
    try:
        tls.context(tmp_path, "sandpost")
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / tls.CERTIFICATE).stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == [tls.CERTIFICATE]


def test_only_its_owner_may_read_the_key_where_a_draft_was_left(tmp_path: Path) -> None:
    draft = (tmp_path / tls.CERTIFICATE).with_suffix(".new")
    draft.write_text("half")
    draft.chmod(0o666)
    tls.context(tmp_path, "sandpost")
    assert stat.S_IMODE((tmp_path / tls.CERTIFICATE).stat().st_mode) == 0o600


def test_the_certificate_is_kept_across_starts(tmp_path: Path) -> None:
    tls.context(tmp_path, "sandpost")
    first = (tmp_path / tls.CERTIFICATE).read_bytes()
    tls.context(tmp_path, "sandpost")
    assert (tmp_path / tls.CERTIFICATE).read_bytes() == first


def test_a_certificate_is_renewed_before_it_expires(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(tls, "VALID", tls.RENEW_BEFORE - timedelta(days=1))
        tls.context(tmp_path, "sandpost")
    old = certificate(tmp_path)
    tls.context(tmp_path, "sandpost")
    assert certificate(tmp_path).serial_number != old.serial_number
    assert certificate(tmp_path).not_valid_after_utc > old.not_valid_after_utc


@pytest.mark.parametrize("part", ["nothing", "garbage", "half", "certificate", "other key"])
def test_a_broken_certificate_is_replaced(tmp_path: Path, part: str) -> None:
    path = tmp_path / tls.CERTIFICATE
    whole = tls.make("sandpost")
    key, _, cert = whole.partition(b"-----BEGIN CERTIFICATE")
    other = tls.make("sandpost").partition(b"-----BEGIN CERTIFICATE")[0]
    broken = {
        "nothing": b"",
        "garbage": os.urandom(500),
        "half": whole[: len(whole) // 2],
        "certificate": b"-----BEGIN CERTIFICATE" + cert,
        "other key": other + b"-----BEGIN CERTIFICATE" + cert,
    }[part]
    path.write_bytes(broken)
    assert tls.context(tmp_path, "sandpost").cert_store_stats() is not None
    assert path.read_bytes() != broken


def test_a_client_can_be_told_to_trust_exactly_this_one(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.start_tls(tls_client(either_loop.folder))
        assert wire.deliver(b"secret\r\n").startswith("250")
    assert only_raw() == b"secret\r\n"


def test_the_certificate_is_valid_for_loopback(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        wire.sock = tls_client(sandbox.folder).wrap_socket(wire.sock, server_hostname="127.0.0.1")
        assert wire.hello().startswith("250")


# -- the conversation ----------------------------------------------------------------------------------------------


def test_smtplib_over_tls(either_loop: Sandbox) -> None:
    with either_loop.client() as client:
        client.starttls(context=trusting())
        client.sendmail("a@test", ["b@test"], b"over tls\r\n")
    assert only_raw() == b"over tls\r\n"


def test_what_tls_is_used_is_recorded(either_loop: Sandbox) -> None:
    context = trusting()
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_2
    with either_loop.connect() as wire:
        wire.hello()
        wire.start_tls(context)
        assert wire.hello().startswith("250")
    session = either_loop.session(wire)
    records = list(session.records())
    kinds = [record.kind for record in records if record.kind not in (Kind.LINE, Kind.OPEN, Kind.CLOSE)]
    assert kinds == [Kind.TLS_START, Kind.TLS_DONE]
    assert notes(records, Kind.TLS_DONE) == [
        {"version": "TLSv1.2", "cipher": session.tls_cipher, "sni": "sandpost"},
    ]
    assert (session.tls_version, session.tls_sni) == ("TLSv1.2", "sandpost")
    assert "ECDSA" in session.tls_cipher
    assert session.outcome == Outcome.PROBE


def test_everything_is_forgotten_at_the_handshake(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("AUTH PLAIN AGEAYg==")
        wire.send(ENVELOPE)
        wire.codes(2)
        wire.start_tls()
        assert wire.ask("MAIL FROM:<a@test>") == replies.HELLO_FIRST
        assert wire.ask("AUTH PLAIN AGEAYg==") == replies.HELLO_FIRST
        wire.hello()
        assert wire.ask("RCPT TO:<c@test>") == replies.MAIL_FIRST
        assert wire.ask("DATA") == replies.MAIL_FIRST
        assert wire.ask("AUTH PLAIN AGEAYg==") == replies.AUTH_OK


@pytest.mark.parametrize("command", [b"STARTTLS", b"starttls", b"STARTTLS ", b"STARTTLS" + b" " * 30])
def test_commands_injected_before_the_handshake_are_thrown_away(either_loop: Sandbox, command: bytes) -> None:
    injected = b"EHLO evil.test\r\n" + ENVELOPE
    with either_loop.connect() as wire:
        wire.hello()
        wire.send(command + b"\r\n" + injected)
        assert wire.reply() == replies.START_TLS
        wire.sock = trusting().wrap_socket(wire.sock)
        assert wire.ask("DATA") == replies.HELLO_FIRST
        assert wire.ask("QUIT").startswith("221")
    tape = either_loop.tape(wire)
    assert notes(tape, Kind.DISCARDED) == [{"bytes": len(injected), "why": "sent before the TLS handshake"}]
    assert not any("evil" in record.text for record in tape)
    assert Message.objects.count() == 0


def test_a_client_that_rejects_the_certificate(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        strict = ssl.create_default_context()
        # In TLS 1.3 the server's handshake is done before the client has looked.
        strict.maximum_version = ssl.TLSVersion.TLSv1_2
        with pytest.raises(ssl.SSLCertVerificationError):
            strict.wrap_socket(wire.sock, server_hostname="sandpost")
    session = either_loop.session(wire)
    assert (session.outcome, session.close_reason, session.stage) == (Outcome.TLS_FAILED, "tls", "STARTTLS")
    (info,) = notes(list(session.records()), Kind.TLS_FAIL)
    assert "unknown ca" in info["error"]
    assert Outcome(session.outcome).is_failure


def test_a_client_that_rejects_the_certificate_in_tls_1_3(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        strict = ssl.create_default_context()
        strict.minimum_version = ssl.TLSVersion.TLSv1_3
        with pytest.raises(ssl.SSLCertVerificationError):
            strict.wrap_socket(wire.sock, server_hostname="sandpost")
    session = either_loop.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.TLS_FAILED, "tls")
    (info,) = notes(list(session.records()), Kind.TLS_FAIL)
    assert "unknown ca" in info["error"]


def test_a_client_that_speaks_too_old_a_version(either_loop: Sandbox) -> None:
    hello = (
        bytes.fromhex("16030100 2d 01000029 0300".replace(" ", ""))
        + bytes(32)
        + bytes.fromhex("00000200 0a 0100".replace(" ", ""))
    )
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        wire.sock.sendall(hello)
        wire.rest()
    session = either_loop.session(wire)
    assert session.outcome == Outcome.TLS_FAILED
    assert notes(list(session.records()), Kind.TLS_FAIL)[0]["error"]


def test_plain_text_in_place_of_a_handshake(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        wire.sock.sendall(b"EHLO client.test\r\nMAIL FROM:<a@test>\r\n")
        wire.rest()
    session = either_loop.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.TLS_FAILED, "tls")
    (info,) = notes(list(session.records()), Kind.TLS_FAIL)
    assert info["error"]
    assert "MAIL" not in "".join(text(list(session.records())))


@pytest.mark.parametrize("how", ["close", "reset", "half_close"])
@pytest.mark.parametrize("begun", [b"", b"\x16\x03\x01\x02"], ids=["nothing", "half a hello"])
def test_a_client_that_leaves_in_the_handshake(either_loop: Sandbox, how: str, begun: bytes) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        wire.sock.sendall(begun)
        getattr(wire, how)()
        session = either_loop.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.TLS_FAILED, "tls")
    assert len(notes(list(session.records()), Kind.TLS_FAIL)) == 1


def test_a_client_that_falls_asleep_in_the_handshake(start: Start) -> None:
    sandbox = start(idle=0.2)
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        wire.rest()
    session = sandbox.session(wire)
    assert (session.outcome, session.close_reason, session.stage) == (Outcome.IDLE, "idle", "STARTTLS")
    assert len(notes(list(session.records()), Kind.TLS_FAIL)) == 1


def test_a_handshake_that_goes_on_while_sandpost_stops(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("STARTTLS")
        either_loop.call(either_loop.listener.stop())
        assert wire.rest() == b"", "words in clear text would be taken for a broken handshake"
        assert either_loop.session(wire).close_reason == "shutdown"


@pytest.mark.parametrize("how", ["close", "reset", "quit", "unwrap"])
def test_how_a_session_under_tls_ends(either_loop: Sandbox, how: str) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.start_tls()
        wire.hello()
        if how == "quit":
            assert wire.ask("QUIT").startswith("221")
            wire.rest()
        elif how == "unwrap":
            assert isinstance(wire.sock, ssl.SSLSocket)
            wire.sock = wire.sock.unwrap()
        else:
            getattr(wire, how)()
    session = either_loop.session(wire)
    expected = {"quit": {"quit"}, "reset": {"reset"}, "close": {"client", "reset"}, "unwrap": {"client"}}[how]
    assert session.close_reason in expected
    assert session.outcome == Outcome.PROBE
    assert reason(list(session.records())) == session.close_reason


def test_octets_that_are_no_tls_inside_of_it(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.start_tls()
        wire.hello()
        assert isinstance(wire.sock, ssl.SSLSocket)
        wire.sock = socket.socket(fileno=wire.sock.detach())
        wire.sock.settimeout(PATIENCE)
        wire.sock.sendall(b"MAIL FROM:<a@test>\r\n" * 10)
        wire.rest()
    session = either_loop.session(wire)
    assert session.close_reason in {"reset", "tls"}
    (info,) = notes(list(session.records()), Kind.TLS_FAIL)
    assert info["error"]
