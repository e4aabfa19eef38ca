"""Messages as one file: a zip of .eml files, or an mbox; piece by piece, so that none lies in memory as a whole."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, NamedTuple

from django.db.models import QuerySet

from catcher.mailbox import archive, mbox
from catcher.mailbox.names import eml_name
from catcher.models import Body, Message

KEYS_AT_ONCE: Final = 5_000
TOGETHER: Final = 50


class Form(NamedTuple):
    """A kind of file: how its name ends, its media type, and what writes it."""

    ending: str
    content_type: str
    write: Callable[[QuerySet[Message]], Iterator[bytes]]


def _zip(chosen: QuerySet[Message]) -> Iterator[bytes]:
    writer = archive.Writer()
    for message, raw in _messages(chosen):
        name = eml_name(message.received_at, message.public_id, message.subject)
        if piece := writer.add(name, raw, message.received_at):
            yield piece
    yield writer.end()


def _mbox(chosen: QuerySet[Message]) -> Iterator[bytes]:
    for message, raw in _messages(chosen):
        yield mbox.written(raw, message.mail_from, message.received_at)


FORMS: Final = {
    "zip": Form("zip", "application/zip", _zip),
    "mbox": Form("mbox", "application/mbox", _mbox),
}


def _messages(chosen: QuerySet[Message]) -> Iterator[tuple[Message, bytes]]:
    """Yield those that are there now, the oldest first; what arrives meanwhile is not among them."""
    newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    last = 0
    while keys := list(_keys(chosen, last, newest)):
        last = keys[-1]
        for start in range(0, len(keys), TOGETHER):
            yield from _loaded(keys[start : start + TOGETHER])


def _keys(chosen: QuerySet[Message], last: int, newest: int) -> Iterable[int]:
    return chosen.filter(pk__gt=last, pk__lte=newest).order_by("pk").values_list("pk", flat=True)[:KEYS_AT_ONCE]


def _loaded(keys: Sequence[int]) -> Iterator[tuple[Message, bytes]]:
    found = Message.objects.filter(pk__in=keys).only("public_id", "subject", "received_at", "mail_from", "size")
    messages = list(found.order_by("pk"))
    bodies = Body.of(messages)
    for message in messages:
        yield message, bodies[message.pk] if message.pk in bodies else message.raw()
