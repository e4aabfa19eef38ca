"""Sessions as well-behaved clients hold them stay free of findings, and what is true of them is all that is found."""

from __future__ import annotations

import pytest

from catcher.dialog import conversation, script
from catcher.dialog.finding import Severity
from catcher.dialog.lint import lint_session

OFFER = """
S: 250-sandpost
S: 250-PIPELINING
S: 250-SIZE 33554432
S: 250-8BITMIME
S: 250-SMTPUTF8
S: 250-ENHANCEDSTATUSCODES
S: 250-AUTH PLAIN LOGIN
S: 250 HELP
"""
OPEN = "! open peer=127.0.0.1:40000 listener=smtp\nS: 220 sandpost ESMTP Sandpost ready\n"
OFFER_TLS = OFFER.replace("S: 250-AUTH", "S: 250-STARTTLS\nS: 250-AUTH")
QUIT = "C: QUIT\nS: 221 2.0.0 Bye\n! close reason=quit\n"
FACTS = "ended=1 eight_bit=0 mime=1 report='' auto_submitted=''"
BODY = f"S: 354 End data\n= bytes=500 lines=12 wire=505 {FACTS}\nS: 250 2.0.0 Stored as abc\n"
TLS = "C: STARTTLS\nS: 220 2.0.0 Ready\n! tls-start\n! tls-done version=TLSv1.3 cipher=TLS_AES_128_GCM_SHA256\n"

CLEAN = {
    "smtplib": OPEN + "C: ehlo app.example.com" + OFFER
    + "C: mail FROM:<app@example.com> size=500\nS: 250 2.1.0 ok\nC: rcpt TO:<ann@example.com>\n"
    + "S: 250 2.1.5 ok\nC: data\n"
    + BODY + QUIT.replace("QUIT", "quit"),
    "smtplib, message without a last line end": OPEN + "C: ehlo [127.0.1.1]" + OFFER
    + "C: mail FROM:<app@example.com> size=498\nS: 250 2.1.0 ok\nC: rcpt TO:<ann@example.com>\n"
    + "S: 250 2.1.5 ok\nC: data\n"
    + BODY + QUIT,
    "smtplib with an address outside of ASCII": OPEN + "C: ehlo app.example.com" + OFFER
    + "C: mail FROM:<app@example.com> size=500 SMTPUTF8 BODY=8BITMIME\nS: 250 ok\nC: rcpt TO:<zoë@example.com>\n"
    + "S: 250 ok\nC: data\n" + BODY + QUIT,
    "swaks with TLS and login": OPEN + "C: EHLO host.example.com" + OFFER_TLS + TLS + "C: EHLO host.example.com" + OFFER
    + "C* AUTH PLAIN \nS: 235 2.7.0 Authentication successful\nC: MAIL FROM:<a@example.com>\nS: 250 ok\n"
    + "C: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\n" + BODY + QUIT,
    "nodemailer, two recipients": OPEN + "C: EHLO [127.0.0.1]" + OFFER
    + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\nC: RCPT TO:<B@example.com>\n"
    + "S: 250 ok\nC: DATA\n" + BODY + QUIT,
    "a pipelining client": OPEN + "C: EHLO mx.example.com" + OFFER
    + "C: MAIL FROM:<> SIZE=500\nC+ RCPT TO:<b@example.com>\nC+ DATA\nS: 250 ok\nS: 250 ok\n"
    + BODY.replace("report=''", "report=delivery-status") + QUIT,
    "a pipelining client whose sender is refused": OPEN + "C: EHLO mx.example.com" + OFFER
    + "C: MAIL FROM:<a@example.com>\nC+ RCPT TO:<b@example.com>\nC+ DATA\nS: 550 no\nS: 503 no\nS: 503 no\n" + QUIT,
    "two messages, the second reset": OPEN + "C: EHLO mx.example.com" + OFFER
    + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\n" + BODY
    + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RSET\nS: 250 ok\nC: MAIL FROM:<c@example.com>\nS: 250 ok\n"
    + "C: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\n" + BODY + QUIT,
    "a client that does without EHLO where it is refused": OPEN + "C: EHLO mx.example.com\nS: 502 no\n"
    + "C: HELO mx.example.com\nS: 250 sandpost\nC: MAIL FROM:<a@example.com>\nS: 250 ok\n" + QUIT,
    "a refused recipient, retried later after 4xx": OPEN + "C: EHLO mx.example.com" + OFFER
    + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 450 later\nC: RCPT TO:<b@example.com>\n"
    + "S: 250 ok\nC: DATA\n" + BODY.replace("250 2.0.0 Stored", "450 4.2.0 Not yet") + QUIT,
    "a port check": OPEN + "! close reason=client\n",
    "a client that leaves as TLS asks it to": OPEN + "C: EHLO mx.example.com" + OFFER_TLS + TLS + QUIT,
    "an idle client": OPEN + "C: EHLO mx.example.com" + OFFER + "S: 421 4.4.2 Idle\n! close reason=idle\n",
    "a session that runs": OPEN + "C: EHLO mx.example.com" + OFFER
    + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\nS: 354 go\n",
    "a cut tape": OPEN + "C: EHLO mx.example.com" + OFFER
    + "C: MAIL FROM:<a@example.com>\n! cut\n! close reason=client\n",
    "a piece of a log": "C: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\n" + BODY + QUIT,
    "quoted local part, literal and postmaster": OPEN + "C: EHLO mx.example.com" + OFFER
    + 'C: MAIL FROM:<"a b"@[IPv6:2001:db8::1]>\nS: 250 ok\nC: RCPT TO:<postmaster>\nS: 250 ok\nC: DATA\n' + BODY + QUIT,
    "secrets that look like commands": OPEN + "C: EHLO mx.example.com" + OFFER_TLS + TLS + "C: EHLO mx.example.com"
    + OFFER
    + "C: AUTH PLAIN\nS: 334 \nC* \nS: 535 5.7.8 no\n" + QUIT,
    "an unknown extension and its parameter": OPEN
    + "C: EHLO mx.example.com\nS: 250-sandpost\nS: 250 XFOO\nC: MAIL FROM:<a@example.com> XBAR=1\nS: 250 ok\n" + QUIT,
}  # fmt: skip

