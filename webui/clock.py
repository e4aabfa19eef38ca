"""A TIME -> TEXT: one way to write times on every page, in the zone and the format that a browser asks for.

static/js/times.js writes them again as time passes, by the same rules; a browser test holds the two together.
"""

from __future__ import annotations

import datetime as dt
import re
from contextvars import ContextVar, Token
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final
from urllib.parse import unquote
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from webui.preferences import Preferences

# The browser writes its own zone here (static/js/theme.js), so that the next page is written in it.
HERE: Final = "sandpost-zone"
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+){0,3}")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_DAY = dt.timedelta(days=1)
# Longer ago, the year says more than the day.
_OLD = 300 * _DAY


@lru_cache(maxsize=128)
def zone(name: str) -> ZoneInfo | None:
    """Return a zone of the IANA database by its name; none where this machine does not know it."""
    if len(name) > 64 or not _NAME.fullmatch(name):
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None


@cache
def zones() -> tuple[str, ...]:
    """Return the names that can be chosen."""
    return tuple(sorted(name for name in available_timezones() if "/" in name or name == "UTC"))


def ago(then: dt.datetime, now: dt.datetime) -> str:
    seconds = (now - then).total_seconds()
    if seconds < 45:
        return "now"
    if seconds < 3570:
        return f"{max(1, round(seconds / 60))} min"
    if seconds < 84600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} d"


@dataclass(frozen=True, slots=True)
class Clock:
    """How one browser wants times: `is_named` where its zone has to be said, for it is not the reader's own."""

    zone: dt.tzinfo = dt.UTC
    is_named: bool = True
    twelve: bool = False
    relative: bool = True

    @classmethod
    def of(cls, request: HttpRequest) -> Clock:
        likes = Preferences.of(request)
        asked, here = zone(likes.zone), zone(unquote(request.COOKIES.get(HERE, "")[:100]))
        # Until the browser has told its own zone, it is UTC, and said.
        chosen = asked or here or dt.UTC
        return cls(chosen, chosen is not here or asked is not None, likes.has_twelve_hours, not likes.has_clock)

    def brief(self, when: dt.datetime, now: dt.datetime) -> SafeString:
        """Return how long ago that was, or the time of day; of another day, the day."""
        # Nothing to escape, and every row of a list has one.
        written = when.isoformat(timespec="milliseconds")
        if self.relative:
            return SafeString(f'<time datetime="{written}" data-relative>{ago(when, now)}</time>')
        return SafeString(f'<time datetime="{written}" data-clock>{self._short(when, now)}</time>')

    def full(self, when: dt.datetime) -> SafeString:
        """Return day and time with milliseconds; on its title the day of the week and the zone."""
        return format_html(
            '<time datetime="{}" title="{}" data-moment>{}</time>',
            when.isoformat(timespec="milliseconds"),
            self.title(when),
            self.moment(when),
        )

    def moment(self, when: dt.datetime) -> str:
        here = when.astimezone(self.zone)
        day = f"{here.day} {_MONTHS[here.month - 1][:3]} {here.year}"
        return f"{day}, {self._time(here, exact=True)}{' ' + _offset(here) if self.is_named else ''}"

    def title(self, when: dt.datetime) -> str:
        here = when.astimezone(self.zone)
        day = f"{_DAYS[here.weekday()]}, {here.day} {_MONTHS[here.month - 1]} {here.year}"
        name = self.zone.key if isinstance(self.zone, ZoneInfo) and self.zone.key != "UTC" else ""
        return f"{day}, {self._time(here, exact=True)} {_offset(here)}{f' ({name})' if name else ''}"

    def _short(self, when: dt.datetime, now: dt.datetime) -> str:
        here = when.astimezone(self.zone)
        month = _MONTHS[here.month - 1][:3]
        if now - when < _DAY:
            return self._time(here)
        return f"{here.day} {month}" if now - when < _OLD else f"{month} {here.year}"

    def _time(self, here: dt.datetime, exact: bool = False) -> str:
        seconds = f"{here:%M:%S}.{here.microsecond // 1000:03}" if exact else f"{here:%M:%S}"
        if self.twelve:
            return f"{here.hour % 12 or 12}:{seconds} {'am' if here.hour < 12 else 'pm'}"
        return f"{here.hour:02}:{seconds}"


def _offset(here: dt.datetime) -> str:
    minutes = round((here.utcoffset() or dt.timedelta()).total_seconds() / 60)
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '-'}{hours:02}:{rest:02}" if minutes else "UTC"


_request: ContextVar[HttpRequest | None] = ContextVar("request", default=None)
_PLAIN = Clock()


def enter(request: HttpRequest) -> Token[HttpRequest | None]:
    return _request.set(request)


def leave(token: Token[HttpRequest | None]) -> None:
    _request.reset(token)


def current() -> Clock:
    """Return the clock of whoever is answered now; UTC where nobody is."""
    request = _request.get()
    if request is None:
        return _PLAIN
    known: Clock | None = getattr(request, "clock", None)
    if known is None:
        known = Clock.of(request)
        request.clock = known  # type: ignore[attr-defined]
    return known
