"""The work behind the acknowledgement: snippet, attachments, defects and findings, for every message that lacks them.

The queue is the table itself (`digested` is false), so that nothing is forgotten when Sandpost is killed.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import connection

from catcher import events, filing, findings
from catcher.courtesy import make_way
from catcher.dialog.lint import lint_message
from catcher.dialog.lint.opened import Opened
from catcher.extract.codes import find_codes
from catcher.extract.links import find_links
from catcher.filing import Filing
from catcher.mime.digest import Digest, digest
from catcher.models import Body, Message, Recipient, Session
from catcher.rows import Update
from catcher.search.messages import index
from catcher.search.messages.entry import Entry, entry
from catcher.worker import Backlog
from catcher.writer import Writer, run

logger = logging.getLogger(__name__)

_DIGESTED = (
    "snippet", "attachments", "defects", "digested", "findings", "findings_count", "worst", "same", "codes_count",
    "links_count",
)  # fmt: skip
# Characters for the index that one transaction writes: they take the most of its time.
MOST_AT_ONCE = 25_000
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
    done = []
    for message in waiting:
        make_way()
        content = bodies[message.pk] if message.pk in bodies else message.raw()
        done.append(_try(message, content, people[message.pk], silent))
    for part in _parts(done):
        tagged = run(partial(_save, part, silent))
        told: list[events.Event] = [events.Changed(type="changed", ids=[one.message.public_id for one in part])]
        events.publish([*told, events.Tags(type="tags")] if tagged else told)
    return len(waiting)


class Digested(NamedTuple):
    """What is written of a message: its columns, how it is filed where that is new, and what it is found by."""

    message: Message
    row: dict[str, Any]
    filing: Filing | None = None
    entry: Entry | None = None


def _try(message: Message, content: bytes, people: Sequence[tuple[str, bool]], silent: frozenset[str]) -> Digested:
    """Digest a message; one that cannot be must not keep those behind it from it."""
    # Only the first time: what people change later, stays.
    new = filing.look(message, content, people) if message.same is None else None
    try:
        found = digest(content)
        row = _columns(message, found, findings.opened(message, content, people), silent)
        row["same"] = filing.same_key(message, people, found.search_text)
        links = [link.url for link in find_links(found.html, found.plain) if link.is_web]
        row["links_count"] = len(links)
        row["codes_count"] = len(find_codes(message.subject, found.plain, found.seen))
        return Digested(message, row, new, entry(message, people, found, row, links))
    except Exception:
        logger.exception("message %s cannot be digested", message.public_id)
        row = {field: getattr(message, field) for field in _DIGESTED}
        return Digested(message, row | {"digested": True}, new)


def _parts(done: Iterable[Digested]) -> Iterator[list[Digested]]:
    """Split what is written: a transaction must not hold up senders."""
    part: list[Digested] = []
    room = MOST_AT_ONCE
    for one in done:
        room -= one.entry.size if one.entry is not None else 0
        if part and room < 0:
            yield part
            part, room = [], MOST_AT_ONCE - (one.entry.size if one.entry is not None else 0)
        part.append(one)
    if part:
        yield part


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


def _save(done: Sequence[Digested], silent: frozenset[str]) -> bool:
    """Write what was found, unless a rule was muted or let speak meanwhile: then it is found out anew.

    Return whether a message got a tag.
    """
    if findings.muted() != silent:
        return False
    rows = {one.message.pk: one.row for one in done}
    _ask_tapes(rows, silent)
    with connection.cursor() as cursor:
        _digested.run(cursor, rows)
    here = set(Message.everything.filter(pk__in=list(rows)).values_list("pk", flat=True))
    # Before it is filed: rules for tags search.
    index.add([one.entry for one in done if one.entry is not None and one.message.pk in here])
    return filing.file({one.message.pk: one.filing for one in done if one.filing is not None})


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
