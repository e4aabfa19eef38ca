"""What a query asks for, as a tree that knows no database: catcher/search/messages/conditions.py writes it as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

# Fields of a message whose words can be searched; free text looks into `ANYWHERE`.
FIELDS = (
    "from", "to", "cc", "bcc", "reply-to", "return-path", "subject", "filename", "body", "message-id", "header", "type",
    "user",
)  # fmt: skip
ANYWHERE = ("from", "to", "cc", "bcc", "reply-to", "return-path", "subject", "filename", "body")
ADDRESSED = ("from", "to", "cc", "bcc", "reply-to")


@dataclass(frozen=True, slots=True)
class Text:
    """One of the fields holds this text, which is `plain`."""

    fields: tuple[str, ...]
    needle: str


@dataclass(frozen=True, slots=True)
class Fact:
    """The message is known by `key=value`, or by one that begins so."""

    name: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Size:
    """Its octets lie between two numbers, both included; None is no limit."""

    least: int | None = None
    most: int | None = None


@dataclass(frozen=True, slots=True)
class Received:
    """It came at `since` or later, up to `until`, which counts only where `included` says so."""

    since: datetime | None = None
    until: datetime | None = None
    included: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What people did with it: read, starred or tagged."""

    name: str


@dataclass(frozen=True, slots=True)
class Tagged:
    name: str


@dataclass(frozen=True, slots=True)
class OfSession:
    public_id: str


@dataclass(frozen=True, slots=True)
class OfThread:
    """It belongs to the thread with this name, or to that of the message with this public id."""

    name: str


@dataclass(frozen=True, slots=True)
class ByClient:
    """The program that sent it, or the address it sent from, holds this text."""

    needle: str


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts; of none, any message."""

    parts: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Node


Leaf = Text | Fact | Size | Received | State | Tagged | OfSession | OfThread | ByClient
Node = Leaf | Every | Either | Without
ANYTHING = Every()


def texts(node: Node, turned: bool = False) -> list[Text]:
    """Return the texts that a message was found by, in their order: not those that it must not have."""
    match node:
        case Text():
            return [] if turned else [node]
        case Every(parts) | Either(parts):
            return [text for part in parts for text in texts(part, turned)]
        case Without(part):
            return texts(part, not turned)
        case _:
            return []
