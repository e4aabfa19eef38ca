"""What the rules find in stored sessions and messages: with the envelope that carried them, without what is muted."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

from catcher.dialog.conversation import Conversation
from catcher.dialog.finding import Finding
from catcher.dialog.lint import lint_message, lint_session
from catcher.dialog.lint.opened import Envelope, Opened, open_message
from catcher.models import Message, MutedRule, Recipient


class Tally(NamedTuple):
    """What a row keeps of findings: the ids of their rules, each once, how many they are, and the worst severity."""

    ids: list[str]
    total: int
    worst: str


def tally(findings: Iterable[Finding]) -> Tally:
    listed = list(findings)
    ids = list(dict.fromkeys(finding.id for finding in listed))
    worst = min((finding.severity for finding in listed), key=lambda severity: severity.rank, default="")
    return Tally(ids, sum(1 + finding.more for finding in listed), str(worst))


def muted() -> frozenset[str]:
    return frozenset(MutedRule.objects.values_list("rule", flat=True))


def of_session(conversation: Conversation, silent: Collection[str] | None = None) -> list[Finding]:
    return lint_session(conversation, muted() if silent is None else silent)


def of_message(
    message: Message, raw: bytes, facts: Mapping[str, Any] | None = None, silent: Collection[str] | None = None
) -> list[Finding]:
    """Return what is found in a stored message; `facts` are what the tape says of its octets on the wire."""
    people = Recipient.of([message])[message.pk]
    return lint_message(opened(message, raw, people, facts), muted() if silent is None else silent)


def opened(
    message: Message, raw: bytes, people: Iterable[tuple[str, bool]], facts: Mapping[str, Any] | None = None
) -> Opened:
    """Return a stored message as the rules want it; `people` are addresses, and whether they were accepted."""
    accepted: list[str] = []
    refused: list[str] = []
    for address, was_accepted in people:
        (accepted if was_accepted else refused).append(address)
    envelope = None
    if message.session_id is not None or message.mail_from or accepted or refused:
        parameters = tuple(message.mail_parameters.split())
        envelope = Envelope(message.mail_from, parameters, tuple(accepted), tuple(refused))
    return open_message(raw, envelope, message.received_at, dict(facts or {}))
