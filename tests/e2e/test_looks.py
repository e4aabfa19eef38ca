"""Every page, in both themes, on a desk and on a phone: accessible, without a word in the console, nothing cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import PLACES, check
from tests.e2e.mailing import Talk, html_mail, send, send_raw

if TYPE_CHECKING:
    from tests.conftest import Sandpost
    from tests.e2e.conftest import Complaints

pytestmark = pytest.mark.browser

LONG = "Extraordinarily" + "long" * 60


@pytest.fixture(scope="module")
def filled(shared_sandpost: Sandpost) -> Sandpost:
    sandpost = shared_sandpost
    send(sandpost.smtp, LONG, f"{'a' * 60}@{'b' * 60}.example.com")
    send_raw(sandpost.smtp, html_mail("<p>Hello <b>Jane</b></p><img src='http://192.0.2.1/x.png'>"))
    send_raw(sandpost.smtp, b"no header at all \xff\x00\r\n")
    client = Talk(sandpost.smtp)
    client.say(f"EHLO {LONG}")
    client.say("MAIL FROM:<a@example.com>")
    client.say("RCPT TO:<>")
    client.close()
    return sandpost


@pytest.mark.parametrize(("size", "scheme"), PLACES, ids=["desk-light", "phone-dark"])
def test_pages_are_accessible_and_fit(
    page: Page, filled: Sandpost, complaints: Complaints, scheme: str, size: tuple[int, int]
) -> None:
    complaints.allow("404.*/nowhere/")
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(filled.http + "/sessions/")
    session = page.locator("#rows > li[data-row] a").first.get_attribute("href") or ""
    page.goto(filled.http + "/")
    message = page.locator("#rows > li[data-row] a", has_text="With HTML").get_attribute("href") or ""
    for path in ("/", "/sessions/", "/connect/", "/settings/", "/nowhere/", message, f"{message}envelope/", session):
        page.goto(f"{filled.http}{path}")
        expect(page.locator("main")).to_be_visible()
        check(page, path)


def test_on_a_phone_one_pane_at_a_time(page: Page, filled: Sandpost) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto(filled.http + "/")
    page.get_by_text("With HTML").click()
    expect(page.locator("#subject")).to_be_in_viewport()
    expect(page.locator("#list")).not_to_be_visible()
    page.locator("[data-back]").click(position={"x": 40, "y": 20})  # beside it are the tools
    expect(page.locator("#list")).to_be_visible()


def test_the_chosen_theme_stays(page: Page, filled: Sandpost) -> None:
    page.goto(filled.http + "/")
    light = page.evaluate("getComputedStyle(document.body).backgroundColor")
    page.get_by_role("button", name="Dark theme").click()
    dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
    assert dark != light
    page.reload()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == dark
