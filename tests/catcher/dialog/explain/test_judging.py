"""The parameters of MAIL and RCPT: what the value says, and whether it may stand there."""

from __future__ import annotations

import pytest

from tests.catcher.dialog.explain.examples import greeted, marked, talk


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
