"""text/calendar read as an invitation, without expanding what repeats (RFC 5545, RFC 5546)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from catcher.mime.calendar_lines import Component, Property, calendars
from catcher.mime.charsets import one_line
from catcher.mime.outline import Node, Outline
from catcher.mime.recurrence import recurrence

MAX_EVENTS: Final = 50
MAX_ATTENDEES: Final = 500
MAX_DESCRIPTION: Final = 10_000
MAX_INVITATIONS: Final = 20

_KINDS: Final = {"VEVENT": "event", "VTODO": "to-do", "VJOURNAL": "journal"}
_ROLES: Final = {
    "CHAIR": "chair",
    "REQ-PARTICIPANT": "required",
    "OPT-PARTICIPANT": "optional",
    "NON-PARTICIPANT": "informed",
}
_TITLES: Final = {
    "ADD": "Further dates",
    "CANCEL": "Cancellation",
    "COUNTER": "Counter-proposal",
    "DECLINECOUNTER": "Counter-proposal declined",
    "PUBLISH": "Event",
    "REFRESH": "Request for the latest version",
    "REPLY": "Answer",
    "REQUEST": "Invitation",
}
_TIME = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})(\d{2})?(Z)?)?")
_DURATION = re.compile(r"([+-]?)P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?")
_UNITS: Final = ("week", "day", "hour", "minute", "second")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or a time; value is naive, zone its name as sent ("UTC" for Z, '' for floating time)."""

    value: datetime | date
    zone: str

    @property
    def is_day(self) -> bool:
        """Whether this is a whole day."""
        return not isinstance(self.value, datetime)


@dataclass(frozen=True, slots=True)
class Person:
    """An organiser or attendee; role and answer in plain words, '' where not said."""

    name: str
    address: str
    role: str = ""  # chair, required, optional, informed
    answer: str = ""  # accepted, declined, tentative, delegated, needs action


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT, VTODO or VJOURNAL; texts are clean and bounded, '' or None where absent.

    Where start is a whole day, end is the last day, not the day after it as the format has it.
    """

    kind: str  # event, to-do, journal
    uid: str
    sequence: str
    summary: str
    description: str
    location: str
    url: str
    status: str  # confirmed, tentative, cancelled
    start: Moment | None
    end: Moment | None
    duration: str  # in words, where there is no end
    recurrence: str  # in words, '' where it does not repeat
    instance: Moment | None  # the one of a series that this changes (RECURRENCE-ID)
    organizer: Person | None
    attendees: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar object: method in capitals as sent (REQUEST, CANCEL, REPLY ...), title in plain words."""

    method: str
    title: str
    product: str
    events: tuple[Event, ...]
    whole: bool = True  # False where it is damaged or holds more than is listed


def invitations(outline: Outline) -> list[tuple[Node, Invitation]]:
    """Return the calendar objects of a message with their parts, each once however often it is enclosed."""
    found: list[tuple[Node, Invitation]] = []
    seen: set[bytes] = set()
    for node in outline.own:
        if node.holds_parts or node.part.is_message or not _is_calendar(node) or len(found) >= MAX_INVITATIONS:
            continue
        if node.decoded not in seen and (read := invitation(_text(node), node.part.params.get("method", ""))):
            seen.add(node.decoded)
            found.append((node, read))
    return found


def _is_calendar(node: Node) -> bool:
    return node.content_type in ("text/calendar", "application/ics") or node.part.filename.lower().endswith(".ics")


def _text(node: Node) -> str:
    # RFC 5545, section 3.1.4: UTF-8 where no charset is named.
    return node.text(node.charset or "utf-8")


def invitation(text: str, method: str = "") -> Invitation | None:
    """Read a calendar object, or return None where there is none; method is the Content-Type's parameter."""
    roots, whole = calendars(text)
    if not roots:
        return None
    root = roots[0]
    listed = [each for each in root.components if each.name in _KINDS]
    events = tuple(_event(each) for each in listed[:MAX_EVENTS])
    said = (root.line("METHOD") or one_line(method)).upper()[:50]
    return Invitation(said, _title(said, events), root.line("PRODID"), events, whole and len(listed) <= MAX_EVENTS)


def _event(component: Component) -> Event:
    start, end = _moment(component.first("DTSTART")), _moment(component.first("DTEND") or component.first("DUE"))
    organizer = component.first("ORGANIZER")
    description = component.first("DESCRIPTION")
    return Event(
        kind=_KINDS[component.name],
        uid=component.line("UID"),
        sequence=component.line("SEQUENCE")[:20],
        summary=component.line("SUMMARY"),
        description=description.text[:MAX_DESCRIPTION] if description else "",
        location=component.line("LOCATION"),
        url=component.line("URL"),
        status=component.line("STATUS").lower(),
        start=start,
        end=_last_day(start, end),
        duration="" if end else _duration(component.line("DURATION")),
        recurrence=recurrence(component),
        instance=_moment(component.first("RECURRENCE-ID")),
        organizer=_person(organizer) if organizer else None,
        attendees=tuple(_person(each) for each in component.all("ATTENDEE")[:MAX_ATTENDEES]),
    )


def _moment(found: Property | None) -> Moment | None:
    read = _TIME.fullmatch(found.value.strip()) if found else None
    if found is None or read is None:
        return None
    year, month, day, hour, minute, second, utc = read.groups()
    try:
        if hour is None:
            return Moment(date(int(year), int(month), int(day)), "")
        # A leap second is lawful and unknown to datetime.
        value = datetime(int(year), int(month), int(day), int(hour), int(minute), min(int(second or 0), 59))
    except ValueError:
        return None
    return Moment(value, "UTC" if utc else one_line(found.params.get("TZID", ""))[:100])


def _last_day(start: Moment | None, end: Moment | None) -> Moment | None:
    if start is None or end is None or not (start.is_day and end.is_day) or end.value <= start.value:
        return end
    return Moment(end.value - timedelta(days=1), end.zone)


def _duration(value: str) -> str:
    found = _DURATION.fullmatch(value.strip().upper())
    if found is None:
        return ""
    amounts = ((int(amount or 0), unit) for amount, unit in zip(found.groups()[1:], _UNITS, strict=True))
    return " ".join(f"{amount} {unit}{'s' if amount != 1 else ''}" for amount, unit in amounts if amount)


def _person(found: Property) -> Person:
    address = one_line(found.value)[:500]
    return Person(
        name=one_line(found.params.get("CN", ""))[:500],
        address=address[7:] if address[:7].lower() == "mailto:" else address,
        role=_ROLES.get(found.params.get("ROLE", "").upper(), ""),
        answer=one_line(found.params.get("PARTSTAT", "")).lower().replace("-", " ")[:50],
    )


def _title(method: str, events: tuple[Event, ...]) -> str:
    word = _TITLES.get(method, "Calendar")
    if not events:
        return f"{word} without an event"
    event = events[0]
    what = event.summary or "no title"
    further = f" and {len(events) - 1} more" if len(events) > 1 else ""
    if method == "REPLY" and event.attendees:
        who = event.attendees[0]
        return f"{word}: {who.name or who.address} ({who.answer or 'no answer'}), {what}{further}"
    return f"{word}: {what}{further}"
