"""TIMING -> FILE: the waterfall of a session, one row a step, as an SVG that opens anywhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from xml.sax.saxutils import escape, quoteattr

from catcher.dialog.durations import spell
from catcher.dialog.segment import Segment, Spent
from catcher.dialog.timing import Timing
from catcher.dialog.waterfall import HATCHES, hatch, share, summary, tick, ticks, title

MOST_ROWS = 60
_NAME = "kind"
_COLOURS = {
    Spent.CLIENT: "#1f5fa8",
    Spent.SERVER: "#6a4fa3",
    Spent.TLS: "#2f7d4f",
    Spent.TRANSFER: "#9a6b00",
    Spent.INJECTED: "#b3261e",
    Spent.UNRECORDED: "#8a8a8a",
}
_LEFT, _WIDTH, _RIGHT = 170, 640, 90
_TOP, _ROW = 44, 20
_FONT = 'font-family="sans-serif" font-size="12" fill="#222"'


@dataclass(slots=True)
class _Row:
    label: str
    segments: list[Segment] = field(default_factory=list)

    @property
    def spent_us(self) -> int:
        return sum(segment.duration_us for segment in self.segments)


def export(timing: Timing) -> str:
    """Return the waterfall as an SVG file: at most 60 rows, the rest summed in the last, with legend and totals."""
    rows = _rows(timing.segments)
    bottom = _TOP + _ROW * len(rows)
    height = bottom + 40 + _ROW * len(timing.totals)
    width = _LEFT + _WIDTH + _RIGHT
    return "".join(
        (
            '<?xml version="1.0" encoding="UTF-8"?>\n',
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-label={quoteattr(summary(timing))} {_FONT}>',
            f'<defs><g color="#fff">{"".join(hatch(kind, _NAME) for kind in HATCHES)}</g></defs>',
            f'<rect width="{width}" height="{height}" fill="#fff"/>',
            f'<text x="12" y="20" font-weight="bold">{escape(summary(timing))}</text>',
            *_grid(timing.duration_us, bottom),
            *(line for number, row in enumerate(rows) for line in _drawn(row, number, timing)),
            *_legend(timing, bottom + 30),
            "</svg>\n",
        )
    )


def _rows(segments: Iterable[Segment]) -> list[_Row]:
    found: dict[tuple[str, int], _Row] = {}
    for segment in segments:
        key = (segment.step, segment.seq)
        found.setdefault(key, _Row(f"{segment.step} (line {segment.seq})")).segments.append(segment)
    rows = list(found.values())
    if len(rows) <= MOST_ROWS:
        return rows
    rest = rows[MOST_ROWS - 1 :]
    last = _Row(f"{len(rest):,} more steps", _summed(segment for row in rest for segment in row.segments))
    return [*islice(rows, MOST_ROWS - 1), last]


def _summed(segments: Iterable[Segment]) -> list[Segment]:
    """Return one segment a kind, one behind the other from where the first began."""
    sums: dict[Spent, list[int]] = {}
    at_us = -1
    for segment in segments:
        at_us = segment.start_us if at_us < 0 else at_us
        total = sums.setdefault(segment.kind, [0, segment.seq, 0])
        total[0] += segment.duration_us
        total[2] += 1
    summed: list[Segment] = []
    for kind, (total_us, seq, count) in sums.items():
        summed.append(Segment(at_us, at_us + total_us, kind, "", seq, count))
        at_us += total_us
    return summed


def _drawn(row: _Row, number: int, timing: Timing) -> Iterator[str]:
    top = _TOP + _ROW * number
    yield f'<text x="12" y="{top + 14}">{escape(row.label)}</text>'
    for segment in row.segments:
        left = _LEFT + segment.start_us * _WIDTH / timing.duration_us
        yield _box(segment.kind, left, top + 3, segment.duration_us * _WIDTH / timing.duration_us, title(segment))
    yield f'<text x="{_LEFT + _WIDTH + 8}" y="{top + 14}">{spell(row.spent_us)}</text>'


def _box(kind: Spent, left: float, top: int, width: float, said: str) -> str:
    """Return a bar; the server's is half as high, so that it differs from the client's without colour."""
    half = kind is Spent.SERVER
    box = f'x="{left:.2f}" y="{top + 7 * half}" width="{max(width, 0.5):.2f}" height="{14 - 7 * half}"'
    bar = f'<rect {box} fill="{_COLOURS[kind]}"><title>{escape(said)}</title></rect>'
    return bar + (f'<rect {box} fill="url(#{_NAME}-{kind})"/>' if kind in HATCHES else "")


def _grid(duration_us: int, bottom: int) -> Iterator[str]:
    for at_us in (*ticks(duration_us), duration_us) if duration_us else ():
        left = _LEFT + at_us * _WIDTH / duration_us
        yield f'<path d="M{left:.1f} {_TOP - 4}V{bottom}" stroke="#ddd"/>'
        yield f'<text x="{left:.1f}" y="{_TOP - 8}" font-size="10" text-anchor="middle">{tick(at_us)}</text>'


def _legend(timing: Timing, top: int) -> Iterator[str]:
    for number, (kind, total_us) in enumerate(timing.totals.items()):
        line = top + _ROW * number
        yield _box(kind, 12, line - 11, 24, kind.words)
        yield f'<text x="46" y="{line}">{kind.words}: {spell(total_us)}, {share(timing, kind)}</text>'
