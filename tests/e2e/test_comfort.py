"""Comfort in a browser: everything by the palette and the keys; the pages as somebody likes them, times above all."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.looking import PLACES, check
from tests.e2e.mailing import send

if TYPE_CHECKING:
    from tests.conftest import Sandpost
    from tests.e2e.conftest import Complaints

pytestmark = pytest.mark.browser


def ready(page: Page) -> None:
    """Wait until the scripts run."""
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def leave(page: Page) -> None:
    """Close what lies over the page: Chromium does it a moment after the key."""
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)


def command(page: Page, text: str, first: str) -> None:
    """Run what is first in the palette for a text, once that is what it should be."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Find a command").fill(text)
    expect(page.get_by_role("option", selected=True)).to_contain_text(first)
    page.keyboard.press("Enter")
    expect(page.locator("#palette")).to_be_hidden()


def test_everything_is_found_by_the_palette_and_the_keys(page: Page, sandpost: Sandpost) -> None:
    for subject in ("Invoice", "Welcome", "Password reset"):
        send(sandpost.smtp, subject)
    page.goto(sandpost.http + "/")
    ready(page)
    welcome = page.locator("#rows > li", has_text="Welcome")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(welcome.locator("> a")).to_be_focused()
    command(page, "star", "Star or unstar")
    expect(welcome).to_have_attribute("data-starred", "1")
    expect(welcome.locator("> a")).to_be_focused()
    page.keyboard.press("Control+k")
    expect(page.get_by_role("option").first).to_contain_text("Star or unstar")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowDown")
    expect(page.get_by_role("option", selected=True)).to_contain_text("Star or unstar")
    leave(page)
    expect(welcome.locator("> a")).to_be_focused()

    command(page, "password", "Password reset")
    expect(page.locator("#subject")).to_have_text("Password reset")
    ready(page)
    page.keyboard.press("d")
    expect(page.get_by_role("tab", selected=True)).to_contain_text("Dialog")
    expect(page.locator("#tabs.htmx-settling, #tabs .htmx-added")).to_have_count(0)
    page.keyboard.press("d")
    expect(page.get_by_role("tab", selected=True)).not_to_contain_text("Dialog")
    session = page.locator("#head a[href^='/sessions/']").get_attribute("href") or ""
    command(page, "dark", "Theme: dark")
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    page.keyboard.press("Control+k")
    page.keyboard.type("no such thing")
    expect(page.get_by_role("option")).to_have_text([re.compile("Search mail for “no such thing”")])
    page.keyboard.press("Enter")
    expect(page.get_by_text("No message matches.")).to_be_visible()
    ready(page)
    page.keyboard.press("Control+k")
    page.keyboard.type(session.split("/")[2])
    expect(page.get_by_role("option").first).to_contain_text("Session")
    page.keyboard.press("Enter")
    expect(page.locator("#dialog")).to_be_visible()
    ready(page)

    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("go to the settings")
    leave(page)
    page.keyboard.press("g")
    page.keyboard.press(",")
    expect(page).to_have_url(re.compile("/settings/$"))
    ready(page)
    for (width, height), scheme in PLACES:
        page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
        page.set_viewport_size({"width": width, "height": height})
        check(page, "settings")
        page.get_by_role("button", name="Find a command").click()
        expect(page.get_by_role("option").first).to_be_visible()
        check(page, "palette", "document.getElementById('palette')")
        leave(page)
        page.keyboard.press("?")
        check(page, "keys", "document.getElementById('shortcuts')")
        leave(page)


def times(page: Page) -> list[tuple[str, str | None]]:
    return [(each.inner_text(), each.get_attribute("title")) for each in page.locator("time").all()]


def test_answers_hold_at_once_and_the_server_writes_times_as_the_page_does(
    browser: Browser, complaints: Complaints, sandpost: Sandpost
) -> None:
    send(sandpost.smtp, "Hello")
    context = browser.new_context(timezone_id="Asia/Kathmandu", viewport={"width": 1280, "height": 800})
    context.on("page", complaints.watch)
    page, other = context.new_page(), context.new_page()
    other.goto(sandpost.http + "/")
    expect(other.locator("#rows time")).to_have_text("now")
    page.goto(sandpost.http + "/settings/")
    page.get_by_label("Time of day").check()
    page.get_by_label("2:05 pm").check()
    expect(other.locator("#rows time")).to_have_text(re.compile(r"^\d+:\d\d:\d\d [ap]m$"))
    page.get_by_label("Name of the time zone").fill("nowhere")
    page.get_by_label("Name of the time zone").press("Enter")
    now = page.locator("#yours time")
    expect(now).not_to_contain_text("UTC")
    page.get_by_label("Name of the time zone").fill("america/st_johns")
    page.get_by_label("Name of the time zone").blur()
    expect(now).to_contain_text(re.compile(r" [ap]m UTC-0[23]:30$"))
    expect(page.get_by_label("Another")).to_be_checked()
    page.get_by_label("Dark", exact=True).check()
    page.get_by_label("Dense").check()
    expect(other.locator("html")).to_have_attribute("data-theme", "dark")
    expect(other.locator("#list")).to_have_class(re.compile("dense"))

    other.locator("#rows a").click()
    expect(other.locator("#head time")).to_contain_text("UTC-0")
    drawn = times(other)
    plain = browser.new_context(java_script_enabled=False)
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]
    written = plain.new_page()
    written.goto(other.url)
    assert [text for text, _ in times(written)] == [text for text, _ in drawn]
    assert written.locator("#head time").get_attribute("title") == other.locator("#head time").get_attribute("title")
    expect(written.locator("noscript")).to_be_visible()

    page.get_by_role("button", name="Reset your view").click()
    expect(page.get_by_label("How long ago")).to_be_checked()
    expect(page.locator("html")).not_to_have_attribute("data-theme", "dark")
    shown = times(page)
    plain.clear_cookies()
    plain.add_cookies(context.cookies())  # type: ignore[arg-type]
    written.goto(other.url)
    assert written.locator("#head time").inner_text().endswith("UTC") is False
    assert len(shown) == 1
    plain.close()
    context.close()
