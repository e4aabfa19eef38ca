"""What the index and the rows find is what the queries mean, for messages and queries of all kinds."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from pytest_django.plugin import DjangoDbBlocker

from catcher.models import Message, Session
from catcher.search.messages import count, matching, named, parse
from catcher.search.messages.text import plain
from tests.catcher.search.messages.mail import WORDS, meets, some_mail

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def mail() -> list[Message]:
    some_mail(200)
    return list(Message.objects.order_by("-pk"))


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
    keys = "from to cc bcc reply-to addressed subject body filename type header message-id user".split()
    return dice.choice(
        (
            f'"{part}"', f'"{part}"', f'"{part}"', f'{dice.choice(keys)}:"{part}"', f'{dice.choice(keys)}:"{part}"',
            f"{dice.choice(('is:read', 'is:unread', 'is:starred', 'is:tagged', 'has:attachments', 'has:inline', 'has:link'))}",
            f"{dice.choice(('has:finding', 'has:code', 'tag:billing', 'tag:TO-DO', 'finding:M1*', 'finding:M03', 'client:10.0', 'client:mailer'))}",
            f"{dice.choice(('larger', 'smaller'))}:{dice.randrange(200, 3000)}", f"after:2026-11-{dice.randrange(1, 30):02}",
            f"before:{dice.randrange(1, 600)}h", f"on:2026-11-{dice.randrange(1, 30):02}", f"session:{dice.choice(sessions)}",
            f"{dice.choice(keys)}:example", "header:x-mailer:", "filename:.pdf", "type:application/",
        )
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(4))
def test_what_is_found_is_what_was_meant(mail: list[Message], seed: int) -> None:
    dice = random.Random(seed)
    sessions = list(Session.objects.values_list("public_id", flat=True))
    sizes = set()
    for _ in range(60):
        text = _query(dice, sessions)
        query = parse(text, NOW)
        expected = [message.pk for message in mail if meets(query.tree, message)]
        found = matching(query)
        assert list(found.order_by("-pk").values_list("pk", flat=True)) == expected, text
        assert list(found.order_by("-pk").values_list("pk", flat=True)[:7]) == expected[:7], text
        assert sorted(row.pk for row in found) == sorted(expected), text
        sizes.add(min(len(expected), 10))
    assert len(sizes) > 5
