"""What came of a session, by what was counted while it ran."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog.outcome import Close, Facts, Outcome, Stage, brief, classify, describe, verdict

FACTS = st.builds(
    Facts,
    stage=st.sampled_from(Stage),
    messages=st.integers(0, 2),
    refused=st.integers(0, 2),
    rejected_messages=st.integers(0, 2),
    refused_commands=st.integers(0, 2),
    auth_failures=st.integers(0, 2),
    authenticated=st.booleans(),
    in_transaction=st.booleans(),
)


@pytest.mark.parametrize(
    ("facts", "close", "outcome"),
    [
        (Facts(), Close.QUIT, Outcome.PROBE),
        (Facts(), Close.RESET, Outcome.PROBE),
        (Facts(messages=2), Close.QUIT, Outcome.DELIVERED),
        (Facts(messages=1), Close.RESET, Outcome.DELIVERED),
        (Facts(messages=1), Close.IDLE, Outcome.DELIVERED),
        (Facts(messages=1), Close.SHUTDOWN, Outcome.DELIVERED),
        (Facts(messages=1, refused=1), Close.QUIT, Outcome.PARTIAL),
        (Facts(messages=1, rejected_messages=1), Close.QUIT, Outcome.PARTIAL),
        (Facts(messages=1, refused_commands=1), Close.QUIT, Outcome.PARTIAL),
        (Facts(messages=1, in_transaction=True), Close.CLIENT, Outcome.PARTIAL),
        (Facts(messages=1), Close.ERRORS, Outcome.LIMIT),
        (Facts(messages=1, auth_failures=1), Close.QUIT, Outcome.DELIVERED),
        (Facts(refused=1), Close.QUIT, Outcome.REJECTED),
        (Facts(rejected_messages=1), Close.QUIT, Outcome.REJECTED),
        (Facts(refused_commands=1), Close.CLIENT, Outcome.REJECTED),
        (Facts(in_transaction=True), Close.CLIENT, Outcome.ABORTED),
        (Facts(auth_failures=1), Close.QUIT, Outcome.AUTH_FAILED),
        (Facts(auth_failures=1, authenticated=True), Close.QUIT, Outcome.PROBE),
        (Facts(), Close.IDLE, Outcome.IDLE),
        (Facts(), Close.LIMIT, Outcome.LIMIT),
        (Facts(), Close.TLS, Outcome.TLS_FAILED),
        (Facts(), Close.NOT_SMTP, Outcome.NOT_SMTP),
        (Facts(messages=1, in_transaction=True), Close.FAULT, Outcome.FAULT),
        # What was refused before the client hung up in the middle of its message is not why there is none.
        (Facts(Stage.BODY, in_transaction=True, refused=1, trouble=Stage.RCPT), Close.CLIENT, Outcome.ABORTED),
        (Facts(Stage.RCPT, in_transaction=True, refused=1, trouble=Stage.RCPT), Close.CLIENT, Outcome.REJECTED),
        (Facts(Stage.BODY, in_transaction=True), Close.IDLE, Outcome.IDLE),
        # A pool that keeps a connection after a refusal was refused; one that hangs amid a transaction hangs.
        (Facts(refused_commands=1, trouble=Stage.MAIL), Close.IDLE, Outcome.REJECTED),
        (Facts(refused=1, in_transaction=True, trouble=Stage.RCPT), Close.IDLE, Outcome.IDLE),
        # RSET after MAIL leaves no transaction open.
        (Facts(Stage.MAIL, commands=4), Close.QUIT, Outcome.PROBE),
        (Facts(Stage.AUTH, authenticated=True), Close.QUIT, Outcome.PROBE),
        (Facts(Stage.AUTH), Close.CLIENT, Outcome.ABORTED),
        (Facts(Stage.AUTH, auth_failures=3), Close.ERRORS, Outcome.AUTH_FAILED),
        (Facts(Stage.AUTH, auth_failures=1), Close.IDLE, Outcome.AUTH_FAILED),
        (Facts(auth_failures=1, refused=1, trouble=Stage.RCPT), Close.QUIT, Outcome.REJECTED),
        (Facts(refused_commands=1, auth_failures=1, trouble=Stage.AUTH), Close.QUIT, Outcome.AUTH_FAILED),
        (Facts(errors=9), Close.ERRORS, Outcome.LIMIT),
        (Facts(Stage.TLS, trouble=Stage.TLS), Close.QUIT, Outcome.REJECTED),
        (Facts(Stage.MAIL, trouble=Stage.TLS), Close.QUIT, Outcome.PROBE),
    ],
)
def test_outcomes(facts: Facts, close: Close, outcome: Outcome) -> None:
    assert classify(facts, close) is outcome


@given(FACTS, st.sampled_from(Close))
def test_an_ended_session_has_an_outcome_and_words(facts: Facts, close: Close) -> None:
    outcome = classify(facts, close)
    assert outcome is not Outcome.OPEN
    assert describe(outcome, facts.stage, facts.messages, facts.accepted, facts.refused, facts.reply)


@given(FACTS, st.sampled_from(Close))
def test_a_session_counts_as_delivered_only_when_all_went_well(facts: Facts, close: Close) -> None:
    outcome = classify(facts, close)
    if outcome is Outcome.DELIVERED:
        assert facts.messages
        assert not facts.in_transaction
        assert facts.refused + facts.rejected_messages + facts.refused_commands == 0
    if outcome is Outcome.PROBE:
        assert not facts.messages
        assert not facts.in_transaction
    worse = classify(replace(facts, refused=1, authenticated=True), close)
    assert worse.is_failure


def test_failures_are_those_after_which_mail_is_missing() -> None:
    assert {outcome for outcome in Outcome if not outcome.is_failure} == {
        Outcome.OPEN, Outcome.DELIVERED, Outcome.PROBE,
    }  # fmt: skip
    assert set(Outcome.failures()) == {outcome for outcome in Outcome if outcome.is_failure}


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ((Outcome.OPEN, "", 0, 0, 0, ""), "connected"),
        ((Outcome.OPEN, "RCPT", 0, 1, 0, ""), "at RCPT"),
        ((Outcome.OPEN, "RCPT", 1, 1, 0, ""), "1 message so far"),
        ((Outcome.DELIVERED, "QUIT", 1, 1, 0, ""), "delivered 1 message"),
        ((Outcome.DELIVERED, "QUIT", 2, 2, 0, ""), "delivered 2 messages"),
        (
            (Outcome.PARTIAL, "RCPT", 1, 2, 1, "550 5.1.1 No such user"),
            "delivered 1 message, 1 of 3 recipients refused, 550 5.1.1",
        ),
        ((Outcome.PARTIAL, "MAIL", 2, 2, 0, "552 5.3.4 Big"), "delivered 2 messages, then stopped at MAIL, 552 5.3.4"),
        ((Outcome.REJECTED, "RCPT", 0, 0, 1, "550 5.1.1 No"), "rejected at RCPT, 550 5.1.1"),
        ((Outcome.AUTH_FAILED, "AUTH", 0, 0, 0, "535 5.7.8 No"), "login failed, 535 5.7.8"),
        ((Outcome.TLS_FAILED, "STARTTLS", 0, 0, 0, ""), "TLS handshake failed"),
        ((Outcome.ABORTED, "body", 0, 1, 0, ""), "client gave up at body"),
        ((Outcome.NOT_SMTP, "connect", 0, 0, 0, ""), "not SMTP"),
        ((Outcome.IDLE, "EHLO", 0, 0, 0, "421 4.4.2 Idle"), "idle at EHLO, closed, 421 4.4.2"),
        ((Outcome.LIMIT, "EHLO", 0, 0, 0, "421 4.7.0 Errors"), "stopped by a limit at EHLO, 421 4.7.0"),
        ((Outcome.PROBE, "connect", 0, 0, 0, ""), "connected and left without sending"),
        ((Outcome.FAULT, "RCPT", 0, 0, 0, "421 4.3.0 Gone"), "cut by a fault at RCPT, 421 4.3.0"),
        (
            (Outcome.TLS_FAILED, "STARTTLS", 0, 0, 0, "tlsv1 alert unknown ca"),
            "TLS handshake failed: unknown ca",
        ),
        ((Outcome.ABORTED, "body", 0, 1, 0, "421 4.3.2 x", "shutdown"), "Sandpost was stopped at body"),
        ((Outcome.ABORTED, "", 0, 1, 0, "", "lost"), "Sandpost was killed at connect"),
        ((Outcome.PROBE, "EHLO", 0, 0, 0, "", "shutdown"), "Sandpost was stopped before anything was sent"),
    ],
)
def test_words(values: Any, words: str) -> None:
    assert describe(*values) == words


def test_why_mail_was_refused_outlives_the_farewell() -> None:
    facts = Facts(Stage.RCPT, refused=1, farewell="421 4.4.2 Nothing heard")
    facts.fail(Stage.RCPT, "550 5.1.1 No such user")
    facts.stage = Stage.HELLO
    assert verdict(facts, Outcome.REJECTED) == (Stage.RCPT, "550 5.1.1 No such user")
    assert verdict(facts, Outcome.IDLE) == (Stage.HELLO, "421 4.4.2 Nothing heard")
    assert verdict(facts, Outcome.DELIVERED) == (Stage.HELLO, "421 4.4.2 Nothing heard")
    assert verdict(Facts(Stage.MAIL), Outcome.PARTIAL) == (Stage.MAIL, "")


@pytest.mark.parametrize(
    ("reply", "codes"),
    [
        ("550 5.1.1 No such user", "550 5.1.1"),
        ("550 No such user", "550"),
        ("550", "550"),
        ("", ""),
        ("421 4.4", "421 4.4"),
    ],
)
def test_the_codes_of_a_reply(reply: str, codes: str) -> None:
    assert brief(reply) == codes


def test_what_is_said_again_and_accepted_is_mended_within_its_transaction() -> None:
    facts = Facts(messages=1, refused=2)
    facts.begin("a@test")
    facts.fail(Stage.RCPT, "550 5.1.1 x", "x@test")
    facts.fail(Stage.RCPT, "450 4.2.1 b", "b@test")
    facts.mend(Stage.RCPT, "b@test")
    assert (facts.trouble, facts.reply, facts.mended) == (Stage.RCPT, "550 5.1.1 x", 1)
    facts.begin("a@test")
    facts.mend(Stage.RCPT, "x@test")
    assert facts.has_refusals
    assert classify(facts, Close.QUIT) is Outcome.PARTIAL
    assert verdict(facts, Outcome.PARTIAL) == (Stage.RCPT, "550 5.1.1 x")


@pytest.mark.parametrize(
    ("reply", "mended"), [("503 5.5.1 EHLO first", 1), ("451 4.3.0 Later", 1), ("552 5.3.4 Big", 0), ("550 No", 0)]
)
def test_a_sender_that_is_accepted_later_may_send_another_message(reply: str, mended: int) -> None:
    facts = Facts(refused_commands=1)
    facts.fail(Stage.MAIL, reply, "a@test")
    facts.begin("a@test")
    assert (facts.mended, facts.has_refusals, facts.trouble) == (mended, not mended, None if mended else Stage.MAIL)


def test_refusals_without_number_take_no_memory_without_end() -> None:
    facts = Facts()
    for number in range(5000):
        facts.fail(Stage.RCPT, "550 No", str(number))
    facts.mend(Stage.RCPT, "4999")
    assert facts.mended == 0
    facts.mend(Stage.RCPT, "7")
    assert facts.mended == 1
