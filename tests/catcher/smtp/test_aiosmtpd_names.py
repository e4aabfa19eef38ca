"""Each name of aiosmtpd that is overridden or used, some of them private: a new version must not change them unseen."""

from __future__ import annotations

import inspect
from importlib.metadata import version

import pytest
from aiosmtpd import smtp as aiosmtpd
from aiosmtpd.smtp import MISSING, AuthResult, Envelope, LoginPassword, Session

from catcher.smtp.auth import Authentication
from catcher.smtp.handler import Handler
from catcher.smtp.protocol import Protocol


def test_the_version_is_one_that_was_read() -> None:
    assert version("aiosmtpd").startswith("1.4.")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("_create_session", ["self"]),
        ("_create_envelope", ["self"]),
        ("_authenticate", ["self", "mechanism", "auth_data"]),
        ("auth_PLAIN", ["self", "_", "args"]),
        ("auth_LOGIN", ["self", "_", "args"]),
        ("challenge_auth", ["self", "challenge", "encode_to_b64", "log_client_response"]),
        ("push", ["self", "status"]),
        ("connection_made", ["self", "transport"]),
        ("connection_lost", ["self", "error"]),
        ("eof_received", ["self"]),
        ("__del__", ["self"]),
        *[
            (f"smtp_{verb}", ["self", "arg"])
            for verb in ("MAIL", "RCPT", "DATA", "RSET", "NOOP", "QUIT", "VRFY", "EXPN")
        ],
        *[(f"smtp_{verb}", ["self", "arg"]) for verb in ("HELP", "AUTH", "STARTTLS")],
        *[(f"smtp_{verb}", ["self", "hostname"]) for verb in ("HELO", "EHLO")],
    ],
)
def test_a_method_is_what_it_was(name: str, parameters: list[str]) -> None:
    assert list(inspect.signature(getattr(aiosmtpd.SMTP, name)).parameters) == parameters


def test_every_verb_of_aiosmtpd_is_replaced() -> None:
    theirs = {name for name in dir(aiosmtpd.SMTP) if name.startswith("smtp_")}
    assert theirs == {name for name in dir(Protocol) if name.startswith("smtp_")}
    for name in theirs:
        assert getattr(Protocol, name) is not getattr(aiosmtpd.SMTP, name), name


def test_our_methods_take_what_theirs_do() -> None:
    for owner in Protocol.__mro__:
        if not owner.__module__.startswith("catcher."):
            continue
        for name, method in vars(owner).items():
            theirs = getattr(aiosmtpd.SMTP, name, None)
            if inspect.isfunction(method) and inspect.isfunction(theirs) and name != "__init__":
                ours = list(inspect.signature(method).parameters)
                assert len(ours) == len(inspect.signature(theirs).parameters), name


def test_the_mechanisms_use_what_we_replace() -> None:
    for method in (aiosmtpd.SMTP.auth_PLAIN, aiosmtpd.SMTP.auth_LOGIN):
        names = set(method.__code__.co_names)
        assert {"challenge_auth", "_authenticate", "MISSING"} <= names
        # Anything else of the protocol's would be missing: its __init__ is never called.
        instance = {name for name in names if name.startswith("_") and name != "_authenticate"}
        assert instance == set()
    assert {"AuthLoginUsernameChallenge", "AuthLoginPasswordChallenge"} <= set(
        aiosmtpd.SMTP.auth_LOGIN.__code__.co_names
    )
    assert Authentication.AuthLoginUsernameChallenge == "Username:"
    assert aiosmtpd.SMTP.AuthLoginUsernameChallenge == "User Name\x00"


def test_the_results_of_authentication_are_what_they_were() -> None:
    assert AuthResult(success=False).handled
    assert not AuthResult(success=False, handled=False).handled
    assert LoginPassword(b"a", b"b")._fields == ("login", "password")
    assert MISSING is not None


def test_sessions_and_envelopes_hold_what_is_used() -> None:
    class Loop:
        pass

    session, envelope = Session(Loop()), Envelope()  # type: ignore[arg-type]
    assert (session.peer, session.host_name, session.extended_smtp, session.authenticated) == (None, None, False, None)
    assert (envelope.mail_from, envelope.mail_options, envelope.rcpt_tos, envelope.smtp_utf8) == (None, [], [], False)
    assert envelope.content is None


def test_the_syntax_decorator_leaves_its_text_on_the_method() -> None:
    assert Protocol.smtp_MAIL.__smtp_syntax__ == "MAIL FROM:<address>"  # type: ignore[attr-defined]
    assert Protocol.smtp_STARTTLS.__smtp_syntax_when__ == "tls_context"  # type: ignore[attr-defined]


def test_the_hooks_of_the_handler_are_named_after_verbs() -> None:
    hooks = [name for name in dir(Handler) if name.startswith("handle_")]
    assert hooks == ["handle_DATA"]
    assert {name.removeprefix("handle_").encode() for name in hooks} <= set(Protocol.commands)


def test_deleting_a_protocol_needs_nothing_that_is_missing() -> None:
    # __del__ looks for what the __init__ that we replace would have set.
    assert "getattr" in aiosmtpd.SMTP.__del__.__code__.co_names
    Protocol.__new__(Protocol).__del__()  # type: ignore[no-untyped-call]
