from __future__ import annotations

from datetime import date, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catcher.mime.invitation import MAX_ATTENDEES, MAX_EVENTS, Invitation, Moment, Person, invitation, invitations
from catcher.mime.outline import outline
from catcher.mime.recurrence import rule_in_words
from tests.catcher.mime.hostile import is_storable
from tests.catcher.mime.mails import leaf, mail, multipart

LUNCH = (
    "UID:1@x\r\nSUMMARY:Lunch\\, with \r\n cake\r\nDTSTART;TZID=Europe/Berlin:20260720T120000\r\n"
    "DTEND;TZID=Europe/Berlin:20260720T130000\r\nLOCATION:Room 1\r\nSTATUS:CONFIRMED\r\nDESCRIPTION:one\\ntwo\r\n"
    "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;COUNT=10\r\nEXDATE:20260803T120000Z\r\n"
    'ORGANIZER;CN="Ann, Boss: all":mailto:ann@x\r\n'
    "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;CN=Bob:MAILTO:bob@x\r\n"
)


def calendar(events: str, method: str = "REQUEST") -> str:
    return f"BEGIN:VCALENDAR\r\nPRODID:-//x\r\nMETHOD:{method}\r\n{events}END:VCALENDAR\r\n"


def event(content: str) -> str:
    return f"BEGIN:VEVENT\r\n{content}END:VEVENT\r\n"


def read(content: str, method: str = "REQUEST") -> Invitation:
    found = invitation(calendar(event(content), method))
    assert found is not None
    return found


def test_an_invitation_is_read() -> None:
    found = read(LUNCH)
    assert (found.method, found.title, found.product, found.whole) == (
        "REQUEST",
        "Invitation: Lunch, with cake",
        "-//x",
        True,
    )
    (lunch,) = found.events
    assert lunch.start == Moment(datetime(2026, 7, 20, 12, 0), "Europe/Berlin")
    assert lunch.end == Moment(datetime(2026, 7, 20, 13, 0), "Europe/Berlin")
    assert (lunch.location, lunch.status, lunch.description) == ("Room 1", "confirmed", "one\ntwo")
    assert lunch.recurrence == "every 2 weeks on Monday and Wednesday, 10 times; except on 1 date"
    assert lunch.organizer == Person("Ann, Boss: all", "ann@x")
    assert lunch.attendees == (Person("Bob", "bob@x", "required", "needs action"),)


def test_whole_days_end_on_their_last_day() -> None:
    (found,) = read("DTSTART;VALUE=DATE:20260101\r\nDTEND;VALUE=DATE:20260103\r\n").events
    assert found.start == Moment(date(2026, 1, 1), "")
    assert found.end == Moment(date(2026, 1, 2), "")
    assert found.start.is_day


def test_a_duration_stands_where_no_end_is() -> None:
    (found,) = read("DTSTART:20260101T100000Z\r\nDURATION:P1DT2H1M\r\n").events
    assert found.start == Moment(datetime(2026, 1, 1, 10), "UTC")
    assert (found.end, found.duration) == (None, "1 day 2 hours 1 minute")


@pytest.mark.parametrize("value", ["20261399", "99999999T999999Z", "00000101", "today", "", "2026010", "20260101T2460"])
def test_absurd_dates_are_none(value: str) -> None:
    (found,) = read(f"DTSTART:{value}\r\n").events
    assert found.start is None


