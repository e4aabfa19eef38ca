"""TEXT -> TIME: the span of time that somebody means by "2h", "yesterday" or "24 Nov 2026".

A number with a unit is that long ago, and a moment; days, months and years are spans in the reader's time zone.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, tzinfo
from email.utils import parsedate_to_datetime
from typing import NamedTuple

_AGO = re.compile(r"(\d{1,6}(?:\.\d{1,3})?)\s*(s|sec|m|min|h|d|w|mo|y)(?:\s+ago)?", re.ASCII)
_SECONDS = {
    "s": 1, "sec": 1, "m": 60, "min": 60, "h": 3600, "d": 86_400, "w": 604_800, "mo": 2_629_800, "y": 31_557_600,
}  # fmt: skip
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAY = timedelta(days=1)
_STAMP = re.compile(r"\d{10}(?:\d{3})?", re.ASCII)
# How Mailpit's parser reads them: where both are possible, the month stands first.
_DAYS = (
    "%Y-%m-%d", "%Y/%m/%d", "%Y%m%d", "%d.%m.%Y", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d %b %Y", "%d %B %Y",
    "%b %d %Y", "%B %d %Y", "%d-%b-%Y",
)  # fmt: skip
_MOMENTS = ("%Y-%m-%d %H:%M", "%Y-%m-%d %H:%M:%S", "%Y/%m/%d %H:%M", "%Y/%m/%d %H:%M:%S", "%m/%d/%Y %H:%M")


class Span(NamedTuple):
    """From `start` up to `end`, which is not part of it; a moment ends where it starts."""

    start: datetime
    end: datetime


def span(text: str, now: datetime, zone: tzinfo) -> Span | None:
    """Return what a text means, or None; never raises."""
    words = " ".join(text.replace(",", " ").split())
    try:
        return _ago(words.lower(), now) or _named(words.lower(), now, zone) or _date(words, zone)
    except (ValueError, OverflowError, OSError):
        return None


def _ago(text: str, now: datetime) -> Span | None:
    found = _AGO.fullmatch(text)
    if found is None:
        return None
    moment = now - timedelta(seconds=float(found[1]) * _SECONDS[found[2]])
    return Span(moment, moment)


def _named(text: str, now: datetime, zone: tzinfo) -> Span | None:
    today = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0, tzinfo=None)
    if text == "now":
        return Span(now, now)
    if text in ("today", "yesterday", "tomorrow"):
        return _day(today + _DAY * ("yesterday", "today", "tomorrow").index(text) - _DAY, zone)
    for number, name in enumerate(_WEEKDAYS):
        if text in (name, name[:3]):
            return _day(today - _DAY * ((today.weekday() - number) % 7), zone)
    return None


def _date(text: str, zone: tzinfo) -> Span | None:
    if _STAMP.fullmatch(text):
        moment = datetime.fromtimestamp(int(text[:10]), UTC)
        return Span(moment, moment)
    if (period := _period(text, zone)) is not None:
        return period
    for form in _DAYS:
        if (day := _try(text, form)) is not None:
            return _day(day, zone)
    moment = _moment(text, zone)
    return Span(moment, moment)


def _period(text: str, zone: tzinfo) -> Span | None:
    """Return a month or a year."""
    if re.fullmatch(r"[12]\d{3}", text, re.ASCII):
        return _span(datetime(int(text), 1, 1), datetime(int(text) + 1, 1, 1), zone)
    month = _try(text, "%Y-%m")
    if month is None:
        return None
    return _span(month, month.replace(year=month.year + month.month // 12, month=month.month % 12 + 1), zone)


def _moment(text: str, zone: tzinfo) -> datetime:
    """Return a point in time; raises ValueError."""
    for form in _MOMENTS:
        if (found := _try(text, form)) is not None:
            return _in(found, zone)
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = parsedate_to_datetime(text)
    return _in(found, zone) if found.tzinfo is None else found.astimezone(UTC)


def _try(text: str, form: str) -> datetime | None:
    try:
        return datetime.strptime(text, form)
    except ValueError:
        return None


def _day(day: datetime, zone: tzinfo) -> Span:
    return _span(day, day + _DAY, zone)


def _span(start: datetime, end: datetime, zone: tzinfo) -> Span:
    return Span(_in(start, zone), _in(end, zone))


def _in(moment: datetime, zone: tzinfo) -> datetime:
    return moment.replace(tzinfo=zone).astimezone(UTC)
