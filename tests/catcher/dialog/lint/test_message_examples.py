"""Each rule about messages finds its own example, says where, and finds nothing in the others'."""

from __future__ import annotations

import pytest

from catcher.dialog.finding import Rule
from catcher.dialog.lint import lint_message, registry
from catcher.dialog.lint.examples import HEAD, example_octets, open_example
from catcher.dialog.lint.places import MAX_SEEN

# What cannot be shown alone: octets that end a message falsely are lone line ends as well, for instance.
BESIDES = {
    "M04": {"M02"},
    "M19": {"S46"},
    "M29": {"M28"},
    "S47": {"M25", "M27"},
}
FAMILIES = {
    "smtplib", "django", "aiosmtplib", "nodemailer", "phpmailer", "symfony", "javamail", "rails", "go", "dotnet",
    "swaks", "curl",
}  # fmt: skip

rules = pytest.mark.parametrize("rule", registry.MESSAGE, ids=lambda rule: rule.id)


@rules
def test_finds_its_example_and_no_other_rule_does(rule: Rule) -> None:
    found = lint_message(open_example(rule.example))
    assert {finding.id for finding in found} == {rule.id} | BESIDES.get(rule.id, set())


@rules
def test_evidence_lies_in_the_message_and_is_short(rule: Rule) -> None:
    size = len(example_octets(rule.example))
    for finding in lint_message(open_example(rule.example)):
        evidence = finding.evidence
        assert evidence.seen
        assert len(evidence.seen) <= MAX_SEEN
        assert evidence.seen.isprintable()
        assert all(0 <= start < end <= size for start, end in evidence.octets)


@rules
def test_texts_are_whole(rule: Rule) -> None:
    assert len(rule.title) <= 50
    assert not rule.title.endswith(".")
    assert rule.breaks.endswith(".")
    assert rule.fix.endswith(".")
    assert "!" not in rule.title + rule.breaks + rule.fix
    assert "†" not in rule.source
    assert rule.fixes.keys() <= FAMILIES
    assert all(text.endswith(".") for text in rule.fixes.values())


def test_the_rules_that_were_promised_are_there() -> None:
    ids = {rule.id for rule in registry.MESSAGE}
    assert ids >= {f"M{number:02}" for number in range(1, 40)}
    assert ids >= {"S46", "S47", "S48", "S51", "S68", "S69"}


def test_the_head_of_the_examples_is_clean() -> None:
    assert lint_message(open_example(f"! from=orders@example.com to=ada@example.com\n{HEAD}\nHi\n")) == []


def test_an_example_tells_its_envelope() -> None:
    opened = open_example(
        "! from= to=a@b.example,c@d.example refused=e@f.example params=SIZE=1,SMTPUTF8"
        " received=2024-05-01T12:00:00+00:00 undoubled_dots=2\nA: \\xff\\\\\n\nä"
    )
    assert opened.raw == b"A: \xff\\\r\n\r\n\xc3\xa4\r\n"
    assert opened.envelope is not None
    assert opened.envelope.mail_from == ""
    assert opened.envelope.recipients == ("a@b.example", "c@d.example", "e@f.example")
    assert opened.envelope.parameter("SMTPUTF8") == ""
    assert opened.envelope.parameter("SIZE") == "1"
    assert opened.envelope.parameter("BODY") is None
    assert opened.received_at is not None
    assert opened.facts == {"undoubled_dots": 2}