@pytest.mark.parametrize(
    ("method", "title"),
    [
        ("CANCEL", "Cancellation: Lunch, with cake"),
        ("REPLY", "Answer: Bob (needs action), Lunch, with cake"),
        ("PUBLISH", "Event: Lunch, with cake"),
        ("X-OWN", "Calendar: Lunch, with cake"),
    ],
)
def test_the_title_follows_the_method(method: str, title: str) -> None:
    assert read(LUNCH, method).title == title


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ("FREQ=DAILY", "every day"),
        ("FREQ=SECONDLY;COUNT=99999999999", "every second, 99,999,999,999 times"),
        ("FREQ=MONTHLY;BYDAY=-1FR", "every month on the last Friday"),
        ("FREQ=MONTHLY;BYDAY=TU;BYSETPOS=2", "every month on the second Tuesday"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,-1;UNTIL=20261231", "every month on day 1 and the last day, until 2026-12-31"),
        (
            "FREQ=YEARLY;BYMONTH=3,10;BYDAY=2SU;BYHOUR=5",
            "every year in March and October on the second Sunday, BYHOUR=5",
        ),
        ("FREQ=DAILY;INTERVAL=-1", "every day"),
        ("FREQ=" + "9" * 9_000, "by the rule FREQ=" + "9" * 195),
    ],
)
def test_recurrence_is_told_and_not_expanded(rule: str, words: str) -> None:
    assert rule_in_words(rule) == words


def test_a_bomb_of_rules_and_zones_is_only_text() -> None:
    zone = "BEGIN:VTIMEZONE\r\nBEGIN:STANDARD\r\nDTSTART:00010101T000000\r\nRRULE:FREQ=SECONDLY\r\nEND:STANDARD\r\n"
    bomb = "DTSTART:00010101T000000\r\n" + "RRULE:FREQ=SECONDLY;BYSECOND=0,1,2\r\n" * 5_000
    found = invitation(calendar(f"{zone}END:VTIMEZONE\r\n{event(bomb)}"))
    assert found is not None
    assert found.events[0].recurrence.count("every second") == 10


def test_more_than_is_sane_is_cut_and_said() -> None:
    found = invitation(calendar(event("ATTENDEE:mailto:a@b\r\n" * (MAX_ATTENDEES + 9)) + event("") * (MAX_EVENTS + 9)))
    assert found is not None
    assert (len(found.events), len(found.events[0].attendees), found.whole) == (MAX_EVENTS, MAX_ATTENDEES, False)


@pytest.mark.parametrize(
    "text", [LUNCH, "", "BEGIN:VCARD\r\nEND:VCARD", "BEGIN:VEVENT\r\nBEGIN:VCALENDAR", "END:VCALENDAR\r\n" * 9]
)
def test_what_is_no_calendar_is_none(text: str) -> None:
    assert invitation(text) is None


@pytest.mark.parametrize(
    "piece", ["BEGIN:VCALENDAR\r\n", "BEGIN:VEVENT\n", "END:X\n", "X;A=b", 'X;A="', ";", "\r\n ", "\\n", "a:b\n", ":"]
)
def test_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    found = invitation("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nX" + piece * (500_000 // len(piece)))
    assert found is not None
    assert not found.whole


def test_a_mail_tells_each_calendar_once() -> None:
    content = calendar(event(LUNCH)).encode()
    part = leaf("text/calendar; method=REQUEST", content, encoding="base64")
    file = leaf('application/ics; name="invite.ics"', content, "Content-Disposition: attachment", encoding="base64")
    raw = mail(multipart("mixed", multipart("alternative", leaf("text/plain", b"x"), part, boundary="y"), file))
    ((node, found),) = invitations(outline(raw))
    assert (node.path, found.title) == ("1.2", "Invitation: Lunch, with cake")


_LINES = st.sampled_from(
    [
        *LUNCH.splitlines(),
        "BEGIN:VCALENDAR",
        "END:VCALENDAR",
        "BEGIN:VEVENT",
        "END:VEVENT",
        'A;B="',
        "\ud800\0",
        "DUE:1",
    ]
)


@settings(max_examples=200, deadline=None)
@given(st.lists(_LINES, max_size=30))
def test_any_order_of_lines_is_read(lines: list[str]) -> None:
    found = invitation("\n".join(["BEGIN:VCALENDAR", "BEGIN:VEVENT", *lines]))
    assert found is not None
    assert is_storable(repr(found))
