"""What happened in a session, in plain words: every outcome and every ending."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from catcher.dialog import conversation, script, story
from catcher.dialog.outcome import Close, Outcome, Stage
from catcher.dialog.segment import Segment, Spent
from catcher.dialog.timing import Timing, timing


@dataclass
class Facts:
    peer_host: str = "127.0.0.1"
    hello: str = ""
    tls_version: str = ""
    auth_mechanism: str = ""
    auth_user: str = ""
    messages_stored: int = 0
    recipients_accepted: int = 0
    recipients_refused: int = 0
    outcome: str = Outcome.PROBE.value
    stage: str = "EHLO"
    reply: str = ""
    close_reason: str = Close.QUIT.value
    duration_us: int = 412_000
    is_live: bool = False


REFUSED = conversation.read(
    script.records(
        r"""
        S: 220 sandpost ESMTP
        C: EHLO billing-worker
        S: 250 sandpost
        C: MAIL FROM:<bounce@acme.test>
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<jane@example.com>
        S: 250 2.1.5 Recipient ok
        C: RCPT TO:<unknown+550@example.com> NOTIFY=NEVER
        S: 550 5.1.1 No such user here
        C: DATA
        S: 354 go on
        @ 50
        = bytes=120 first_us=12000 last_us=14000
        S: 250 2.0.0 Stored
        @ 412
        ! close reason=client
        """
    )
)


def test_the_drawing() -> None:
    facts = Facts(
        hello="billing-worker", tls_version="TLSv1.3", messages_stored=1, recipients_accepted=2, recipients_refused=1,
        outcome=Outcome.PARTIAL, stage="RCPT", reply="550 5.1.1 No such user here", close_reason=Close.CLIENT,
    )  # fmt: skip
    told = story.tell(facts, REFUSED, timing(REFUSED))
    assert story.plain(told) == (
        "billing-worker connected from 127.0.0.1 over TLS 1.3 without logging in, sent 1 message to 2 recipients; "
        "unknown+550@example.com was refused (550 5.1.1). The client closed the connection without QUIT. "
        "412 ms, of which 368 ms were the client thinking."
    )
    without = story.tell(facts)
    assert without.trouble == "1 of 3 recipients was refused (550 5.1.1)"
    assert without.took == "412 ms."


@pytest.mark.parametrize(
    ("facts", "began", "trouble"),
    [
        (Facts(), "Connected from 127.0.0.1 without TLS and without logging in, sent no message.", ""),
        (
            Facts(
                auth_mechanism="PLAIN", auth_user="demo", messages_stored=2, recipients_accepted=1, outcome="delivered"
            ),
            "Connected from 127.0.0.1 without TLS, logged in as demo, sent 2 messages to 1 recipient.",
            "",
        ),
        (
            Facts(auth_mechanism="PLAIN", auth_user="demo", outcome="auth-failed", stage="AUTH", reply="535 5.7.8 No"),
            "Connected from 127.0.0.1 without TLS, tried to log in as demo, sent no message;",
            "the login failed (535 5.7.8)",
        ),
        (
            Facts(outcome="tls-failed", stage="STARTTLS", reply="tlsv1 alert unknown ca", close_reason="tls"),
            "Connected from 127.0.0.1 and asked for TLS;",
            "the TLS handshake failed (unknown ca): the client does not trust the certificate; "
            "let it trust Sandpost's own, or do not verify in this test",
        ),
        (
            Facts(outcome="not-smtp", stage="connect", reply="554 5.5.1 Not SMTP", close_reason="not-smtp"),
            "Connected from 127.0.0.1;",
            "it sent an HTTP request, as a browser or an HTTP client does; this port speaks SMTP",
        ),
        (
            Facts(recipients_accepted=1, outcome="aborted", stage="body", close_reason="reset"),
            "Connected from 127.0.0.1 without TLS and without logging in, named 1 recipient but delivered no message;",
            "the client gave up in the middle of the message",
        ),
        (
            Facts(is_live=True, outcome="open", close_reason=""),
            "Connected from 127.0.0.1 without TLS and without logging in, has sent no message.",
            "",
        ),
        (Facts(peer_host=""), "Connected without TLS and without logging in, sent no message.", ""),
    ],
)
def test_how_it_began_and_what_went_wrong(facts: Facts, began: str, trouble: str) -> None:
    told = story.tell(facts)
    assert (told.began, told.trouble) == (began, trouble)


@pytest.mark.parametrize(
    ("facts", "trouble"),
    [
        (Facts(outcome="rejected", stage="MAIL", reply="552 5.3.4 Big"), "the sender was refused (552 5.3.4)"),
        (Facts(outcome="rejected", stage="STARTTLS", reply="454 4.7.0 No"), "STARTTLS was refused (454 4.7.0)"),
        (Facts(outcome="rejected", stage="body", reply="552 5.3.4 B"), "the message was refused (552 5.3.4)"),
        (
            Facts(outcome="rejected", stage="RCPT", recipients_refused=1, reply="550 5.1.1 N"),
            "its only recipient was refused (550 5.1.1)",
        ),
        (
            Facts(outcome="rejected", stage="RCPT", recipients_refused=4, reply="550 5.1.1 N"),
            "all 4 recipients were refused (550 5.1.1)",
        ),
        (
            Facts(outcome="rejected", stage="RCPT", recipients_accepted=3, recipients_refused=2, reply="550 No"),
            "2 of 5 recipients were refused (550)",
        ),
        (Facts(outcome="partial", stage="MAIL", reply="552 5.3.4 B"), "then the sender was refused (552 5.3.4)"),
        (
            Facts(outcome="partial", stage="RCPT", reply="421 4.4.2 Nothing heard"),
            "then it stopped after naming recipients, before the message (421 4.4.2)",
        ),
        (Facts(outcome="aborted", stage="AUTH"), "the client gave up in the middle of its login"),
        (Facts(outcome="aborted", stage="body", close_reason="lost"), "it was cut off in the middle of the message"),
        (Facts(outcome="aborted", stage="", close_reason="lost"), "it was cut off at the start"),
        (Facts(outcome="idle", stage="EHLO"), "the client fell silent after EHLO"),
        (Facts(outcome="idle", stage="STARTTLS"), "the client fell silent in the TLS handshake"),
        (Facts(outcome="idle", stage="STARTTLS", tls_version="x"), "the client fell silent after the TLS handshake"),
        (
            Facts(outcome="limit", reply="421 4.7.0 Too many errors in a row (limit 10, setting max_errors)"),
            "it ran into a limit: Too many errors in a row (limit 10, setting max_errors)",
        ),
        (Facts(outcome="limit"), "it ran into a limit: more was sent than Sandpost takes"),
        (Facts(outcome="fault", stage="RCPT", reply="421 4.3.0 x"), "an injected fault cut it off after naming "
         "recipients, before the message (421 4.3.0)"),
        (Facts(outcome="tls-failed"), "the TLS handshake failed"),
        (Facts(outcome="tls-failed", reply="no idea"), "the TLS handshake failed (no idea)"),
        (Facts(outcome="new one", close_reason="new one"), ""),
    ],
)  # fmt: skip
def test_what_went_wrong(facts: Facts, trouble: str) -> None:
    assert story.tell(facts).trouble == trouble


@pytest.mark.parametrize(
    ("script_text", "facts", "trouble"),
    [
        (
            r'C_ \x16\x03\x01\n! discarded bytes=3 why="a TLS handshake on a port where STARTTLS comes first"',
            Facts(outcome="not-smtp"),
            "it began with a TLS handshake, but this port begins in plain SMTP; set the client to STARTTLS or no TLS",
        ),
        (
            'C: STARTTLS\n! tls-fail error="sslv3 alert certificate expired"',
            Facts(outcome="tls-failed"),
            "the TLS handshake failed (certificate expired): the client says that the certificate is not valid now; "
            "look at the client's clock",
        ),
        (
            "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO: bare@example.com\nS: 550 5.1.1 no",
            Facts(outcome="rejected", stage="RCPT", recipients_refused=1, reply="550 5.1.1 no"),
            "bare@example.com was refused (550 5.1.1)",
        ),
        (
            "C: MAIL FROM:<a@b>\nS: 250 ok\nC: RCPT TO:<>\nS: 550 5.1.1 no",
            Facts(outcome="rejected", stage="RCPT", recipients_refused=1, reply="550 5.1.1 no"),
            "its only recipient was refused (550 5.1.1)",
        ),
    ],
)
def test_the_conversation_tells_more(script_text: str, facts: Facts, trouble: str) -> None:
    talk = conversation.read(script.records("S: 220 ready\n" + script_text))
    assert story.tell(facts, talk).trouble == trouble


@pytest.mark.parametrize(("ok", "login"), [(1, "logged in as demo"), (0, "tried to log in as demo")])
def test_the_conversation_knows_whether_a_login_succeeded(ok: int, login: str) -> None:
    talk = conversation.read(script.records(f"S: 220 ready\nC* AUTH PLAIN\n! auth user=demo ok={ok}"))
    facts = Facts(auth_mechanism="PLAIN", auth_user="demo", outcome="rejected", stage="RCPT")
    assert login in story.tell(facts, talk).began


@pytest.mark.parametrize("close", Close)
def test_every_ending_is_told(close: Close) -> None:
    assert story.tell(Facts(close_reason=close)).ended.endswith(".")


@pytest.mark.parametrize("outcome", Outcome)
@pytest.mark.parametrize("stage", ["", *Stage])
def test_a_failure_says_what_went_wrong_and_nothing_else_does(outcome: Outcome, stage: str) -> None:
    facts = Facts(outcome=outcome, stage=stage)
    told = story.tell(facts)
    assert bool(told.trouble) is outcome.is_failure
    assert told.began.endswith(";" if told.trouble else ".")
    assert story.words(facts)


@pytest.mark.parametrize(
    ("kinds", "took"),
    [
        ([Spent.CLIENT], "4.0 ms."),
        ([Spent.CLIENT, Spent.TLS], "4.0 ms, of which 3.0 ms were the TLS handshake."),
        ([Spent.SERVER, Spent.TRANSFER], "4.0 ms, of which 3.0 ms were the message on its way."),
        ([Spent.CLIENT, Spent.INJECTED], "4.0 ms, of which 3.0 ms were an injected delay."),
        ([], "412 ms."),
    ],
)
def test_how_long_it_took(kinds: list[Spent], took: str) -> None:
    ends = {1: [4000], 2: [1000, 4000]}.get(len(kinds), [])
    segments = tuple(
        Segment(start, end, kind, "RCPT", 1) for start, end, kind in zip([0, *ends], ends, kinds, strict=False)
    )
    totals = {segment.kind: segment.duration_us for segment in segments}
    assert story.tell(Facts(), None, Timing(segments, totals)).took == took


def test_a_session_that_runs_is_told_as_such() -> None:
    told = story.tell(Facts(is_live=True, outcome="open"), REFUSED, timing(REFUSED))
    assert told.ended == "The conversation is still going on."
    assert told.took.startswith("412 ms so far, of which")
    assert story.tell(Facts(is_live=True, outcome="open")).took == ""


def test_a_terminal_is_shown_no_control_characters() -> None:
    told = story.tell(Facts(hello="a\x1b[2J\u202eb\udcff" + "x" * 1000))
    line = story.plain(told)
    assert line.startswith(r"a\x1b[2J\u202eb\udcffx")
    assert line.isprintable()
    assert len(line) < 300
