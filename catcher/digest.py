"""The work behind the acknowledgement: snippet, attachments, defects and findings, for every message that lacks them.

The queue is the table itself (`digested` is false), so that nothing is forgotten when Sandpost is killed.
"""

from __future__ import annotations

import logging

from catcher import events, findings
from catcher.findings import Tally
from catcher.mime.digest import Digest, digest
from catcher.models import Body, Message
from catcher.worker import Backlog
from catcher.writer import Writer, run

logger = logging.getLogger(__name__)


class Digester(Backlog):
    """A thread that digests what has arrived."""

    doing = "digesting"

    def __init__(self, writer: Writer) -> None:
        super().__init__("digester", logger, writer)

    def portion(self, most: int) -> int:
        return digest_some(most)


def digest_some(most: int) -> int:
    """Digest up to `most` messages, oldest first; return how many."""
    waiting = list(Message.objects.filter(digested=False).order_by("pk")[:most])
    if not waiting:
        return 0
    silent = findings.muted()
    digests: list[tuple[Message, Digest, Tally]] = []
    for message in waiting:
        raw = Body.objects.filter(pk=message.pk).values_list("raw", flat=True).first()
        content = bytes(raw or b"")
        tally = findings.tally(findings.of_message(message, content, silent=silent))
        digests.append((message, digest(content), tally))
    run(lambda: _save(digests))
    events.publish([events.Changed(type="changed", ids=[message.public_id for message in waiting])])
    return len(waiting)


def _save(digests: list[tuple[Message, Digest, Tally]]) -> None:
    for message, found, tally in digests:
        Message.objects.filter(pk=message.pk).update(
            snippet=found.snippet,
            attachments=found.attachments,
            defects=Message.defect_rows(found.defects, message.mail_parameters),
            digested=True,
            findings=tally.ids,
            findings_count=tally.total,
            worst=tally.worst,
        )