TRUE = {
    "smtplib on a machine without a domain": (
        OPEN + "C: ehlo buildhost" + OFFER_TLS
        + "C: mail FROM:<a@example.com> size=500\nS: 250 ok\nC: rcpt TO:<b@example.com>\nS: 250 ok\nC: data\n"
        + BODY + QUIT,
        ["S04", "S32"],
    ),
    "Go net/smtp": (
        OPEN + "C: EHLO localhost" + OFFER
        + "C: MAIL FROM:<a@example.com> BODY=8BITMIME\nS: 250 ok\nC: RCPT TO:<b@example.com>\nS: 250 ok\nC: DATA\n"
        + BODY + QUIT,
        ["S04"],
    ),
    "a login in clear, where TLS was offered": (
        OPEN + "C: EHLO a.example" + OFFER_TLS + "C* AUTH PLAIN \nS: 235 2.7.0 ok\n" + QUIT,
        ["S32", "S33"],
    ),
    "a login in clear that the server stops in time": (
        OPEN + "C: EHLO a.example" + OFFER + "C: AUTH LOGIN\nS: 538 5.7.11 Encryption required\n" + QUIT,
        ["S42"],
    ),
    "a message that was taken for commands": (
        OPEN + "C: EHLO a.example" + OFFER + "C: DATA\nS: 503 5.5.1 Send MAIL first\nC: Subject: help\nS: 500 no\n"
        + "C: QUIT my job\nS: 501 no\nC: RCPT\nS: 503 no\nC~ XTERM is fine\nS: 500 no\nC: .\nS: 500 no\n" + QUIT,
        ["S20", "S21"],
    ),
    "a display name as recipient": (
        OPEN + "C: EHLO a.example" + OFFER
        + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:Ann Lee <ann@example.com>\n"
        + "S: 501 no\n" + QUIT,
        ["S12", "S14"],
    ),
    "a browser": (OPEN + "C: GET / HTTP/1.1\n! discarded bytes=80 why=x\nS: 554 no\n! close reason=not-smtp\n",
    ["S38"]),
    "a client that hangs up in the middle of a message": (
        OPEN + "C: EHLO a.example" + OFFER + "C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<b@example.com>\n"
        + "S: 250 ok\nC: DATA\nS: 354 go\n= bytes=90 ended=0\n@ 9000\n! close reason=reset\n",
        ["S61"],
    ),
}  # fmt: skip


def findings(text: str) -> list[str]:
    return sorted({finding.id for finding in lint_session(conversation.read(script.records(text)))})


@pytest.mark.parametrize("name", CLEAN)
def test_nothing_is_found(name: str) -> None:
    assert findings(CLEAN[name]) == []


@pytest.mark.parametrize("name", TRUE)
def test_what_is_true_is_found_and_no_more(name: str) -> None:
    text, expected = TRUE[name]
    assert findings(text) == expected


def test_a_skipped_starttls_is_worse_before_a_login() -> None:
    text, _ = TRUE["a login in clear, where TLS was offered"]
    found = {f.id: f for f in lint_session(conversation.read(script.records(text)))}
    assert found["S32"].severity is Severity.SECURITY
    assert found["S32"].rule.severity is Severity.WARNING


def test_loopback_is_named_where_a_password_is_sent_in_clear() -> None:
    text, _ = TRUE["a login in clear, where TLS was offered"]
    for peer, expected in (("127.0.0.1:40000", True), ("[::1]:4", True), ("192.0.2.1:40000", False)):
        found = lint_session(conversation.read(script.records(text.replace("127.0.0.1:40000", peer))))
        seen = next(f.evidence.seen for f in found if f.id == "S33")
        assert ("this machine" in seen) is expected


@pytest.mark.parametrize(
    ("address", "is_good"),
    [
        ("ann@example.com", True), ("a.b+c@example.co.uk", True), ("o'neil@example.com", True), ("ann@localhost", True),
        ('"a b"@example.com', True), ('"a\\"b"@example.com', True), ("ann@[192.0.2.1]", True),
        ("ann@xn--bcher-kva.example", True),
        ("ann@[IPv6:::1]", True), ("postmaster", True), ("ann", False), (".ann@example.com", False),
        ("ann.@example.com", False),
        ("a@b@example.com", False), ("ann@exa_mple.com", False), ("ann@example..com", False), ("ann@-example.com",
        False),
        ("ann@example.com.", False), ("@example.com", False), ("ann@[::1]", False), ("ann@[192.0.2.1", False),
        ("ann;bob@example.com", False), ("ann@[300.1.1.1]", False), ("a,b@example.com", False), ('"a"b@example.com',
        False),
    ],
)  # fmt: skip
def test_addresses(address: str, is_good: bool) -> None:
    mail = f"C: MAIL FROM:<a@example.com>\nS: 250 ok\nC: RCPT TO:<{address.replace(chr(92), chr(92) * 2)}>\nS: 250 ok\n"
    assert ("S14" in findings(OPEN + "C: EHLO a.example" + OFFER + mail + QUIT)) is not is_good
