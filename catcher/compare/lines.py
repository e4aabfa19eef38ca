"""Two texts -> blocks of lines that are the same or were changed, with the words marked that differ."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final, NamedTuple

from catcher.compare.steps import Step, Work, steps
from catcher.compare.words import Spans, marked, pairs, plain

MAX_CHARACTERS: Final = 1 << 20  # of one text
MAX_LINES: Final = 20_000
LONG_PAGE_LINE: Final = 240  # a longer line of HTML is broken before its tags
LONG_LINE: Final = 1_000  # any longer line is broken after a sentence, or where it must be
LINE_WORK: Final = 400_000
WORD_WORK: Final = 400_000

_BEFORE_TAG = re.compile(r"(?=<[A-Za-z/!])")
_AFTER_SENTENCE = re.compile(r"(?<=[.!?;>]) ")


class Piece(NamedTuple):
    """A line, or a piece of one that is broken; the number is that of the line, and 0 but for its first piece."""

    number: int
    text: str


class Line(NamedTuple):
    number: int
    spans: Spans

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)


class Row(NamedTuple):
    """Two lines side by side; None where a side has none."""

    before: Line | None
    after: Line | None


class Block(NamedTuple):
    """Rows that are the same on both sides, or one difference."""

    equal: bool
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two texts; `is_cut` where their ends are left out, `is_coarse` where work ran out."""

    blocks: tuple[Block, ...] = ()
    is_cut: bool = False
    is_coarse: bool = False

    @property
    def count(self) -> int:
        return sum(not block.equal for block in self.blocks)


def compare(before: str, after: str, *, ignore_space: bool = False, page: bool = False) -> Difference:
    """Compare two texts by lines; those of a `page` are broken before tags where they are long."""
    left, left_cut = pieces(before, page)
    right, right_cut = pieces(after, page)
    work, words = Work(LINE_WORK), Work(WORD_WORK)
    found = steps(_keys(left, ignore_space), _keys(right, ignore_space), work)
    blocks = tuple(_block(step, left, right, words, ignore_space) for step in found)
    return Difference(blocks, left_cut or right_cut, work.is_spent or words.is_spent)


def pieces(text: str, page: bool = False) -> tuple[list[Piece], bool]:
    """Return the lines of a text, broken where they are long, and whether some are left out."""
    kept = text[:MAX_CHARACTERS].replace("\r\n", "\n").removesuffix("\n")
    found = list(islice(_all_pieces(kept, page), MAX_LINES + 1)) if kept else []
    return found[:MAX_LINES], len(text) > MAX_CHARACTERS or len(found) > MAX_LINES


def _all_pieces(text: str, page: bool) -> Iterator[Piece]:
    for number, line in enumerate(text.split("\n", MAX_LINES), 1):
        for at, piece in enumerate(_broken(line, page)):
            yield Piece(0 if at else number, piece)


def _broken(line: str, page: bool) -> Iterator[str]:
    """Break where the content says so: what is put in front of it must not shift every break behind."""
    if len(line) <= (LONG_PAGE_LINE if page else LONG_LINE):
        yield line
        return
    for part in _cut(line, _BEFORE_TAG) if page else (line,):
        if len(part) <= LONG_LINE:
            yield part
            continue
        for sentence in _cut(part, _AFTER_SENTENCE):
            yield from _by_length(sentence)


def _cut(text: str, at: re.Pattern[str]) -> Iterator[str]:
    start = 0
    for found in at.finditer(text):
        if found.end() > start:
            yield text[start : found.end()]
            start = found.end()
    if start < len(text):
        yield text[start:]


def _by_length(text: str) -> Iterator[str]:
    for at in range(0, len(text), LONG_LINE):
        yield text[at : at + LONG_LINE]


def _keys(lines: list[Piece], ignore_space: bool) -> list[str]:
    return ["".join(line.text.split()) if ignore_space else line.text for line in lines]


def _block(step: Step, left: list[Piece], right: list[Piece], work: Work, ignore_space: bool) -> Block:
    before, after = left[step.a : step.b], right[step.c : step.d]
    if step.equal:
        return Block(True, tuple(Row(_line(a), _line(c)) for a, c in zip(before, after, strict=True)))
    found = pairs([line.text for line in before], [line.text for line in after], work)
    rows: list[Row] = []
    a = c = 0
    for at, to in [*found, (len(before), len(after))]:
        rows += _loose(before[a:at], after[c:to])
        if at < len(before):
            spans = marked(before[at].text, after[to].text, work, ignore_space)
            rows.append(Row(Line(before[at].number, spans[0]), Line(after[to].number, spans[1])))
        a, c = at + 1, to + 1
    return Block(False, tuple(rows))


def _loose(before: list[Piece], after: list[Piece]) -> Iterator[Row]:
    """Put lines beside each other that have nothing in common, as far as both sides have some."""
    for at in range(max(len(before), len(after))):
        yield Row(
            _line(before[at]) if at < len(before) else None,
            _line(after[at]) if at < len(after) else None,
        )


def _line(piece: Piece) -> Line:
    return Line(piece.number, plain(piece.text))
