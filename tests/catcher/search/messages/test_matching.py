"""What the index and the rows find is what the queries mean, for messages and queries of all kinds."""

from __future__ import annotations

import random
from datetime import UTC, datetime

import pytest

from catcher.models import Message, Session
from catcher.search.messages import count, matching, named, parse
from catcher.search.messages.text import plain
from tests.catcher.search.messages.mail import WORDS, Reader, some_mail

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
FIXED = (
    "is:read", "is:unread", "is:starred", "is:tagged", "has:attachments", "has:inline", "has:link", "has:finding",
    "has:code", "tag:billing", "tag:TO-DO", "finding:M1*", "finding:M03", "client:10.0", "client:mailer",
    "header:x-mailer:", "filename:.pdf", "type:application/",
)  # fmt: skip
KEYS = (
    "from", "to", "cc", "bcc", "reply-to", "addressed", "subject", "body", "filename", "type", "header", "message-id",
    "user",
)  # fmt: skip
pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> list[Reader]:
    some_mail(125)
    return [Reader(message) for message in Message.objects.select_related("session").order_by("-pk")]


def _query(dice: random.Random, sessions: list[str], depth: int = 0) -> str:
    if depth < 3 and dice.random() < 0.55:
        parts = [_query(dice, sessions, depth + 1) for _ in range(dice.choice((1, 2, 2, 3)))]
        return f"{dice.choice(('', '', '-', '!', 'NOT '))}({dice.choice((' ', ' OR ', ' AND ')).join(parts)})"
    return dice.choice(("", "", "", "-")) + _term(dice, sessions)


def _term(dice: random.Random, sessions: list[str]) -> str:
    word = dice.choice(WORDS)
    text = plain(f"{word} {dice.choice(WORDS)}" if dice.random() < 0.2 else word)
    first = dice.randrange(len(text))
    part = (text[first : first + dice.choice((1, 2, 2, 3, 4, 20))].strip() or "e").upper()
    key, day = dice.choice(KEYS), f"2026-11-{dice.randrange(1, 30):02}"
    values = (f'"{part}"', f'"{part}"', f'"{part}"', f'{key}:"{part}"', f'{key}:"{part}"', f"{key}:example")
    bounds = (
        f"larger:{dice.randrange(200, 3000)}",
        f"smaller:{dice.randrange(200, 3000)}",
        f"before:{dice.randrange(600)}h",
    )
    times = (f"after:{day}", f"before:{day}", f"on:{day}", f"session:{dice.choice(sessions)}")
    return dice.choice((*values, *values, *bounds, *times, *FIXED))


@pytest.mark.parametrize("seed", range(2))
def test_what_is_found_is_what_was_meant(mail: list[Reader], seed: int) -> None:
    dice = random.Random(seed)
    sessions = list(Session.objects.values_list("public_id", flat=True))
    sizes = set()
    some = [reader.message for reader in mail[::7]]
    names, asked = [message.public_id for message in some], {message.pk for message in some}
    for _ in range(80):
        text = _query(dice, sessions)
        query = parse(text, NOW)
        expected = [reader.message.pk for reader in mail if reader.meets(query.tree)]
        found = matching(query)
        assert list(found.order_by("-pk").values_list("pk", flat=True)) == expected, text
        assert list(found.order_by("-pk").values_list("pk", flat=True)[:7]) == expected[:7], text
        assert sorted(row.pk for row in found) == sorted(expected), text
        assert [row.pk for row in named(query, names)] == [pk for pk in expected if pk in asked], text
        assert count(query, 12) == (min(len(expected), 12), len(expected) > 12), text
        sizes.add(min(len(expected), 20))
    assert len(sizes) > 5
