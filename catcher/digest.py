"""The work behind the acknowledgement: snippet, attachments, defects and findings, for every message that lacks them.

The queue is the table itself (`digested` is false), so that nothing is forgotten when Sandpost is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import connection

from catcher import events, filing, findings
from catcher.courtesy import make_way
from catcher.dialog.lint import lint_message
from catcher.dialog.lint.opened import Opened
from catcher.filing import Filing
from catcher.mime.digest import Digest, digest
from catcher.models import Body, Message, Recipient, Session
from catcher.rows import Update
from catcher.worker import Backlog
from catcher.writer import Writer, run

logger = logging.getLogger(__name__)

_DIGESTED = ("snippet", "attachments", "defects", "digested", "findings", "findings_count", "worst", "same")
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
    waiting = list(Message.everything.filter(digested=False).order_by("pk")[:most])
    if not waiting:
        return 0
    silent = findings.muted()
    bodies = Body.of(waiting)
    people = Recipient.of(waiting)
    rows = {}
    filings = {}
    for message in waiting:
        make_way()
        content = bodies[message.pk] if message.pk in bodies else message.raw()
        rows[message.pk] = _try(message, content, people[message.pk], silent)
        if message.same is None:  # the first time: what people change later, stays
            filings[message.pk] = filing.look(message, content, people[message.pk])
    told: list[events.Event] = [events.Changed(type="changed", ids=[message.public_id for message in waiting])]
    if run(lambda: _save(rows, filings, silent)):
        told.append(events.Tags(type="tags"))
    events.publish(told)
    return len(waiting)


def _try(
    message: Message, content: bytes, people: Sequence[tuple[str, bool]], silent: frozenset[str]
) -> dict[str, Any]:
    """Digest a message; one that cannot be must not keep those behind it from it."""
    try:
        found = digest(content)
        row = _columns(message, found, findings.opened(message, content, people), silent)
        return row | {"same": filing.same_key(message, people, found.search_text)}
    except Exception:
        logger.exception("message %s cannot be digested", message.public_id)
        row = {field: getattr(message, field) for field in _DIGESTED}
        return row | {"digested": True}


def _columns(message: Message, found: Digest, opened: Opened, silent: frozenset[str]) -> dict[str, Any]:
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


def _save(rows: Mapping[int, Mapping[str, Any]], filings: Mapping[int, Filing], silent: frozenset[str]) -> bool:
    """Write what was found, unless a rule was muted or let speak meanwhile: then it is found out anew.

    Return whether a message got a tag.
    """
    if findings.muted() != silent:
        return False
    _ask_tapes(rows, silent)
    with connection.cursor() as cursor:
        _digested.run(cursor, rows)
    return filing.file(filings)


def _ask_tapes(rows: Mapping[int, Mapping[str, Any]], silent: frozenset[str]) -> None:
    """Have sessions examined again that knew more of a message than its octets tell (catcher/examine.py)."""
    known = Message.everything.filter(pk__in=list(rows), findings_count__gt=0).exclude(session=None)
    sessions = [
        session
        for pk, session, before in known.values_list("pk", "session", "findings")
        if set(before) - silent - set(rows[pk]["findings"])
    ]
    if sessions:
        Session.objects.filter(pk__in=sessions).update(examined=False)
