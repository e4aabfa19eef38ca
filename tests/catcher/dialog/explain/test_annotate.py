"""Every part of a line is explained where it stands, in the light of what was offered and what came of it."""

from __future__ import annotations

from typing import Any

import pytest

from catcher.dialog.conversation import read
from catcher.dialog.explain import spans
from catcher.dialog.records import Direction, Kind, Record
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
    ("size", "content", "says"),
    [
        ("1000", "1008", "Declared 1,000, actual 1,008 (+8)."),
        ("1000", "900", "Declared 1,000, actual 900 (-100)."),
        ("1000", "1000", "Declared 1,000, actual 1,000. "),
        ("3000", "1", "more than the 2,000"),
        ("many", "1", "not the form"),
        ("9" * 30, "1", "not the form"),
    ],
)
def test_the_declared_size_against_the_real_one(size: str, content: str, says: str) -> None:
    found = marked(
        greeted(f"""
            C: MAIL FROM:<a@b.test> SIZE={size}
            S: 250 ok
            C: RCPT TO:<c@d.test>
            S: 250 ok
            C: DATA
            S: 354 go
            = bytes={content}
            S: 250 ok
        """)
    )
    assert says in found[f"SIZE={size}"].text


def test_the_size_of_a_message_that_was_not_sent() -> None:
    assert marked(greeted("C: MAIL FROM:<> SIZE=5\nS: 250 ok"))["SIZE=5"].text.startswith("Declared 5. ")
    cut = marked(greeted("C: MAIL FROM:<> SIZE=5\nS: 250 ok\n= bytes=2 ended=0"))
    assert cut["SIZE=5"].text.startswith("Declared 5. ")


@pytest.mark.parametrize(
    ("command", "parameter", "says"),
    [
        ("MAIL FROM:<a@b.c>", "BODY=7BIT", "ASCII only."),
        ("MAIL FROM:<a@b.c>", "BODY=BINARYMIME", "did not offer BINARYMIME"),
        ("MAIL FROM:<a@b.c>", "BODY=9BIT", "not the form"),
        ("MAIL FROM:<a@b.c>", "BODY", "not the form"),
        ("MAIL FROM:<a@b.c>", "SMTPUTF8", "did not offer SMTPUTF8"),
        ("MAIL FROM:<a@b.c>", "AUTH=<>", "Nobody is named."),
        ("MAIL FROM:<a@b.c>", "AUTH=e+3Dmc2@d.test", "Submitted by e=mc2@d.test."),
        ("MAIL FROM:<a@b.c>", "RET=HDRS", "Only the header comes back."),
        ("MAIL FROM:<a@b.c>", "RET=ALL", "not the form"),
        ("MAIL FROM:<a@b.c>", "ENVID=QQ+20314", "It is QQ 314."),
        ("MAIL FROM:<a@b.c>", "ENVID=" + "x" * 101, "not the form"),
        ("RCPT TO:<a@b.c>", "NOTIFY=NEVER", "No report at all"),
        ("RCPT TO:<a@b.c>", "NOTIFY=NEVER,DELAY", "NEVER stands alone."),
        ("RCPT TO:<a@b.c>", "NOTIFY=SUCCESS,DELAY", "A report on delay, success."),
        ("RCPT TO:<a@b.c>", "ORCPT=rfc822;jane+2Bx@d.test", "It was jane+x@d.test (rfc822)."),
        ("RCPT TO:<a@b.c>", "ORCPT=jane@d.test", "not the form"),
        ("MAIL FROM:<a@b.c>", "MT-PRIORITY=-4", "How urgent"),
        ("MAIL FROM:<a@b.c>", "MT-PRIORITY=12", "not the form"),
        ("MAIL FROM:<a@b.c>", "REQUIRETLS", "without TLS"),
        ("MAIL FROM:<a@b.c>", "HOLDFOR=3600", "For 3,600 seconds."),
        ("MAIL FROM:<a@b.c>", "HOLDUNTIL=2030-01-01T00:00:00Z", "Until 2030-01-01T00:00:00Z."),
        ("MAIL FROM:<a@b.c>", "BY=120;R", "Within 120 seconds, else return it."),
        ("MAIL FROM:<a@b.c>", "BY=120", "not the form"),
        ("RCPT TO:<a@b.c>", "SIZE=5", "belongs to MAIL, not to RCPT"),
        ("MAIL FROM:<a@b.c>", "XVERP=+=", "No parameter that is known here."),
    ],
)
def test_parameters(command: str, parameter: str, says: str) -> None:
    assert says in marked(greeted(f"C: {command} {parameter}"))[parameter].text


def test_nothing_is_said_to_be_missing_where_no_hello_was_seen() -> None:
    assert "did not offer" not in marked(talk("C: MAIL FROM:<a@b.c> SIZE=1"))["SIZE=1"].text
    assert "did not offer" in marked(talk("C: HELO a\nS: 250 b\nC: MAIL FROM:<a@b.c> SIZE=1"))["SIZE=1"].text


def test_after_the_handshake_the_old_offer_counts_no_more() -> None:
    found = marked(greeted("C: STARTTLS\nS: 220 ready\n! tls-done version=TLSv1.3\nC: MAIL FROM:<a@b.c> SIZE=1"))
    assert "did not offer SIZE" in found["SIZE=1"].text


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


@pytest.mark.parametrize(
    ("note", "title", "says"),
    [
        ("open peer=127.0.0.1:4000", "Connected", "server speaks first"),
        ("tls-done version=TLSv1.3 cipher=AES sni=mail.local", "Encrypted", "mail.local"),
        ("tls-done version=TLSv1", "Encrypted", "no longer safe"),
        ('tls-fail error="tlsv1 alert unknown ca"', "Unknown CA", "does not trust"),
        ("auth mechanism=PLAIN user=bob ok=True", "Logged in", "as bob with PLAIN"),
        ("auth mechanism=PLAIN user=bob ok=False", "Login failed", "as bob"),
        (
            'discarded bytes=1200 why="sent before the TLS handshake"',
            "1,200 octets thrown away",
            "before the handshake",
        ),
        ("cut", "Cut here", "limit"),
        ("close reason=client", "Closed without QUIT", "without saying goodbye"),
        ("close reason=whatever", "Connection closed", "not recorded"),
    ],
)
def test_notes(note: str, title: str, says: str) -> None:
    conversation = talk(f"! {note}")
    (span,) = spans(conversation)[1]
    assert (span.start, span.end, span.about.title) == (0, 0, title)
    assert says in span.about.text


def test_message_data() -> None:
    whole, half = (marked(talk(f"= bytes=2301 lines=40 {end}"))[""] for end in ("", "ended=0"))
    assert "2,301 octets in 40 lines" in whole.text
    assert half.title == "Half a message"


def test_info_of_any_type_is_borne() -> None:
    info: dict[str, Any] = {
        "error": 5,
        "reason": None,
        "bytes": "x",
        "user": [],
        "ok": {},
        "version": 1,
        "why": 3,
        "ended": [],
    }
    kinds = [Record(seq, 0, Direction.NOTE, kind, info=info) for seq, kind in enumerate(Kind, 1)]
    body = Record(99, 0, Direction.CLIENT, Kind.BODY, info={"bytes": True, "lines": -1})
    found = spans(read([*kinds, body]))
    assert all(span.about.text for marks in found.values() for span in marks)
