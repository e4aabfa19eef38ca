"""Times: in the zone and the format that a browser asks for, wherever they stand in a page."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client, RequestFactory

from tests.webui import rows
from webui.clock import HERE, Clock, zone, zones
from webui.preferences import COOKIE, Preferences

WHEN = datetime(2026, 7, 5, 22, 4, 9, 7_000, tzinfo=UTC)


def clock(view: str = "", here: str = "") -> Clock:
    request = RequestFactory().get("/")
    request.COOKIES = {COOKIE: view, HERE: here}
    return Clock.of(request)


@pytest.mark.parametrize(
    ("view", "here", "moment", "title"),
    [
        ("", "", "5 Jul 2026, 22:04:09.007 UTC", "Sunday, 5 July 2026, 22:04:09.007 UTC"),
        (
            "", "Europe%2FBerlin", "6 Jul 2026, 00:04:09.007",
            "Monday, 6 July 2026, 00:04:09.007 UTC+02:00 (Europe/Berlin)",
        ),
        ("zone=UTC", "Europe%2FBerlin", "5 Jul 2026, 22:04:09.007 UTC", "Sunday, 5 July 2026, 22:04:09.007 UTC"),
        (
            "zone=America/St_Johns&hours=12", "Europe%2FBerlin", "5 Jul 2026, 7:34:09.007 pm UTC-02:30",
            "Sunday, 5 July 2026, 7:34:09.007 pm UTC-02:30 (America/St_Johns)",
        ),
        ("zone=Nowhere/Land", "Europe/Berlin", "6 Jul 2026, 00:04:09.007", ""),
        ("hours=12", "Europe/Berlin", "6 Jul 2026, 12:04:09.007 am", ""),
        ("zone=../../etc/passwd", "../x", "5 Jul 2026, 22:04:09.007 UTC", ""),
    ],
)  # fmt: skip
def test_a_moment_says_its_zone_where_it_is_not_the_readers_own(view: str, here: str, moment: str, title: str) -> None:
    found = clock(view, here)
    assert found.moment(WHEN) == moment
    assert found.title(WHEN).startswith(title)


@pytest.mark.parametrize(
    ("view", "after", "text"),
    [
        ("", timedelta(seconds=44), "now"),
        ("", timedelta(minutes=59), "59 min"),
        ("", timedelta(hours=23), "23 h"),
        ("", timedelta(days=400), "400 d"),
        ("time=clock", timedelta(hours=23), "00:04:09"),
        ("time=clock&hours=12", timedelta(hours=23), "12:04:09 am"),
        ("time=clock", timedelta(days=2), "6 Jul"),
        ("time=clock", timedelta(days=400), "Jul 2026"),
    ],
)
def test_a_list_is_brief(view: str, after: timedelta, text: str) -> None:
    written = clock(view, "Europe/Berlin").brief(WHEN, WHEN + after)
    assert written.startswith('<time datetime="2026-07-05T22:04:09.007+00:00" ')
    assert written.endswith(f">{text}</time>")


def test_zones_that_are_offered_are_known_and_can_be_chosen() -> None:
    assert {"Europe/Berlin", "Asia/Kolkata", "America/Argentina/Buenos_Aires", "UTC"} <= set(zones())
    preferences = Preferences({})
    for name in zones():
        assert zone(name) is not None
        assert preferences.with_("zone", [name]).zone == ("UTC" if name == "UTC" else name)


@pytest.mark.django_db
def test_every_list_follows_and_the_next_request_knows_nothing_of_it(client: Client) -> None:
    message, session = rows.message(), rows.session()
    client.cookies[COOKIE] = "time=clock&zone=Asia/Tokyo"
    paths = ("/", "/sessions/", "/sessions/rows/?ids=" + session.public_id, "/messages/rows/?ids=" + message.public_id)
    for path in paths:
        html = client.get(path).content.decode()
        assert "data-clock" in html, path
        assert "data-relative" not in html, path
    page = client.get(f"/messages/{message.public_id}/").content.decode()
    assert re.search(r"23 Nov 2026, 2[1-9]:\d\d:\d\d\.207 UTC\+09:00<", page)
    del client.cookies[COOKIE]
    assert "data-relative" in client.get("/").content.decode()
