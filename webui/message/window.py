"""A text of any size -> numbered rows, a window of them at a time; what is searched for is marked in them.

A row is a line, or a piece of a line that is too long for one: nothing is ever left out, and no window is larger than
its number of rows allows. Offsets are of octets, so that the source of a mail is shown as it came.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from webui import text

ROWS = 300  # of one window
LONGEST = 1_000  # octets of one row
MOST_HITS = 20_000
LONGEST_SEARCH = 200

Paint = Callable[[int, int], SafeString]


@dataclass(frozen=True, slots=True)
class Row:
    """A row as it is shown; number is the line's, or 0 where a line goes on."""

    number: int
    html: SafeString
    bare: bool  # whether the line ends with a lone LF


@dataclass(frozen=True, slots=True)
class Window:
    rows: list[Row]
    page: int
    pages: int

    @property
    def following(self) -> int | None:
        return self.page + 1 if self.page < self.pages else None

    @property
    def preceding(self) -> int | None:
        return self.page - 1 if self.page > 1 else None


class Source:
    """The rows of some octets; `paint` makes HTML of a stretch of them, plain by default."""

    def __init__(self, content: bytes, paint: Paint | None = None) -> None:
        self.content = content
        self._paint = paint or self._plain
        self._starts, self._numbers = _layout(content)

    @property
    def pages(self) -> int:
        return max(1, -(-len(self._starts) // ROWS))

    @property
    def lines(self) -> int:
        return self._numbers[-1] if self._numbers else 0

    def page_of(self, offset: int) -> int:
        return max(0, bisect_right(self._starts, offset) - 1) // ROWS + 1

    def page_of_line(self, line: int) -> int:
        return max(0, bisect_right(self._numbers, max(1, line) - 1)) // ROWS + 1

    def window(self, page: int, hits: Hits | None = None, here: int = -1) -> Window:
        """Return a page of rows, counted from 1; hits are marked, the one at `here` as the current one."""
        page = min(max(1, page), self.pages)
        first = (page - 1) * ROWS
        last = min(first + ROWS, len(self._starts))
        return Window([self._row(at, hits, here) for at in range(first, last)], page, self.pages)

    def _row(self, at: int, hits: Hits | None, here: int) -> Row:
        start = self._starts[at]
        end = self._starts[at + 1] if at + 1 < len(self._starts) else len(self.content)
        line_end = self.content[max(start, end - 2) : end]
        shown = end - (2 if line_end == b"\r\n" else line_end.endswith(b"\n"))
        number = 0 if at and self._numbers[at - 1] == self._numbers[at] else self._numbers[at]
        html = hits.mark(start, shown, here, self._paint) if hits else self._paint(start, shown)
        return Row(number, html, line_end.endswith(b"\n") and line_end != b"\r\n")

    def _plain(self, start: int, end: int) -> SafeString:
        return text.block(self.content[start:end])


class Hits:
    """Where a text occurs, letters of ASCII in either case; at most MOST_HITS places."""

    def __init__(self, content: bytes, wanted: str) -> None:
        self.wanted = wanted[:LONGEST_SEARCH]
        octets = self.wanted.encode("utf-8", "surrogateescape")
        self._length = len(octets)
        self.starts: list[int] = []
        if octets:
            for found in re.finditer(re.escape(octets), content, re.IGNORECASE):
                self.starts.append(found.start())
                if len(self.starts) >= MOST_HITS:
                    break

    @property
    def are_cut(self) -> bool:
        return len(self.starts) >= MOST_HITS

    def mark(self, start: int, end: int, here: int, paint: Paint) -> SafeString:
        """Return a stretch with the hits in it marked, also those that only begin or end in it."""
        pieces: list[SafeString] = []
        at = start
        for begin in self._between(start, end):
            stop = min(begin + self._length, end)
            if begin > at:
                pieces.append(paint(at, begin))
            marked = format_html('<mark class="here" id="hit">{}</mark>' if begin == here else "<mark>{}</mark>",
                                 paint(max(at, begin), stop))  # fmt: skip
            pieces.append(marked)
            at = stop
        pieces.append(paint(at, end))
        return mark_safe("".join(pieces))  # noqa: S308 - every piece is painted, which escapes

    def _between(self, start: int, end: int) -> Iterator[int]:
        at = bisect_right(self.starts, start - self._length)
        while at < len(self.starts) and self.starts[at] < end:
            yield self.starts[at]
            at += 1


def _layout(content: bytes) -> tuple[array[int], array[int]]:
    """Return the offset at which each row starts, and the number of its line."""
    starts, numbers = array("Q"), array("Q")
    start, number = 0, 0
    while start < len(content):
        number += 1
        end = content.find(b"\n", start) + 1 or len(content)
        for piece in _pieces(content, start, end):
            starts.append(piece)
            numbers.append(number)
        start = end
    return starts, numbers


def _pieces(content: bytes, start: int, end: int) -> Iterator[int]:
    yield start
    # A line end is no reason for a row of its own.
    while end - start > LONGEST + 2:
        start += LONGEST
        back = 0
        while back < 3 and content[start - back] & 0xC0 == 0x80:
            back += 1  # into the middle of a character: it goes to the next row as a whole
        start -= back
        yield start
