"""AUTH PLAIN and LOGIN (RFC 4954): who gets in, and what a broken exchange gets."""

from __future__ import annotations

import smtplib
from base64 import b64encode

import pytest

from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Kind
from catcher.models import Message
from catcher.smtp import replies
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, id_of, notes
from tests.catcher.wire import Wire


def plain(user: str, password: str, authority: str = "") -> str:
    return b64encode(f"{authority}\0{user}\0{password}".encode()).decode()


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def exchange(wire: Wire, *lines: str) -> list[str]:
    wire.hello()
    return [wire.ask(line) for line in lines]


WAYS: dict[str, list[str]] = {
    "plain": ["AUTH PLAIN {plain}"],
    "plain when asked": ["AUTH PLAIN", "{plain}"],
    "login": ["AUTH LOGIN", "{user}", "{password}"],
    "login with its user": ["AUTH LOGIN {user}", "{password}"],
    "lower case": ["auth plain {plain}"],
}


def lines(way: str, user: str, password: str) -> list[str]:
    values = {"plain": plain(user, password), "user": base64(user), "password": base64(password)}
    return [line.format(**values) for line in WAYS[way]]


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
def test_any_login_is_accepted(sandbox: Sandbox, way: str, tls: bool) -> None:
    with sandbox.connect() as wire:
        if tls:
            wire.hello()
            wire.start_tls()
        got = exchange(wire, *lines(way, "jörg", "what ever"))
        assert got[-1] == "235 2.7.0 Authentication successful"
        assert all(reply.startswith("334 ") for reply in got[:-1])
        public_id = id_of(wire.deliver(b"x\r\n", hello=False))
    session = sandbox.session(wire)
    mechanism = "LOGIN" if "login" in way else "PLAIN"
    assert (session.auth_mechanism, session.auth_user, session.outcome) == (mechanism, "jörg", Outcome.DELIVERED)
    assert Message.objects.get(public_id=public_id).username == "jörg"
    assert notes(list(session.records()), Kind.AUTH) == [{"mechanism": mechanism, "user": "jörg", "ok": True}]


