"""The times that logs put before their lines, as microseconds on a scale of their own."""

from __future__ import annotations

import re
from datetime import date

_MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_STAMP = (
    r"(?:(?P<date>\d{4}-\d\d-\d\d)[ T]+|(?P<month>[A-Z][a-z]{2}) +(?P<day>\d{1,2}) )?"
    r"(?P<hour>\d\d):(?P<minute>\d\d):(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,9}))?(?: ?(?:Z|UTC|[+-]\d\d:?\d\d))?"
)
# In front of a line, with or without brackets; absent in most forms.
STAMP = rf"(?:\[?{_STAMP}\]?[ \t]+)?"
DAY = 86_400_000_000


def at_us(match: re.Match[str]) -> int | None:
    """Return the time that a match of STAMP found, or None where there was none; time zones are the log's own."""
    if match["hour"] is None:
        return None
    seconds = int(match["hour"]) * 3600 + int(match["minute"]) * 60 + int(match["second"])
    fraction = int((match["fraction"] or "0")[:6].ljust(6, "0"))
    return _day(match) * DAY + seconds * 1_000_000 + fraction


class Clock:
    """Offsets from the first time that is told; a clock that goes back stands still, but for midnight."""

    def __init__(self) -> None:
        self.is_set = False
        self._base = self._last_us = 0

    def offset(self, at_us: int | None) -> int:
        """Return the offset of a line; one without a time has that of the line before it."""
        if at_us is None:
            return self._last_us
        if not self.is_set:
            self.is_set = True
            self._base = -at_us
        if at_us + self._base < self._last_us - DAY // 2:
            self._base += DAY
        self._last_us = max(self._last_us, at_us + self._base)
        return self._last_us


def _day(match: re.Match[str]) -> int:
    try:
        if match["date"] is not None:
            return date.fromisoformat(match["date"]).toordinal()
        if match["month"] is not None:
            # A system log names no year; a leap year has every day.
            return date(2000, _MONTHS.index(match["month"].lower()) + 1, int(match["day"])).toordinal()
    except ValueError:
        pass
    return 0
