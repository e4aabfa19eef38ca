"""text/calendar read as an invitation, without expanding what repeats (RFC 5545, RFC 5546)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


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
    answer: str = ""  # accepted, declined, tentative, no answer yet, delegated


@dataclass(frozen=True, slots=True)
class Event:
    """A VEVENT, VTODO or VJOURNAL; texts are clean and bounded, '' or None where absent."""

    kind: str  # event, to-do, journal
    uid: str
    sequence: int | None
    summary: str
    description: str
    location: str
    url: str
    status: str  # confirmed, tentative, cancelled
    start: Moment | None
    end: Moment | None
    duration: str  # in words, where there is no end
    recurrence: str  # in words, '' where it does not repeat
    organizer: Person | None
    attendees: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Invitation:
    """A calendar object: method in capitals as sent (REQUEST, CANCEL, REPLY, PUBLISH ...), title in plain words."""

    method: str
    title: str
    product: str
    events: tuple[Event, ...]
    problems: tuple[str, ...] = ()


def invitation(text: str, method: str = "") -> Invitation | None:
    """Read a calendar object, or return None where there is none; method is the Content-Type's parameter."""
    return None
