"""What words find for the palette: the newest messages and sessions that have them, or what an id names."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from django.urls import reverse

from catcher.ids import PATTERN
from catcher.models import Message, Session
from catcher.search.messages import QueryError, matching, parse
from webui.palette.commands import Command
from webui.text import plain

MOST: Final = 8
MOST_SESSIONS: Final = 4
MOST_WORDS: Final = 6
LEAST: Final = 2
LONGEST: Final = 120
# Sessions that are looked at: who looks for an older one has the search of the sessions.
_RECENT: Final = 500
_SHOWN: Final = (
    "public_id", "subject", "addresses", "mail_from", "recipient", "received_at", "read", "recipients_count",
)  # fmt: skip


def found(text: str) -> list[Command]:
    """Return what a person may mean by `text`, what it names first."""
    text = text.strip()[:LONGEST]
    if PATTERN.fullmatch(text) and (named := list(_named(text))):
        return named
    words = text.lower().split()[:MOST_WORDS]
    if len(text) < LEAST:
        return []
    return [*(_message(each) for each in _messages(words)), *(_session(each) for each in _sessions(words))]


def _named(public_id: str) -> Iterator[Command]:
    yield from (_message(each) for each in Message.objects.filter(public_id=public_id).only(*_SHOWN))
    yield from (_session(each) for each in Session.objects.filter(public_id=public_id))


def _messages(words: list[str]) -> list[Message]:
    """Return the newest that have each word in the subject or in an address."""
    terms = (f'"{word}"' for each in words if (word := each.replace('"', "")))
    try:
        query = parse(" ".join(f"(subject:{term} OR addressed:{term})" for term in terms))
    except QueryError:
        return []
    return list(matching(query).order_by("-pk").only(*_SHOWN)[:MOST])


def _sessions(words: list[str]) -> list[Session]:
    """Return the newest of the recent ones whose id, client or address has each word."""
    rows = Session.objects.order_by("-pk").only("public_id", "hello", "peer_host", "client_name", "outcome")[:_RECENT]
    fit = (row for row in rows if all(word in _words(row) for word in words))
    return [row for row, _ in zip(fit, range(MOST_SESSIONS), strict=False)]


def _words(row: Session) -> str:
    return f"{row.public_id} {row.hello} {row.peer_host} {row.client_name}".lower()


def _message(message: Message) -> Command:
    detail = f"{message.sender_name or '(no sender)'} → {message.recipient or '(nobody)'}"
    return Command(
        f"message-{message.public_id}", "Message", plain(message.subject) or "(no subject)",
        href=reverse("message", args=[message.public_id]), icon="mail", detail=plain(detail),
    )  # fmt: skip


def _session(session: Session) -> Command:
    name = session.hello or session.client_name or "(no EHLO)"
    return Command(
        f"session-{session.public_id}", "Session", plain(name),
        href=reverse("session", args=[session.public_id]), icon="sessions",
        detail=f"{session.peer_host}, …{session.public_id[-4:]}",
    )  # fmt: skip
