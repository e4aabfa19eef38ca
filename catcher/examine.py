"""The work behind a session's end: what its tape means is found out once, and written where lists and search find it.

The queue is the table itself (ended, `examined` is false), so that nothing is forgotten when Sandpost is killed. All
that reads a conversation is listed in `READERS`; one that fails leaves its own column empty and no other.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import Any, TypeVar

from django.db import DatabaseError, connection
from django.db.models import Min
from django.db.models.functions import Substr

from catcher import events, findings
from catcher.courtesy import make_way
from catcher.dialog import conversation as dialog
from catcher.dialog import story
from catcher.dialog.aggregate import sample
from catcher.dialog.client import Client, fingerprint, recognise
from catcher.dialog.conversation import Conversation
from catcher.dialog.finding import Finding
from catcher.dialog.lint import lint_session
from catcher.dialog.records import Direction, Record, unpack
from catcher.dialog.story import Story
from catcher.dialog.timing import Timing, timing
from catcher.dialog.told import Told
from catcher.findings import Tally
from catcher.mime.headers import field_text, split
from catcher.models import Body, Message, Session, TapeChunk
from catcher.rows import Update
from catcher.search import facts, groups, index, words
from catcher.search.index import Entry
from catcher.search.words import Words
from catcher.worker import Backlog
from catcher.writer import Writer, run

T = TypeVar("T")
Headers = Iterable[tuple[str, str]]
logger = logging.getLogger(__name__)

# Of a longer tape, the first lines are examined, and the recorder's notes at its end.
MOST_LINES = 5000
# Tapes of up to this many lines are read together.
SHORT = 200
# Octets of a message in which its header is looked for.
MOST_HEADER = 1 << 16
# What a tape may know of a message that its stored octets do not tell (catcher/smtp/body.py).
WIRE_FACTS = frozenset({"undoubled_dots", "smuggling"})
# Characters for the index that one transaction writes: they take the most of its time.
MOST_AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Readers:
    """Functions of a conversation."""

    recognise: Callable[[Conversation, Headers], Client] = recognise
    fingerprint: Callable[[Conversation], str] = fingerprint
    lint: Callable[[Conversation], Iterable[Finding]] = lint_session
    timing: Callable[[Conversation], Timing] = timing
    # Where only the beginning of a conversation was read, it is told from the row alone.
    summary: Callable[[Told, Conversation | None, Timing | None], Story] = story.tell


READERS = Readers()
_examined = Update(
    Session, "client", "client_name", "fingerprint", "findings", "findings_count", "worst", "timing", "summary",
    "lines_examined", "examined",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Examined:
    """What a conversation comes to."""

    client: str = ""
    client_name: str = ""
    fingerprint: str = ""
    findings: tuple[str, ...] = ()  # ids of rules, each once
    findings_count: int = 0
    worst: str = ""
    timing: Mapping[str, Any] = field(default_factory=dict)
    summary: str = ""
    words: Words = field(default_factory=Words)


def examine(
    conversation: Conversation,
    session: Told,
    whole: bool = True,
    readers: Readers | None = None,
    headers: Headers = (),
    silent: Collection[str] = (),
) -> Examined:
    """Return what a conversation comes to, or, where not the whole of it was read, its beginning; never raises.

    `headers` are those of its first message, in which many libraries name themselves; `silent` are muted rules.
    """
    by = readers or READERS
    client = _read(lambda conversation: by.recognise(conversation, headers), conversation, None)
    nothing: list[Finding] = []
    found = _read(lambda conversation: list(by.lint(conversation)), conversation, nothing)
    tally = findings.tally(finding for finding in found if finding.id not in silent)
    times = _read(by.timing, conversation, Timing())

    def summary(conversation: Conversation) -> str:
        return story.plain(by.summary(session, conversation, times) if whole else by.summary(session, None, None))

    return Examined(
        client=_text(client.family if client else "", 60),
        client_name=_text(client.name if client else "", 200),
        fingerprint=_text(_read(by.fingerprint, conversation, ""), 200),
        findings=tuple(tally.ids),
        findings_count=tally.total,
        worst=tally.worst,
        timing=_read(lambda _: sample(times, session.messages_stored).to_json(), conversation, {})
        if whole and times.known
        else {},
        summary=_text(_read(summary, conversation, ""), 2000),
        words=_read(words.read, conversation, Words()),
    )


def _read(reader: Callable[[Conversation], T] | None, conversation: Conversation, otherwise: T) -> T:
    try:
        return reader(conversation) if reader is not None else otherwise
    except Exception:
        logger.exception("a session could not be examined by %s", reader)
        return otherwise


def _text(text: str, most: int) -> str:
    return text[:most].replace("\x00", "\ufffd")


class Examiner(Backlog):
    """A thread that examines the sessions that have ended."""

    doing = "examining sessions"

    def __init__(self, writer: Writer) -> None:
        super().__init__("examiner", logger, writer)

    def portion(self, most: int) -> int:
        return examine_some(most)


def examine_some(most: int) -> int:
    """Examine up to `most` ended sessions, the oldest first; return how many."""
    waiting = list(Session.objects.filter(examined=False).exclude(ended_at=None).order_by("pk")[:most])
    silent = findings.muted()
    tapes, headers = _tapes(waiting), _headers(waiting)
    done = [
        (session, _try(session, tapes.get(session.pk), headers.get(session.pk, b""), silent)) for session in waiting
    ]
    for part in _parts(done):
        _write(part, silent)
    if waiting:
        lines = {session.public_id: session.lines for session in waiting}
        events.publish([events.Sessions(type="sessions", lines=lines)])
    return len(waiting)


def _try(session: Session, tape: list[bytes] | None, header: bytes, silent: frozenset[str]) -> Examined:
    """Examine a session; one that cannot be must not keep those behind it from it."""
    try:
        return _examine(session, tape, header, silent)
    except DatabaseError:
        raise
    except Exception:
        logger.exception("session %s cannot be examined", session.public_id)
        return Examined()


def _examine(session: Session, tape: list[bytes] | None, header: bytes, silent: frozenset[str]) -> Examined:
    make_way()
    conversation = dialog.read(_tape(session, tape))
    _look_again(conversation, silent)
    whole = session.lines <= MOST_LINES
    fields, _, _ = split(header)
    headers = [(name, field_text(value)) for name, value in fields]
    return examine(conversation, session, whole, headers=headers, silent=silent)


def _tapes(sessions: Iterable[Session]) -> dict[int, list[bytes]]:
    """Return the tapes of short sessions, in their chunks, by primary key."""
    found: dict[int, list[bytes]] = {session.pk: [] for session in sessions if session.lines <= SHORT}
    chunks = TapeChunk.objects.filter(session__in=list(found)).order_by("session", "first_seq")
    for key, data in chunks.values_list("session_id", "data"):
        found[key].append(bytes(data))
    return found


def _headers(sessions: Iterable[Session]) -> dict[int, bytes]:
    """Return the beginning of each session's first message, by the session's primary key."""
    keys = [session.pk for session in sessions if session.messages_stored]
    first = Message.everything.filter(session__in=keys).values("session").annotate(first=Min("pk")).values("first")
    rows = Body.objects.filter(pk__in=first).values_list("message__session", Substr("raw", 1, MOST_HEADER))
    return {key: bytes(start or b"") for key, start in rows}


def _look_again(conversation: Conversation, silent: frozenset[str]) -> None:
    """Add to a message's findings what only the tape knows of it: dots that were not doubled on the wire."""
    for transaction in conversation.transactions:
        said = transaction.content.said if transaction.content is not None else None
        if said is None or not said.info.keys() & WIRE_FACTS:
            continue
        message = Message.everything.select_related("body").filter(public_id=transaction.message).first()
        if message is not None:
            found = findings.tally(findings.of_message(message, bytes(message.body.raw), said.info, silent))
            run(partial(_save_tally, message.pk, found, silent))


