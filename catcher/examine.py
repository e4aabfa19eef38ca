"""The work behind a session's end: what its tape means is found out once, and written where lists and search find it.

The queue is the table itself (ended, `examined` is false), so that nothing is forgotten when Sandpost is killed. All
that reads a conversation is listed in `READERS`; one that fails leaves its own column empty and no other.
"""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Protocol, TypeVar

from catcher import events
from catcher.dialog import conversation as dialog
from catcher.dialog import story
from catcher.dialog.aggregate import sample
from catcher.dialog.conversation import Conversation
from catcher.dialog.finding import Finding
from catcher.dialog.lint import lint_session
from catcher.dialog.records import Direction, Record, unpack
from catcher.dialog.story import Story
from catcher.dialog.timing import Timing, timing
from catcher.dialog.told import Told
from catcher.models import Session
from catcher.search import facts, index, words
from catcher.search.index import Entry
from catcher.search.words import Words
from catcher.worker import Backlog
from catcher.writer import Writer, run

T = TypeVar("T")
logger = logging.getLogger(__name__)

CHUNK = 20
# Of a longer tape, the first lines are examined, and the recorder's notes at its end.
MOST_LINES = 5000
# Characters for the index that one transaction writes: they take the most of its time.
MOST_AT_ONCE = 200_000


class Client(Protocol):
    """A recognised program: its family ("smtplib"), and its name as a person would say it ("Python smtplib")."""

    @property
    def family(self) -> str: ...

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Readers:
    """Pure functions of a conversation; None where there is none yet."""

    recognise: Callable[[Conversation], Client] | None = None
    fingerprint: Callable[[Conversation], str] | None = None
    lint: Callable[[Conversation], Iterable[Finding]] = lint_session
    timing: Callable[[Conversation], Timing] = timing
    # Where only the beginning of a conversation was read, it is told from the row alone.
    summary: Callable[[Told, Conversation | None, Timing | None], Story] = story.tell


# Here catcher.dialog.client is named.
READERS = Readers()


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


def examine(conversation: Conversation, session: Told, whole: bool = True, readers: Readers | None = None) -> Examined:
    """Return what a conversation comes to, or, where not the whole of it was read, its beginning; never raises."""
    by = readers or READERS
    client = _read(by.recognise, conversation, None)
    nothing: list[Finding] = []
    found = _read(lambda conversation: list(by.lint(conversation)), conversation, nothing)
    severities = sorted((finding.rule.severity for finding in found), key=lambda severity: severity.rank)
    times = _read(by.timing, conversation, Timing())

    def summary(conversation: Conversation) -> str:
        return story.plain(by.summary(session, conversation, times) if whole else by.summary(session, None, None))

    return Examined(
        client=_text(client.family if client else "", 60),
        client_name=_text(client.name if client else "", 200),
        fingerprint=_text(_read(by.fingerprint, conversation, ""), 200),
        findings=tuple(dict.fromkeys(finding.id for finding in found)),
        findings_count=len(found),
        worst=severities[0].value if severities else "",
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

    def portion(self) -> int:
        return examine_some(CHUNK)


def examine_some(most: int) -> int:
    """Examine up to `most` ended sessions, the oldest first; return how many."""
    waiting = list(Session.objects.filter(examined=False).exclude(ended_at=None).order_by("pk")[:most])
    done = [
        (session, examine(dialog.read(_tape(session)), session, session.lines <= MOST_LINES)) for session in waiting
    ]
    for part in _parts(done):
        _write(part)
    if waiting:
        lines = {session.public_id: session.lines for session in waiting}
        events.publish([events.Sessions(type="sessions", lines=lines)])
    return len(waiting)


def _tape(session: Session) -> list[Record]:
    """Return the tape, or of a long one its beginning and how it ended."""
    try:
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


def _write(part: list[tuple[Session, Examined]]) -> None:
    rows = [(session, found, _columns(session, found)) for session, found in part]
    entries = [_entry(session, found) for session, found in part]
    run(lambda: _save(rows, entries))


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


def _save(rows: Sequence[tuple[Session, Examined, dict[str, Any]]], entries: Sequence[Entry]) -> None:
    """Write what was found; a session that was deleted meanwhile stays deleted."""
    here = {session.pk for session, _, columns in rows if Session.objects.filter(pk=session.pk).update(**columns)}
    if here:
        index.current().add([entry for entry in entries if entry.pk in here])
