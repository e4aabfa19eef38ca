"""SESSION -> WINDOW: some lines of it, with as much of what stands around them as explains them.

Opening a line in the middle of a long session must cost what the lines cost that are shown, not those before it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from catcher.dialog import conversation as dialog
from catcher.dialog.finding import Finding
from catcher.dialog.records import Direction, Record, may_hold, unpack
from catcher.models import Session
from webui import phases, reading
from webui.reading import WHOLE, Reading

CONTEXT = 300  # records before and behind those shown, by which they are explained
# A client may send a thousand commands in one packet: so far is looked for its beginning and its end.
LONGEST_PACKET = 5000


@dataclass(frozen=True, slots=True)
class Window:
    """Records that follow each other, what is known of them, and the phase before the first of them."""

    reading: Reading
    records: Sequence[Record]
    phase: str
    more: bool


def behind(session: Session, after: int, limit: int, phase: str | None = None) -> Window:
    """Return at most `limit` records behind sequence number `after`; `phase` is given by who knows it."""
    if reading.is_whole(session):
        return _of_whole(reading.whole(session), after, limit, phase)
    found = _extended(session, list(_between(session, after - CONTEXT, after + limit + CONTEXT)), after, after + limit)
    start = _place(found, after)
    shown = found[start : start + limit]
    if phase is None:
        phase = phases.latest(chain(reversed(found[:start]), _backwards(session, found[0].seq if found else 0)))
    read = Reading(dialog.read(found), session.client, told=_findings(session, shown))
    return Window(read, shown, phase, start + limit < len(found))


def start_of(session: Session, seq: int, limit: int) -> int:
    """Return the number before the first of `limit` lines that have line `seq` in their middle, as far as they can."""
    return max(0, min(seq - limit // 2, session.lines - limit))


def _of_whole(read: Reading, after: int, limit: int, phase: str | None) -> Window:
    records = read.conversation.records
    # A tape has no holes, so that a record stands where its number says; what is damaged is searched.
    start = after if after < len(records) and records[after].seq == after + 1 else _place(records, after)
    if phase is None:
        phase = phases.latest(reversed(records[:start]))
    return Window(read, records[start : start + limit], phase, start + limit < len(records))


def _findings(session: Session, shown: Sequence[Record]) -> Sequence[Finding]:
    """Return what was found, where one of the lines shown may be among what was looked at."""
    if session.is_live or not shown:
        return ()
    looked_at = shown[0].seq <= WHOLE or any(record.direction is Direction.NOTE for record in shown)
    return reading.whole(session).findings if looked_at else ()


def _extended(session: Session, found: list[Record], after: int, until: int) -> list[Record]:
    """Return the records with the rest of the packets that reach from them into the lines shown."""
    commands = [record for record in found if record.read and phases.is_command(record)]
    reads = {record.read for record in commands if after < record.seq <= until}
    if commands and commands[0].read in reads and found[0].seq > 1:
        first = found[0].seq
        found = [*_between(session, first - LONGEST_PACKET, first - 1), *found]
    if commands and commands[-1].read in reads:
        last = found[-1].seq
        found += _between(session, last, last + LONGEST_PACKET)
    return found


def _between(session: Session, after: int, until: int) -> Iterator[Record]:
    return islice(session.records(max(0, after)), until - max(0, after))


def _backwards(session: Session, before: int) -> Iterator[Record]:
    """Yield the records before a sequence number among which one may decide a phase, the last one first."""
    chunks = session.tape.filter(first_seq__lt=before).order_by("-first_seq")
    for chunk in chunks.iterator(chunk_size=16):
        if may_hold(chunk.data, phases.DECIDING):
            yield from (record for record in reversed(unpack(chunk.data)) if record.seq < before)


def _place(records: Sequence[Record], after: int) -> int:
    return next((at for at, record in enumerate(records) if record.seq > after), len(records))
