"""Where in a file a finding points: octets become lines, as editors and code hosts count them."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from catcher.dialog.report.entry import Entry, Report

_END = re.compile(rb"\r\n|\n|\r")


class Place(NamedTuple):
    """Octets and the lines, from 1 on, in which they lie."""

    start: int
    end: int
    first: int
    last: int


class Places:
    """The lines of one report's message."""

    def __init__(self, report: Report) -> None:
        self._raw = report.raw
        self._starts = [0, *(match.end() for match in _END.finditer(report.raw))] if report.raw is not None else [0]

    def of(self, one: Entry) -> Iterator[Place]:
        """Yield where a finding points; a place that lies outside of the message is left out."""
        if self._raw is None:
            return
        for start, end in one.octets:
            if 0 <= start <= len(self._raw):
                end = max(start, min(end, len(self._raw)))
                yield Place(start, end, self._line(start), self._line(max(start, end - 1)))

    def _line(self, offset: int) -> int:
        return bisect_right(self._starts, offset)

    def words(self, one: Entry) -> str:
        """Return in words where a finding points: `line 3`, `lines 12, 14`, or nothing."""
        found = one.lines or tuple(sorted({place.first for place in self.of(one)}))
        return f"line{'s' if len(found) > 1 else ''} {', '.join(map(str, found))}" if found else ""
