"""The work behind the acknowledgement: snippet, attachments and defects, for every message that lacks them.

The queue is the table itself (`digested` is false), so that nothing is forgotten when Sandpost is killed.
"""

from __future__ import annotations

import logging

from catcher import events
from catcher.mime.digest import Digest, digest
from catcher.models import Body, Message
from catcher.worker import Backlog
from catcher.writer import Writer, run

logger = logging.getLogger(__name__)

CHUNK = 20


class Digester(Backlog):
    """A thread that digests what has arrived."""

    doing = "digesting"

    def __init__(self, writer: Writer) -> None:
        super().__init__("digester", logger, writer)

    def portion(self) -> int:
        return digest_some(CHUNK)


def digest_some(most: int) -> int:
    """Digest up to `most` messages, oldest first; return how many."""
    waiting = list(Message.objects.filter(digested=False).order_by("pk").only("public_id", "mail_parameters")[:most])
    if not waiting:
        return 0
    digests: list[tuple[Message, Digest]] = []
    for message in waiting:
        raw = Body.objects.filter(pk=message.pk).values_list("raw", flat=True).first()
        digests.append((message, digest(bytes(raw or b""))))
    run(lambda: _save(digests))
    events.publish([events.Changed(type="changed", ids=[message.public_id for message in waiting])])
    return len(waiting)


def _save(digests: list[tuple[Message, Digest]]) -> None:
    for message, found in digests:
        Message.objects.filter(pk=message.pk).update(
            snippet=found.snippet,
            attachments=found.attachments,
            defects=Message.defect_rows(found.defects, message.mail_parameters),
            digested=True,
        )
