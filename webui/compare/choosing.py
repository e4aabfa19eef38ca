"""Which message a message is compared with: the previous one of its kind, then any that was captured lately."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q

from catcher.models import Message, MessageQuerySet

NEWEST = 20
LOOKED_THROUGH = 3_000  # earlier messages among which one of the same kind is looked for
SEARCHED = 20_000  # newest messages among which the search field looks
LONGEST_QUERY = 200

_VARYING = re.compile(r"\d+")
_PREFIX = re.compile(r"^(?:\s*(?:re|fwd?|aw|wg)\s*:)+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Choice:
    """What may be compared with a message: the proposal, if there is one, then the list."""

    proposed: Message | None
    others: list[Message]
    query: str
    is_partial: bool  # older messages than were searched exist


def kind(subject: str) -> str:
    """Return a subject as two builds of one template share it: without digits, prefixes of replies, case and space."""
    return " ".join(_VARYING.sub("#", _PREFIX.sub("", subject[:1_000])).casefold().split())


def previous(message: Message) -> Message | None:
    """Return the newest earlier message of the same kind: that of the same people before that of others."""
    wanted = kind(message.subject)
    earlier = Message.objects.filter(pk__lt=message.pk).order_by("-pk")
    alike = [
        (recipient != message.recipient, sender != message.mail_from, -pk)
        for pk, subject, recipient, sender in earlier.values_list("pk", "subject", "recipient", "mail_from")[
            :LOOKED_THROUGH
        ]
        if kind(subject) == wanted
    ]
    if not wanted:
        # No subject says nothing of what it is.
        alike = [each for each in alike if not each[0] and not each[1]]
    return Message.objects.filter(pk=-min(alike)[2]).first() if alike else None


def choice(message: Message, query: str) -> Choice:
    query = query.strip()[:LONGEST_QUERY]
    others = Message.objects.exclude(pk=message.pk)
    proposed = previous(message)
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    is_partial = bool(query) and newest > SEARCHED and others.filter(pk__lte=newest - SEARCHED).exists()
    if query:
        others = matching(others.filter(pk__gt=newest - SEARCHED), query)
    if proposed is not None and not query:
        others = others.exclude(pk=proposed.pk)
    return Choice(proposed, list(others.order_by("-pk")[:NEWEST]), query, is_partial)


def matching(messages: MessageQuerySet, query: str) -> MessageQuerySet:
    """Narrow to those with each word in the subject or an address."""
    for word in query.split():
        messages = messages.filter(
            Q(subject__icontains=word)
            | Q(recipient__icontains=word)
            | Q(mail_from__icontains=word)
            | Q(addresses__icontains=word)
        )
    return messages


def in_order(message: Message, other: Message) -> tuple[Message, Message]:
    """Return two messages as they arrived."""
    return (message, other) if message.pk < other.pk else (other, message)


def pairs(message: Message, others: Iterable[Message]) -> list[tuple[Message, tuple[Message, Message]]]:
    """Return each of the others with the two in the order in which they are compared."""
    return [(other, in_order(message, other)) for other in others]
