"""TIMING -> the table of a session's steps: how long each side was waited for, beside what RFC 5321 grants."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catcher.dialog import waterfall
from catcher.dialog.segment import Segment, Spent, Timeout
from catcher.dialog.timing import Timing

MOST_ROWS = 100


@dataclass(slots=True)
class Row:
    """One step: the time before it, the time that it took, and the time-out that ran meanwhile."""

    step: str
    seq: int
    client_us: int = 0
    server_us: int = 0
    wire_us: int = 0  # message data, or the handshake
    timeout: Timeout | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One kind of time in the legend."""

    kind: str
    words: str
    share: str
    duration_us: int


@dataclass(frozen=True, slots=True)
class Timetable:
    rows: Sequence[Row]
    left_out: int
    shares: Sequence[Share]
    round_trips: int
    pause: Segment | None
    total: Row


def timetable(timing: Timing) -> Timetable | None:
    """Return the table; None where no times are known."""
    if not timing.known:
        return None
    rows = list(_rows(timing.segments))
    total = Row("", 0)
    for segment in timing.segments:
        _add(total, segment)
    return Timetable(
        rows[:MOST_ROWS],
        max(0, len(rows) - MOST_ROWS),
        [Share(kind, kind.words, waterfall.share(timing, kind), us) for kind, us in timing.totals.items()],
        timing.round_trips,
        timing.longest_pause,
        total,
    )


def _rows(segments: Sequence[Segment]) -> Iterator[Row]:
    row: Row | None = None
    for segment in segments:
        if row is None or (row.step, row.seq) != (segment.step, segment.seq):
            if row is not None:
                yield row
            row = Row(segment.step, segment.seq)
        _add(row, segment)
    if row is not None:
        yield row


def _add(row: Row, segment: Segment) -> None:
    match segment.kind:
        case Spent.CLIENT:
            row.client_us += segment.duration_us
        case Spent.SERVER | Spent.INJECTED:
            row.server_us += segment.duration_us
            row.timeout = segment.timeout or row.timeout
        case Spent.TRANSFER | Spent.TLS:
            row.wire_us += segment.duration_us