def test_the_challenges_of_login_are_what_clients_wait_for(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        got = exchange(wire, *lines("login", "a", "b"))
    assert got[:2] == ["334 VXNlcm5hbWU6", "334 UGFzc3dvcmQ6"]


def test_the_challenge_of_plain_is_empty(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert exchange(wire, "AUTH PLAIN") == ["334 "]


@pytest.mark.parametrize("way", WAYS)
def test_smtplib_and_a_pipelined_client_log_in(sandbox: Sandbox, way: str) -> None:
    with sandbox.client() as client:
        assert client.login("user", "password") == (235, b"2.7.0 Authentication successful")
    with sandbox.connect() as wire:
        script = lines(way, "user", "password")
        wire.send("\r\n".join(["EHLO client.test", *script, "NOOP", ""]).encode())
        assert wire.codes(len(script) + 2) == ["250", *["334"] * (len(script) - 1), "235", "250"]


@pytest.mark.parametrize("way", WAYS)
def test_the_configured_login_and_no_other(start: Start, way: str) -> None:
    sandbox = start(login=("alice", "s3cret:ü"))
    with sandbox.connect() as wire:
        assert exchange(wire, *lines(way, "alice", "s3cret:ü"))[-1] == replies.AUTH_OK
    assert sandbox.session(wire).outcome == Outcome.PROBE
    for user, password in (("alice", "s3cret"), ("alice", ""), ("Alice", "s3cret:ü"), ("s3cret:ü", "alice")):
        with sandbox.connect() as wire:
            got = exchange(wire, *lines(way, user, password))
            assert "535 5.7.8 Authentication credentials invalid" in got, (user, password)
            assert replies.AUTH_OK not in got
        session = sandbox.session(wire)
        assert session.outcome == Outcome.AUTH_FAILED, (user, password)


def test_smtplib_is_refused(start: Start) -> None:
    with start(login=("alice", "secret")).client() as client:
        with pytest.raises(smtplib.SMTPAuthenticationError) as caught:
            client.login("alice", "wrong")
        assert (caught.value.smtp_code, caught.value.smtp_error) == (
            535, b"5.7.8 Authentication credentials invalid",
        )  # fmt: skip
        assert client.login("alice", "secret")[0] == 235


def test_a_login_after_a_refused_one(start: Start) -> None:
    sandbox = start(login=("alice", "secret"))
    with sandbox.connect() as wire:
        got = exchange(wire, f"AUTH PLAIN {plain('alice', 'wrong')}", f"AUTH PLAIN {plain('alice', 'secret')}")
        assert [reply[:3] for reply in got] == ["535", "235"]
        assert wire.deliver(b"x\r\n", hello=False).startswith("250")
    session = sandbox.session(wire)
    assert session.outcome == Outcome.DELIVERED
    assert [info["ok"] for info in notes(list(session.records()), Kind.AUTH)] == [False, True]


@pytest.mark.parametrize(
    ("script", "reply"),
    [
        (["AUTH"], "501 5.5.4 Syntax: AUTH mechanism [initial-response]"),
        (["AUTH PLAIN one two"], "501 5.5.4 Syntax: AUTH mechanism [initial-response]"),
        (["AUTH CRAM-MD5"], replies.UNKNOWN_MECHANISM),
        (["AUTH XOAUTH2 abc"], replies.UNKNOWN_MECHANISM),
        (["AUTH PLAIN", "*"], replies.AUTH_CANCELLED),
        (["AUTH LOGIN", "*"], replies.AUTH_CANCELLED),
        (["AUTH LOGIN", base64("user"), "*"], replies.AUTH_CANCELLED),
        (["AUTH PLAIN", "no!base64"], replies.NOT_BASE64),
        (["AUTH LOGIN", "user@test"], replies.NOT_BASE64),
        (["AUTH LOGIN", base64("user"), "pass word"], replies.NOT_BASE64),
        (["AUTH PLAIN ="], "501 5.5.2 "),
        (["AUTH PLAIN no!base64"], "501 5.5.2 "),
        (["AUTH LOGIN no!base64"], "501 5.5.2 "),
        (["AUTH PLAIN " + base64("no nul")], "501 5.5.2 "),
        (["AUTH PLAIN " + base64("one\0nul")], "501 5.5.2 "),
        (["AUTH PLAIN " + base64("a\0b\0c\0d")], "501 5.5.2 "),
        (["AUTH PLAIN", ""], "501 5.5.2 "),
        (["MAIL FROM:<a@test>", "AUTH PLAIN"], replies.AUTH_IN_TRANSACTION),
        (["AUTH PLAIN " + plain("a", "b"), "AUTH PLAIN " + plain("a", "b")], replies.AUTHENTICATED),
        (["HELO client.test", "AUTH PLAIN"], replies.HELLO_FIRST),
    ],
)
def test_a_broken_exchange(sandbox: Sandbox, script: list[str], reply: str) -> None:
    with sandbox.connect() as wire:
        assert exchange(wire, *script)[-1].startswith(reply)
        assert wire.ask("NOOP") == "250 2.0.0 OK"


def test_a_broken_exchange_gets_one_reply(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        exchange(wire, "AUTH LOGIN", "*", "AUTH PLAIN", "!", "AUTH PLAIN " + base64("x"))
        wire.send(b"QUIT\r\n")
        assert wire.rest() == b"221 2.0.0 Bye\r\n"


def test_an_exchange_before_hello(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert wire.ask("AUTH PLAIN " + plain("a", "b")) == replies.HELLO_FIRST


@pytest.mark.parametrize("script", [["AUTH LOGIN", "*"], ["AUTH PLAIN !"], ["AUTH CRAM-MD5"]])
def test_a_session_that_ends_with_a_broken_login_says_so(sandbox: Sandbox, script: list[str]) -> None:
    with sandbox.connect() as wire:
        exchange(wire, *script, "QUIT")
    session = sandbox.session(wire)
    assert (session.outcome, session.stage) == (Outcome.AUTH_FAILED, "AUTH")
    assert session.reply[:3] in {"501", "504"}


def test_the_answer_to_a_challenge_is_no_command(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        # "QUIT" is base64 too.
        wire.send(b"AUTH LOGIN\r\nQUIT\r\nDATA\r\nNOOP\r\n")
        assert wire.codes(4) == ["334", "334", "235", "250"]
    assert sandbox.session(wire).commands == 3


def test_the_longest_answer_is_refused(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert exchange(wire, "AUTH PLAIN " + "A" * 12288)[-1].startswith("500 5.5.6")
        long = b64encode(b"\0user\0" + b"p" * 8000).decode()
        assert exchange(wire, "AUTH PLAIN " + long)[-1] == replies.AUTH_OK


def test_the_longest_answer_to_a_challenge_is_refused(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        got = exchange(wire, "AUTH PLAIN", b64encode(b"\0user\0" + b"p" * 12_000).decode(), "NOOP")
        assert got[1] == "500 5.5.6 Authentication line too long (limit 12288 octets)"
        assert got[2].startswith("250")


def test_a_client_that_leaves_amid_its_login_gave_up_there(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        assert wire.ask("AUTH LOGIN").startswith("334")
    session = sandbox.session(wire)
    assert (session.outcome, session.stage) == (Outcome.ABORTED, "AUTH")
