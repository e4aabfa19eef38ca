"""Every part of a line is explained where it stands, in the light of what was offered and what came of it."""

from __future__ import annotations

import pytest

from catcher.dialog.explain import spans
from tests.catcher.dialog.explain.examples import OPENING, REFUSED, greeted, marked, talk


def test_a_line_in_its_parts() -> None:
    conversation = talk(REFUSED)
    mail = next(step.said for step in conversation.steps if step.verb == "MAIL")
    assert mail is not None
    found = spans(conversation)[mail.seq]
    assert [mail.data[span.start : span.end] for span in found] == [
        b"MAIL FROM", b"<bounce@acme.test>", b"SIZE=2293", b"BODY=8BITMIME",
    ]  # fmt: skip
    verb, path, *_ = (span.about for span in found)
    assert "250" in verb.replies
    assert "552" in verb.replies
    assert verb.grammar.startswith("MAIL FROM:")
    assert "bounce@acme.test" in path.text


def test_what_does_not_depend_on_the_context_is_shared() -> None:
    conversation = talk(REFUSED)
    first, second = (step.said for step in conversation.steps if step.verb == "RCPT")
    assert first is not None
    assert second is not None
    found = spans(conversation)
    assert found[first.seq][0].about is found[second.seq][0].about


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("<>", "Nobody gets a report"),
        ("a@b.test", "angle brackets around it are missing"),
        ("<a@b.test", "closing bracket is missing"),
        ("<@relay.test:a@b.test>", "begins with a route"),
        ("<jörg@b.test>", "SMTPUTF8"),
        ('<"a b>c"@d.test>', '"a b>c"@d.test'),
    ],
)
def test_paths(path: str, says: str) -> None:
    assert says in marked(greeted(f"C: MAIL FROM:{path} SIZE=1"))[path].text


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("app.example.com", "full domain name"),
        ("[127.0.0.1]", "in brackets"),
        ("127.0.0.1", "without brackets"),
        ("::1", "without brackets"),
        ("localhost", "one part"),
        ("3f2a_b.test", "cannot have"),
        ("<b>.test", "cannot have"),
        ("müller.test", "xn--"),
    ],
)
def test_names_in_the_greeting(name: str, says: str) -> None:
    assert says in marked(talk(f"C: EHLO {name}"))[name].text


@pytest.mark.parametrize(
    ("said", "reply", "says", "listed"),
    [
        ("RCPT TO:<a@b.c>", "550 no", "mailbox does not exist here", True),
        ("MAIL FROM:<a@b.c>", "550 no", "mail from this sender", True),
        ("RCPT TO:<a@b.c>", "252 perhaps", "does not tell", False),
        ("VRFY a", "252 perhaps", "does not tell", True),
        ("RCPT TO:<a@b.c>", "530 login first", "wants a login", True),
        ("QUIT", "530 login first", "wants a login", False),
        ("DATA", "250 ok", "carried out", False),
        ("NOOP", "421 bye", "closes the connection", True),
    ],
)
def test_a_code_in_the_light_of_its_command(said: str, reply: str, says: str, listed: bool) -> None:
    about = marked(greeted(f"C: {said}\nS: {reply}"))[reply[:3]]
    assert says in about.text
    assert about.replies.startswith("One of" if listed else "Not one of")


def test_advice_says_whether_to_try_again() -> None:
    assert "Try again later" in marked(greeted("C: RCPT TO:<a@b.c>\nS: 450 later"))["450"].advice
    assert "Do not repeat" in marked(greeted("C: RCPT TO:<a@b.c>\nS: 550 never"))["550"].advice
    assert marked(greeted("C: NOOP\nS: 299 fine"))["299"].advice == ""


def test_enhanced_codes() -> None:
    found = marked(greeted("C: RCPT TO:<a@b.c>\nS: 550 5.1.1 no\nC: NOOP\nS: 250 2.7.0 ok\nC: NOOP\nS: 250 5.2.2 ok"))
    assert found["5.1.1"].title == "5.1.1 no such mailbox"
    assert "451, 550" in found["5.1.1"].replies
    assert found["2.7.0"].text == "Success. It is about security or policy."
    assert "contradicts the 250" in found["5.2.2"].text


def test_lines_of_one_reply_must_agree() -> None:
    conversation = greeted("C: NOOP\nS: 250-a\nS: 251 b")
    assert "different codes" in marked(conversation)["250"].text
    assert "different codes" not in marked(conversation)["251"].text


def test_what_a_server_offers() -> None:
    found = marked(talk(OPENING))
    assert "Here 2,000." in found["SIZE 2000"].text
    assert "LOGIN: " in found["AUTH PLAIN LOGIN"].text
    assert found["HELP"].source
    assert found["sandpost"].title == "The server's name"
    assert "no fixed limit" in marked(talk("C: EHLO a\nS: 250-b\nS: 250 SIZE 0"))["SIZE 0"].text
    assert "registered nowhere" in marked(talk("C: EHLO a\nS: 250-b\nS: 250 X-FOO"))["X-FOO"].text


def test_a_login_in_its_parts() -> None:
    found = marked(
        greeted("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC* \nS: 334 UGFzc3dvcmQ6\nC: c2VzYW1l\nS: 535 5.7.8 wrong")
    )
    assert "Username:" in found["VXNlcm5hbWU6"].text
    assert found["***"].title == "Answer: user name"
    assert "masked" in found["***"].text
    assert found["c2VzYW1l"].title == "Answer: password"
    assert "sesame" not in str(found)
    assert "Old" in found["LOGIN"].advice
    assert "login settings" in found["535"].advice


def test_a_mechanism_that_was_not_offered() -> None:
    found = marked(greeted("C: AUTH CRAM-MD5"))
    assert "did not offer it" in found["CRAM-MD5"].text
    assert "PLAIN LOGIN" in found["CRAM-MD5"].advice


def test_an_initial_response_that_is_masked() -> None:
    found = marked(greeted("C* AUTH PLAIN\\x20"))
    assert found["***"].title == "Answer: authorization id, user name and password"


@pytest.mark.parametrize(
    ("line", "part", "title"),
    [
        ("FOO bar", "FOO", "Unknown command"),
        ("GET / HTTP/1.1", "GET / HTTP/1.1", "An HTTP request"),
        ("\\x16\\x03\\x01\\x00", "\x16\x03\x01\x00", "A TLS handshake"),
        ("DATA now", "now", "Too much"),
        ("XCLIENT ADDR=1.2.3.4", "XCLIENT", "XCLIENT"),
        ("mail from:<a@b.c>", "mail from", "MAIL FROM"),
    ],
)
def test_lines_that_are_odd(line: str, part: str, title: str) -> None:
    assert marked(talk(f"C: {line}"))[part].title == title


def test_a_masked_line_that_is_no_command() -> None:
    assert marked(talk("C* "))["***"].title == "Masked"
