"""What is found in whole messages, and how to unsubscribe."""

from __future__ import annotations

from email.message import EmailMessage

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.extract.message import extract
from catcher.extract.preheader import preheader
from catcher.extract.purposes import Purpose
from catcher.mime.parse import parse

HTML = """<html><head><style>p {color: red}</style></head><body bgcolor=white>
<div style="display:none;max-height:0">Use it within ten minutes&nbsp;&zwnj;&nbsp;&zwnj;</div>
<p>Your sign-in code is</p><p><b>482 913</b></p>
<a href="https://acme.test/blog">Blog</a> <a href="https://acme.test/verify?t=9c1">Sign in</a></body></html>"""


def mail(**headers: str) -> bytes:
    message = EmailMessage()
    message["From"] = "shop@acme.test"
    message["Subject"] = "Welcome"
    for name, value in headers.items():
        message[name.replace("_", "-")] = value
    message.set_content("Your code: 482913\nhttps://acme.test/verify?t=9c1\n")
    message.add_alternative(HTML, subtype="html")
    return message.as_bytes()


def test_what_a_tester_looks_for_comes_first() -> None:
    found = extract(mail(), "Welcome")
    assert [code.value for code in found.codes] == ["482913"]
    assert [link.url for link in found.web_links] == ["https://acme.test/verify?t=9c1", "https://acme.test/blog"]
    assert found.web_links[0].purpose is Purpose.SIGN_IN
    assert found.preheader is not None
    assert found.preheader.hidden
    assert found.preheader.text.startswith("Use it within ten minutes Your sign-in code is")
    assert found.unsubscribe is None


def test_a_code_of_the_subject_alone() -> None:
    assert [code.value for code in extract(b"Subject: x\n\nHello", "123456 is your login code").codes] == ["123456"]


@pytest.mark.parametrize(
    ("html", "hidden"),
    [("<p>Hello <span hidden>x</span>", False), ("<span style='display:none'>Hi</span>", True), ("Hello", False)],
)
def test_the_preheader(html: str, hidden: bool) -> None:
    found = preheader(html)
    assert found is not None
    assert found.hidden is hidden
    assert preheader("<p> </p>") is None


GOOD = {
    "List_Unsubscribe": "<mailto:leave@acme.test>, <https://acme.test/leave/1>",
    "List_Unsubscribe_Post": "List-Unsubscribe=One-Click",
}


def test_unsubscribing_by_one_click() -> None:
    found = extract(mail(**GOOD), "").unsubscribe
    assert found is not None
    assert found.links == ("mailto:leave@acme.test", "https://acme.test/leave/1")
    assert found.one_click
    assert found.problems == ()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"List_Unsubscribe": "https://acme.test/leave"}, "angle brackets"),
        ({"List_Unsubscribe": "<http://acme.test/leave>"}, "not encrypted"),
        ({"List_Unsubscribe": "<leave>"}, "neither https nor mailto"),
        ({"List_Unsubscribe": "<mailto:leave>"}, "no mailbox"),
        ({"List_Unsubscribe": "<https:///x>"}, "no host"),
        ({"List_Unsubscribe": "<https://a.test/x>, <https://a.test/x>"}, "twice"),
        ({"List_Unsubscribe": "click <https://a.test/x>"}, "ignored"),
        ({"List_Unsubscribe_Post": "One-Click"}, "exactly"),
        ({"List_Unsubscribe_Post": ""}, "no List-Unsubscribe-Post"),
        ({"List_Unsubscribe": "<mailto:leave@acme.test>"}, "needs an https address"),
        ({"DKIM_Signature": "v=1; h=from:list-unsubscribe; b=x"}, "does not cover both"),
    ],
)
def test_what_is_wrong_with_it(changes: dict[str, str], words: str) -> None:
    found = extract(mail(**{name: value for name, value in {**GOOD, **changes}.items() if value}), "").unsubscribe
    assert found is not None
    assert any(words in problem for problem in found.problems), found.problems


def test_a_signature_over_both() -> None:
    found = extract(
        mail(**GOOD, DKIM_Signature="v=1; h=From : List-Unsubscribe: list-unsubscribe-post; b=x"), ""
    ).unsubscribe
    assert found is not None
    assert found.problems == ()


@given(st.binary(max_size=300), st.text(max_size=50))
def test_it_never_raises(raw: bytes, subject: str) -> None:
    extract(b"Content-Type: text/html\nList-Unsubscribe: " + raw, subject, parse(raw))
