"""Rules about the Date field (RFC 5322, section 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import evidence
from catcher.dialog.lint.registry import rule
from catcher.mime.headers import MAX_DATE, parse_date

FAR: Final = timedelta(minutes=15)

_DAYS: Final = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_COMMENT = re.compile(r"\([^()]*+\)")
_DATE = re.compile(
    r"(?:(?P<name>[A-Za-z]{3})\s*,)?\s*(?P<day>\d{1,2})\s+(?P<month>[A-Za-z]{3})\s+(?P<year>\d{2,})"
    r"\s+(?P<hour>\d{2})\s*:\s*(?P<minute>\d{2})(?:\s*:\s*(?P<second>\d{2}))?"
    r"\s+(?P<zone>[+-]\d{4}|[A-Za-z]{1,3})",
    re.ASCII,
)
# RFC 5322, section 4.3: the names of the old form, and the letters of the military.
_OLD_ZONE = re.compile(r"UT|GMT|[ECMP][SD]T|[A-IK-Z]", re.IGNORECASE)


@rule(
    "M05",
    Severity.ERROR,
    "Date missing",
    breaks="Servers on the way may add one or refuse the message; readers sort it wrongly, and spam filters count it.",
    source="RFC 5322 §3.6",
    fix="Add a Date field with the time at which the mail was written.",
    fixes={
        "smtplib": 'message["Date"] = email.utils.localtime() on an EmailMessage; smtplib adds nothing itself.',
        "aiosmtplib": 'message["Date"] = email.utils.localtime() on an EmailMessage.',
        "curl": "Write the Date line into the file that curl uploads; curl adds no headers to it.",
    },
    example=HEAD.replace("Date: Wed, 01 May 2024 12:00:00 +0000\n", "") + "\nHi\n",
)
def date_missing(mail: Opened) -> Iterator[Evidence]:
    if mail.first("date") is None:
        yield evidence("no Date field")


@rule(
    "M09",
    Severity.ERROR,
    "Date cannot be read",
    breaks="Readers show 1970, the time of arrival or nothing, and mails of one thread stand in the wrong order.",
    source="RFC 5322 §3.3; RFC 5322 §4.3",
    fix="Write it as `Wed, 01 May 2024 12:00:00 +0000`: English names, the zone as + or - and four digits.",
    fixes={
        "smtplib": "Use email.utils.format_datetime(when) or assign a datetime to message['Date'].",
        "phpmailer": "Leave MessageDate empty or set it with PHPMailer::rfcDate().",
        "go": "Use time.Now().Format(time.RFC1123Z).",
        "dotnet": "Use a DateTimeOffset with MimeKit; DateTime.ToString needs the invariant culture.",
    },
    example=HEAD.replace("Wed, 01 May 2024 12:00:00 +0000", "2024-05-01T12:00:00Z") + "\nHi\n",
)
def date_unreadable(mail: Opened) -> Iterator[Evidence]:
    for header in mail.all("date"):
        value = _plain(header.value)
        match = _DATE.fullmatch(value)
        problem = _problem(match) if match else "not of the form that RFC 5322 has"
        if problem:
            yield evidence(f"{problem}: {value}" if value else "the Date field is empty", header.place)


@rule(
    "M41",
    Severity.INFO,
    "Date in an old form",
    breaks="Mail programs read it today. Names of zones other than GMT mean different things to different programs.",
    source="RFC 5322 §4.3",
    fix="Write the zone as + or - and four digits (+0000 for UTC) and the year with four digits.",
    fixes={"go": "Use time.RFC1123Z, not time.RFC1123."},
    example=HEAD.replace("+0000", "GMT") + "\nHi\n",
)
def date_obsolete(mail: Opened) -> Iterator[Evidence]:
    for header in mail.all("date"):
        match = _DATE.fullmatch(_plain(header.value))
        if match is None or _problem(match):
            continue
        if match["zone"].isalpha():
            yield evidence(f"the zone is a name: {match['zone']}", header.place)
        elif len(match["year"]) < 4:
            yield evidence(f"the year has {len(match['year'])} digits: {match['year']}", header.place)


@rule(
    "M10",
    Severity.WARNING,
    "Date is far from the arrival",
    breaks="Mail from the future or the past is sorted where nobody looks and is a mark of spam.",
    source="RFC 5322 §3.6.1",
    fix="Set the clock, or the zone: a difference of whole hours is local time that was written as UTC.",
    fixes={"smtplib": "Use email.utils.localtime() or datetime.now(timezone.utc), never datetime.utcnow()."},
    example=f"! received=2024-05-01T14:00:05+00:00\n{HEAD}\nHi\n",
)
def date_far(mail: Opened) -> Iterator[Evidence]:
    header = mail.first("date")
    when = parse_date(header.value) if header is not None else None
    if header is None or when is None or mail.received_at is None:
        return
    ahead = when.astimezone(UTC) - mail.received_at.astimezone(UTC)
    if abs(ahead) > FAR:
        yield evidence(f"{_span(abs(ahead))} {'after' if ahead > timedelta(0) else 'before'} it arrived", header.place)


def _plain(value: str) -> str:
    """Take comments off, such as the name of the zone: `+0200 (CEST)`."""
    value = value[: MAX_DATE * 2]
    return (_COMMENT.sub(" ", value) if "(" in value else value).strip()


def _problem(match: re.Match[str]) -> str:
    """Return what is wrong with a date that has the form, or ''."""
    if match["month"].title() not in _MONTHS:
        return f"no month is called {match['month']}"
    try:
        day = date(_year(match["year"]), _MONTHS.index(match["month"].title()) + 1, int(match["day"]))
        # 60 is a leap second (section 3.3).
        datetime(2000, 1, 1, int(match["hour"]), int(match["minute"]), min(int(match["second"] or 0), 59))
    except ValueError:
        return "no such day or time"
    if int(match["second"] or 0) > 60:
        return "no such day or time"
    if match["name"] and match["name"].title() != _DAYS[day.weekday()]:
        return f"that day is a {_DAYS[day.weekday()]}"
    return _zone_problem(match["zone"])


def _zone_problem(zone: str) -> str:
    if zone.isalpha():
        return "" if _OLD_ZONE.fullmatch(zone) else f"no zone is called {zone}"
    return f"no zone is {zone}" if int(zone[3:]) > 59 else ""


def _year(text: str) -> int:
    year = int(text[:5])
    if len(text) == 2:
        return year + (2000 if year < 50 else 1900)
    return year + 1900 if len(text) == 3 else year


def _span(time: timedelta) -> str:
    minutes = round(time.total_seconds() / 60)
    hours, days = minutes // 60, minutes // 1440
    if days:
        return f"{days:,} day{'' if days == 1 else 's'} {hours % 24} h"
    return f"{hours} h {minutes % 60} min" if hours else f"{minutes} min"
