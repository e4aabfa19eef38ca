"""The inbox in a browser, against the real program."""

from __future__ import annotations

import re
import smtplib
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.mailing import html_mail, send, send_raw

if TYPE_CHECKING:
    from tests.conftest import Sandpost, StartSandpost
    from tests.e2e.conftest import Complaints

pytestmark = pytest.mark.browser


def test_the_empty_inbox_tells_how_to_connect_and_makes_way_for_mail(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/")
    expect(page.locator("#empty")).to_contain_text(str(sandpost.smtp[1]))
    send(sandpost.smtp, "The first one")
    expect(page.locator("#rows")).to_contain_text("The first one")
    expect(page).to_have_title("(1) Inbox · Sandpost")


def test_mail_arrives_without_a_reload_and_counts_in_title_and_rail(page: Page, sandpost: Sandpost) -> None:
    send(sandpost.smtp, "Before")
    page.goto(sandpost.http + "/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    send(sandpost.smtp, "While looking", "one@example.com", "two@example.com")
    first = page.locator("#rows > li[data-row]").first
    expect(first).to_contain_text("While looking")
    expect(first).to_contain_text("one@example.com")
    expect(first).to_contain_text("+1")
    expect(first).to_contain_text("Hello there.")  # the snippet follows after the acknowledgement
    expect(page).to_have_title("(2) Inbox · Sandpost")
    expect(page.locator("[data-count=unread]").first).to_have_text("2")


def test_opening_a_message_reads_it_in_every_tab(page: Page, sandpost: Sandpost) -> None:
    send(sandpost.smtp, "Read me")
    other = page.context.new_page()
    other.goto(sandpost.http + "/")
    expect(other.locator("#rows > li.new")).to_have_count(1)
    page.goto(sandpost.http + "/")
    page.get_by_text("Read me").click()
    expect(page.locator("#subject")).to_have_text("Read me")
    expect(page).to_have_url(re.compile(r"/messages/\w{22}/$"))
    expect(other.locator("#rows > li.new")).to_have_count(0)
    expect(other).to_have_title("Inbox · Sandpost")


def test_envelope_and_session_stand_on_top_of_the_message(page: Page, sandpost: Sandpost) -> None:
    raw = b"Subject: Copy\r\nTo: jane@example.com\r\n\r\nx\r\n"
    send_raw(sandpost.smtp, raw, "jane@example.com", "boss@example.com")
    page.goto(sandpost.http + "/")
    page.get_by_text("Copy").click()
    head = page.locator("#head")
    expect(head).to_contain_text("bounce@example.com")
    expect(head.locator(".person", has_text="boss@example.com")).to_contain_text("Bcc")
    page.get_by_role("link", name=re.compile("^session")).click()
    expect(page.locator("#dialog")).to_contain_text("TO:<boss@example.com>")


def test_html_is_shown_sandboxed_with_its_inline_image_and_no_remote_one(page: Page, sandpost: Sandpost) -> None:
    html = (
        "<h1>Greetings</h1><img src='cid:logo@x' alt='logo'><img src='http://192.0.2.1/track.gif' alt='spy'>"
        "<script>document.body.textContent = 'owned'</script><a href='https://example.com/'>link</a>"
    )
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    send_raw(sandpost.smtp, html_mail(html))
    page.goto(sandpost.http + "/")
    page.get_by_text("With HTML").click()
    frame = page.frame_locator("#mail")
    expect(frame.get_by_role("heading", name="Greetings")).to_be_visible()
    expect(frame.get_by_text("owned")).to_have_count(0)
    assert frame.get_by_alt_text("logo").evaluate("image => image.complete && image.naturalWidth") == 1
    expect(page.locator("#remote")).to_contain_text("1 remote")
    assert not [url for url in asked if "192.0.2.1" in url]
    page.get_by_role("tab", name="Text", exact=True).click()
    expect(page.locator("#panel")).to_contain_text("The text part.")
    page.get_by_role("tab", name=re.compile("Headers")).click()
    expect(page.locator("#panel")).to_contain_text("ada@example.com")
    page.get_by_role("tab", name="Source", exact=True).click()
    expect(page.locator("#source")).to_contain_text("Content-Type: text/html")
    page.get_by_role("tab", name=re.compile("Parts")).click()
    page.locator(".gallery").get_by_role("link", name=re.compile("figures.csv")).click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download", exact=True).click()
    assert download.value.path().read_bytes() == b"a,b\r\n1,2\r\n"


def test_keys_move_open_mark_delete_and_explain(page: Page, sandpost: Sandpost) -> None:
    for subject in ("first", "second", "third"):
        send(sandpost.smtp, subject)
    page.goto(sandpost.http + "/")
    expect(page.locator("#rows > li[data-row]")).to_have_count(3)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("#subject")).to_have_text("second")
    # What `u` does depends on what the row knows.
    expect(page.locator("#rows > li.new", has_text="second")).to_have_count(0)
    page.keyboard.press("u")
    expect(page.locator("#rows > li.new", has_text="second")).to_have_count(1)
    page.keyboard.press("Delete")
    expect(page.locator("#rows")).not_to_contain_text("second")
    page.keyboard.press("?")
    expect(page.get_by_role("dialog")).to_contain_text("Keyboard shortcuts")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.keyboard.press("g")
    page.keyboard.press("s")
    expect(page).to_have_url(sandpost.http + "/sessions/")


def test_delete_all_asks_first_and_empties_every_tab(page: Page, sandpost: Sandpost) -> None:
    send(sandpost.smtp, "Going")
    other = page.context.new_page()
    other.goto(sandpost.http + "/")
    expect(other.locator("#rows")).to_contain_text("Going")
    page.goto(sandpost.http + "/")
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Keep them").click()
    expect(page.locator("#rows")).to_contain_text("Going")
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(page.locator("#empty")).to_be_visible()
    expect(other.locator("#empty")).to_be_visible()


def test_a_burst_of_five_hundred_loses_and_doubles_no_row(page: Page, sandpost: Sandpost) -> None:
    send(sandpost.smtp, "zero")
    page.goto(sandpost.http + "/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    with smtplib.SMTP(*sandpost.smtp, timeout=30) as client:
        for number in range(500):
            client.sendmail("a@example.com", ["b@example.com"], f"Subject: burst {number:03}\r\n\r\nx\r\n".encode())
    expect(page).to_have_title("(501) Inbox · Sandpost", timeout=15_000)
    expect(page.locator("#rows > li[data-row]").first).to_contain_text("burst 499", timeout=15_000)
    for _ in range(60):  # what was pruned under the flood comes back on scrolling
        if page.get_by_text("zero").count():
            break
        page.locator("#rows > li").last.scroll_into_view_if_needed()
        page.wait_for_function("() => !document.querySelector('.htmx-request')")
    expect(page.locator("#rows > li[data-row]")).to_have_count(501)
    ids = page.locator("#rows > li[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")
    assert len(set(ids)) == 501


def test_the_page_says_when_it_is_cut_off_and_catches_up(
    page: Page, start_sandpost: StartSandpost, complaints: Complaints
) -> None:
    complaints.allow("ERR_CONNECTION_REFUSED|ERR_EMPTY_RESPONSE|ERR_CONNECTION_RESET")
    sandpost = start_sandpost()
    send(sandpost.smtp, "Before the storm")
    page.goto(sandpost.http + "/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    sandpost.stop()
    expect(page.locator("#banner")).to_be_visible(timeout=10_000)
    again = ("--smtp", sandpost.address, "--http", sandpost.http.removeprefix("http://"))
    sandpost = start_sandpost(*again, data=sandpost.data)
    send(sandpost.smtp, "After the storm")
    expect(page.locator("#rows")).to_contain_text("After the storm", timeout=15_000)
    expect(page.locator("#banner")).to_be_hidden()
