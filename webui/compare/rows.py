"""DIFFERENCE -> HTML. By hand, where a template would take most of the time of a page of 1,000 lines.

A difference is one list of the old lines, then one of the new; the style sheet lays them side by side or below each
other, so that the page is the same for both. What a sender wrote goes through webui.text.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString, mark_safe

from catcher.compare.lines import Block, Difference, Line, Row
from catcher.compare.words import Spans
from webui import text

CONTEXT = 3  # lines that are the same, shown before and after a difference
MOST_ROWS = 1_500
MOST_CHARACTERS = 600_000


@dataclass(frozen=True, slots=True)
class Shown:
    """The HTML of a difference, and how many differences did not fit into it."""

    html: SafeString
    left_out: int = 0


def shown(difference: Difference) -> Shown:
    pieces: list[str] = []
    rows = characters = done = 0
    blocks = difference.blocks
    for at, block in enumerate(blocks):
        if block.equal:
            pieces += _same(block, first=at == 0, last=at == len(blocks) - 1)
            continue
        kept = block.rows[: max(0, MOST_ROWS - rows)]
        piece = _change(kept, len(block.rows) - len(kept))
        if not kept or (done and characters + len(piece) > MOST_CHARACTERS):
            break
        rows, characters, done = rows + len(kept), characters + len(piece), done + 1
        pieces.append(piece)
    return Shown(mark_safe("".join(pieces)), difference.count - done)  # noqa: S308 - every piece is escaped below


def spans(marked: Spans, name: str) -> SafeString:
    """Return a line or a value with the words marked that differ, as `name`, which is ins or del."""
    pieces = (
        f'<{name} class="word">{text.block(span.text)}</{name}>' if span.marked else text.block(span.text)
        for span in marked
    )
    return mark_safe("".join(pieces))  # noqa: S308 - escaped by webui.text


def _same(block: Block, first: bool, last: bool) -> Iterable[str]:
    """Return the lines around a difference that are the same, and how many lie further away."""
    rows = block.rows
    head, tail = (0 if first else CONTEXT), (0 if last else CONTEXT)
    if len(rows) <= head + tail + 1:
        yield from _context(rows)
        return
    yield from _context(rows[:head])
    hidden = len(rows) - head - tail
    yield f'<p class="skipped">{hidden:,} line{"" if hidden == 1 else "s"} the same</p>'
    yield from _context(rows[len(rows) - tail :])


def _context(rows: Sequence[Row]) -> Iterable[str]:
    if not rows:
        return
    # The left one is for the eye only: it would be read out, and copied, twice.
    yield '<div class="block same">'
    for row in rows:
        if row.before and row.after:
            old = spans(row.before.spans, "del")
            yield f'<div class="old" aria-hidden="true" data-n="{_number(row.before)}">{old}</div>'
            yield f'<div class="new" data-n="{_number(row.after)}">{spans(row.after.spans, "ins")}</div>'
    yield "</div>"


def _change(rows: Sequence[Row], more: int) -> str:
    old = "".join(_line(row.before, "old", "del", "removed") for row in rows)
    new = "".join(_line(row.after, "new", "ins", "added") for row in rows)
    rest = f'<p class="skipped">and {more:,} more line{"" if more == 1 else "s"} of this difference</p>' if more else ""
    return f'<div class="block change" data-difference tabindex="-1">{old}{new}</div>{rest}'


def _line(line: Line | None, side: str, name: str, word: str) -> str:
    if line is None:
        return f'<div class="{side} gap" aria-hidden="true"></div>'
    said = f'<span class="unseen">{word}: </span>{spans(line.spans, name)}'
    return f'<div class="{side}" data-n="{_number(line)}">{said}</div>'


def _number(line: Line) -> str:
    return str(line.number) if line.number else "·"
