"""What our subclass replaces or relies on in aiosmtpd: a new version that changes it fails here first."""

from __future__ import annotations

import inspect
from importlib.metadata import version

from aiosmtpd import smtp as aiosmtpd

from catcher.smtp.protocol import Protocol

# RFC 5321 §4.1.1, RFC 3207, RFC 4954; EXPN is answered, though not implemented.
VERBS = {
    "AUTH", "DATA", "EHLO", "EXPN", "HELO", "HELP", "MAIL", "NOOP", "QUIT", "RCPT", "RSET", "STARTTLS", "VRFY",
}  # fmt: skip


def test_the_version_is_the_one_that_was_read() -> None:
    assert version("aiosmtpd").startswith("1.4.")


def test_overridden_methods_exist_there_with_these_parameters() -> None:
    expected = {
        "push": ["self", "status"],
        "challenge_auth": ["self", "challenge", "encode_to_b64", "log_client_response"],
        "_authenticate": ["self", "mechanism", "auth_data"],
        "connection_made": ["self", "transport"],
        "connection_lost": ["self", "error"],
        "eof_received": ["self"],
        "smtp_AUTH": ["self", "arg"],
        "smtp_DATA": ["self", "arg"],
        "smtp_MAIL": ["self", "arg"],
        "smtp_STARTTLS": ["self", "arg"],
    }
    for name, parameters in expected.items():
        theirs, ours = getattr(aiosmtpd.SMTP, name), getattr(Protocol, name)
        assert theirs is not ours
        assert list(inspect.signature(theirs).parameters) == parameters
        assert list(inspect.signature(ours).parameters) == parameters


def test_inherited_methods_are_still_there() -> None:
    for name in ("auth_PLAIN", "auth_LOGIN", "_create_session", "_create_envelope"):
        assert getattr(Protocol, name) is getattr(aiosmtpd.SMTP, name)
    for name in ("syntax", "Session", "Envelope", "AuthResult", "LoginPassword", "MISSING"):
        assert hasattr(aiosmtpd, name)


def test_our_commands_are_the_verbs_of_smtp_and_none_is_aiosmtpds() -> None:
    assert {verb.decode() for verb in Protocol.commands} == VERBS
    for name in Protocol.commands.values():
        assert inspect.iscoroutinefunction(getattr(Protocol, name))
        assert getattr(Protocol, name).__module__.startswith("catcher.smtp")
    assert Protocol.waiting <= VERBS


def test_helptexts_can_be_read() -> None:
    assert getattr(Protocol.smtp_MAIL, "__smtp_syntax__") == "MAIL FROM:<address>"  # noqa: B009
