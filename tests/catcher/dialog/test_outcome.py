"""What came of a session, from what was counted."""

from __future__ import annotations

import pytest

from catcher.dialog.outcome import Close, Facts, Outcome, Stage, classify, describe


@pytest.mark.parametrize(
    ("facts", "close", "outcome"),
    [
        (Facts(), Close.QUIT, Outcome.PROBE),
        (Facts(), Close.CLIENT, Outcome.PROBE),
        (Facts(messages=2, accepted=2), Close.QUIT, Outcome.DELIVERED),
        (Facts(messages=1, accepted=1), Close.CLIENT, Outcome.DELIVERED),
        (Facts(messages=1, accepted=2, refused=1), Close.QUIT, Outcome.PARTIAL),
        (Facts(messages=1, in_transaction=True), Close.RESET, Outcome.PARTIAL),
        (Facts(refused=1), Close.QUIT, Outcome.REJECTED),
        (Facts(rejected_messages=1), Close.QUIT, Outcome.REJECTED),
        (Facts(in_transaction=True), Close.CLIENT, Outcome.ABORTED),
        (Facts(auth_failures=1), Close.QUIT, Outcome.AUTH_FAILED),
        (Facts(auth_failures=1, authenticated=True), Close.QUIT, Outcome.PROBE),
        (Facts(), Close.IDLE, Outcome.IDLE),
        (Facts(messages=1), Close.IDLE, Outcome.DELIVERED),
        (Facts(), Close.ERRORS, Outcome.LIMIT),
        (Facts(), Close.LIMIT, Outcome.LIMIT),
        (Facts(messages=1), Close.LIMIT, Outcome.LIMIT),
        (Facts(), Close.TLS, Outcome.TLS_FAILED),
        (Facts(), Close.NOT_SMTP, Outcome.NOT_SMTP),
    ],
)
def test_classify(facts: Facts, close: Close, outcome: Outcome) -> None:
    assert classify(facts, close) is outcome


def test_failures_are_those_after_which_mail_is_missing() -> None:
    assert {outcome for outcome in Outcome if not outcome.is_failure} == {
        Outcome.OPEN,
        Outcome.DELIVERED,
        Outcome.PROBE,
    }
    assert set(Outcome.failures()) == {outcome for outcome in Outcome if outcome.is_failure}


def test_every_outcome_has_words_of_its_own() -> None:
    words = {outcome: describe(outcome, Stage.RCPT, 1, 2, 1, "550 5.1.1 No such user") for outcome in Outcome}
    assert len(set(words.values())) == len(words)
    assert words[Outcome.PARTIAL] == "delivered 1 message, 1 of 3 recipients refused, 550 5.1.1"
    assert words[Outcome.REJECTED] == "rejected at RCPT, 550 5.1.1"
