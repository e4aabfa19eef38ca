"""AUTH step by step; what is masked stays masked, wherever one looks."""

from __future__ import annotations

from base64 import b64encode

import pytest

from catcher.dialog.explain import auth_steps, lesson, offers, remark, spans
from tests.catcher.dialog.explain.examples import greeted

USERNAME, PASSWORD = "VXNlcm5hbWU6", "UGFzc3dvcmQ6"


def base64(text: str) -> str:
    return b64encode(text.encode()).decode()


def test_login_with_masked_answers() -> None:
    (exchange,) = auth_steps(
        greeted(f"""
            C: AUTH LOGIN
            S: 334 {USERNAME}
            C*
            S: 334 {PASSWORD}
            C*
            ! auth mechanism=LOGIN user=bob ok=True
            S: 235 2.7.0 Authentication successful
        """)
    )
    assert (exchange.mechanism, exchange.user, exchange.ok) == ("LOGIN", "bob", True)
    assert [(step.is_server, step.what, step.shown, step.masked) for step in exchange.steps] == [
        (False, "asks to log in with LOGIN", "", False),
        (True, "asks: Username:", "Username:", False),
        (False, "user name", "", True),
        (True, "asks: Password:", "Password:", False),
        (False, "password", "", True),
        (True, "accepts the login", "Authentication successful", False),
    ]


def test_login_that_was_kept() -> None:
    script = f"C: AUTH LOGIN {base64('bob')}\nS: 334 {PASSWORD}\nC: {base64('sesame')}\nS: 535 5.7.8 wrong"
    (exchange,) = auth_steps(greeted(script))
    assert (exchange.user, exchange.ok) == ("bob", False)
    said = [(step.what, step.shown) for step in exchange.steps if not step.is_server]
    assert said[1:] == [("initial response: user name", "bob"), ("password", "sesame")]


def test_plain_that_was_kept() -> None:
    secret = base64("\x00bob\x00sesame")
    (exchange,) = auth_steps(greeted(f"C: AUTH PLAIN {secret}\nS: 235 ok"))
    step = exchange.steps[1]
    assert step.what == "initial response: authorization id, user name and password"
    assert step.shown == "authorization id none; user bob; password sesame"
    assert exchange.user == "bob"


def test_plain_behind_a_challenge() -> None:
    (exchange,) = auth_steps(greeted("C: AUTH PLAIN\nS: 334\nC* \n! auth user=bob ok=False\nS: 535 5.7.8 wrong"))
    assert [step.what for step in exchange.steps] == [
        "asks to log in with PLAIN",
        "asks to go on",
        "authorization id, user name and password",
        "refuses the login",
    ]
    assert (exchange.user, exchange.ok) == ("bob", False)


@pytest.mark.parametrize(
    ("mechanism", "answer", "what"),
    [
        ("CRAM-MD5", "bob 0123abcd", "user name and keyed MD5 of the challenge"),
        ("XOAUTH2", "user=bob\x01auth=Bearer t\x01\x01", "user name and access token"),
        ("SCRAM-SHA-256", "n,,n=bob,r=abc", "user name and nonce"),
        ("NEW", "x", "a further answer"),
    ],
)
def test_other_mechanisms(mechanism: str, answer: str, what: str) -> None:
    (exchange,) = auth_steps(greeted(f"C: AUTH {mechanism}\nS: 334 {base64('<1@b>')}\nC: {base64(answer)}"))
    assert exchange.steps[2].what == what
    assert exchange.ok is None
    assert exchange.user == ("bob" if mechanism == "CRAM-MD5" else "")


def test_a_login_that_is_cancelled() -> None:
    (exchange,) = auth_steps(greeted(f"C: AUTH LOGIN\nS: 334 {USERNAME}\nC: *\nS: 501 5.7.0 cancelled"))
    assert exchange.steps[2].what == "cancels the login"
    assert exchange.ok is False


def test_what_is_not_base64_is_not_shown() -> None:
    (exchange,) = auth_steps(greeted("C: AUTH LOGIN\nS: 334 what?\nC: se same\nS: 501 5.5.2 no"))
    assert exchange.steps[1].what == "a challenge that is not base64"
    assert exchange.steps[2].shown == ""


def test_two_logins_keep_their_users() -> None:
    first, second, third = auth_steps(
        greeted("""
            C* AUTH PLAIN
            ! auth user=bob ok=False
            S: 535 no
            C: AUTH CRAM-MD5
            S: 504 no
            C* AUTH PLAIN
            ! auth user=ann ok=True
            S: 235 ok
        """)
    )
    assert [first.user, second.user, third.user] == ["bob", "", "ann"]
    assert [first.ok, second.ok, third.ok] == [False, False, True]


def test_no_secret_is_told_outside_of_the_login_itself() -> None:
    secret = base64("\x00bob\x00sesame")
    conversation = greeted(f"C: AUTH PLAIN {secret}\nS: 535 no\nC: AUTH {secret}\nS: 504 no")
    told = [str(spans(conversation)), str(offers(conversation))]
    told += [str((lesson(conversation, step), remark(conversation, step))) for step in conversation.steps]
    assert not [words for words in told if "sesame" in words or secret in words]
