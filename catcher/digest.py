"""The work behind the acknowledgement: snippet, attachments, defects and findings, for every message that lacks them.

The queue is the table itself (`digested` is false), so that nothing is forgotten when Sandpost is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.db import connection

from catcher import events, findings
from catcher.courtesy import make_way
from catcher.dialog.lint import lint_message
from catcher.dialog.lint.opened import Opened
from catcher.mime.digest import digest
from catcher.models import Body, Message, Recipient, Session
from catcher.rows import Update
from catcher.worker import Backlog
from catcher.writer import Writer, run

logger = logging.getLogger(__name__)

_DIGESTED = ("snippet", "attachments", "defects", "digested", "findings", "findings_count", "worst")
_digested = Update(Message, *_DIGESTED)


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
    bodies = Body.of(waiting)
    people = Recipient.of(waiting)
    rows = {}
    for message in waiting:
        make_way()
        content = bodies[message.pk] if message.pk in bodies else message.raw()
        rows[message.pk] = _try(message, content, people[message.pk], silent)
    run(lambda: _save(rows, silent))
    events.publish([events.Changed(type="changed", ids=[message.public_id for message in waiting])])
    return len(waiting)


def _try(
    message: Message, content: bytes, people: Iterable[tuple[str, bool]], silent: frozenset[str]
) -> dict[str, Any]:
    """Digest a message; one that cannot be must not keep those behind it from it."""
    try:
        return _columns(message, content, findings.opened(message, content, people), silent)
    except Exception:
        logger.exception("message %s cannot be digested", message.public_id)
        row = {field: getattr(message, field) for field in _DIGESTED}
        return row | {"digested": True}


def _columns(message: Message, content: bytes, opened: Opened, silent: frozenset[str]) -> dict[str, Any]:
    found = digest(content)
    tally = findings.tally(lint_message(opened, silent))
    return {
        "snippet": found.snippet,
        "attachments": found.attachments,
        "defects": Message.defect_rows(found.defects, message.mail_parameters),
        "digested": True,
        "findings": tally.ids,
        "findings_count": tally.total,
        "worst": tally.worst,
    }


def _save(rows: Mapping[int, Mapping[str, Any]], silent: frozenset[str]) -> None:
    """Write what was found, unless a rule was muted or let speak meanwhile: then it is found out anew."""
    if findings.muted() != silent:
        return
    _ask_tapes(rows, silent)
    with connection.cursor() as cursor:
        _digested.run(cursor, rows)


def _ask_tapes(rows: Mapping[int, Mapping[str, Any]], silent: frozenset[str]) -> None:
    """Have sessions examined again that knew more of a message than its octets tell (catcher/examine.py)."""
    known = Message.objects.filter(pk__in=list(rows), findings_count__gt=0).exclude(session=None)
    sessions = [
        session
        for pk, session, before in known.values_list("pk", "session", "findings")
        if set(before) - silent - set(rows[pk]["findings"])
    ]
    if sessions:
        Session.objects.filter(pk__in=sessions).update(examined=False)