def _save_tally(pk: int, found: Tally, silent: frozenset[str]) -> None:
    if findings.muted() == silent:
        Message.everything.filter(pk=pk).update(findings=found.ids, findings_count=found.total, worst=found.worst)


def _tape(session: Session, chunks: list[bytes] | None) -> list[Record]:
    """Return the tape, or of a long one its beginning and how it ended."""
    try:
        if chunks is not None:
            return [record for chunk in chunks for record in unpack(chunk)]
        records = list(islice(session.records(), MOST_LINES))
        last = records[-1].seq if records else 0
        if last < session.lines:
            end = session.tape.order_by("-first_seq").first()
            notes = unpack(end.data) if end is not None else []
            records += [one for one in notes if one.seq > last and one.direction is Direction.NOTE]
    except (ValueError, LookupError, TypeError, zlib.error):  # a chunk that is damaged on the disk
        logger.exception("the tape of session %s cannot be read", session.public_id)
        return []
    return records


def _parts(done: Sequence[tuple[Session, Examined]]) -> Iterator[list[tuple[Session, Examined]]]:
    """Split what is written: a transaction must not hold up senders."""
    part: list[tuple[Session, Examined]] = []
    room = MOST_AT_ONCE
    for item in done:
        room -= item[1].words.size
        if part and room < 0:
            yield part
            part, room = [], MOST_AT_ONCE - item[1].words.size
        part.append(item)
    if part:
        yield part


def _write(part: list[tuple[Session, Examined]], silent: frozenset[str]) -> None:
    rows = [(session, found, _columns(session, found)) for session, found in part]
    entries = [_entry(session, found) for session, found in part]
    run(lambda: _save(rows, entries, silent))


def _columns(session: Session, found: Examined) -> dict[str, Any]:
    return {
        "client": found.client,
        "client_name": found.client_name,
        "fingerprint": found.fingerprint,
        "findings": list(found.findings),
        "findings_count": found.findings_count,
        "worst": found.worst,
        "timing": dict(found.timing),
        "summary": found.summary,
        "lines_examined": min(found.words.lines, session.lines, MOST_LINES),
        "examined": True,
    }


def _entry(session: Session, found: Examined) -> Entry:
    tokens = dict.fromkeys(facts.tokens(session, found)) | found.words.tokens
    said = [session.peer_host, session.hello, session.auth_user, found.client_name, *found.words.text]
    return Entry(session.pk, f" {' '.join(tokens)} ", "\n".join(said))


def _save(
    rows: Sequence[tuple[Session, Examined, dict[str, Any]]], entries: Sequence[Entry], silent: frozenset[str]
) -> None:
    """Write what was found; a session that was deleted meanwhile stays deleted.

    Where a rule was muted or let speak meanwhile, it is found out anew.
    """
    if findings.muted() != silent:
        return
    keys = [session.pk for session, _, _ in rows]
    here = set(Session.objects.filter(pk__in=keys).values_list("pk", flat=True))
    groups.count_out(keys)
    with connection.cursor() as cursor:
        _examined.run(cursor, {session.pk: columns for session, _, columns in rows if session.pk in here})
    if here:
        groups.count_in(list(here))
        index.current().add([entry for entry in entries if entry.pk in here])
