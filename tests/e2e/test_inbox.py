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


def test_the_empty_inbox_makes_way_for_mail_which_counts_in_title_icon_and_rail(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/")
    expect(page.locator("#empty")).to_contain_text(str(sandpost.smtp[1]))
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile(r"favicon\.svg$"))
    send(sandpost.smtp, "The first one")
    expect(page.locator("#rows")).to_contain_text("The first one")
    expect(page).to_have_title("(1) Inbox · Sandpost")
    send(sandpost.smtp, "While looking", "one@example.com", "two@example.com")
    first = page.locator("#rows > li[data-row]").first
    expect(first).to_contain_text("While looking")
    expect(first).to_contain_text("one@example.com")
    expect(first).to_contain_text("+1")
    expect(first).to_contain_text("Hello there.")  # the snippet follows after the acknowledgement
    expect(page).to_have_title("(2) Inbox · Sandpost")
    expect(page.locator("[data-count=unread]").first).to_have_text("2")
    expect(page.locator("link[rel=icon]")).to_have_attribute("href", re.compile("^data:image/svg.*%3E2%3C"))


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
    page.bring_to_front()
    page.goto(sandpost.http + "/")
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("button", name="Keep them").click()
    expect(page.locator("#rows")).to_contain_text("Going")
    page.get_by_role("button", name="Delete all").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete all").click()
    expect(page.locator("#empty")).to_be_visible()
    expect(other.locator("#empty")).to_be_visible()


def test_a_burst_of_five_hundred_loses_and_doubles_no_row(page: Page, sandpost: Sandpost) -> None:
    """One tab has a row chosen and folds what is the same; the other shows a search, and tells it by itself."""
    send(sandpost.smtp, "zero")
    page.goto(sandpost.http + "/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.keyboard.press("j")
    page.keyboard.press("x")
    other = page.context.new_page()
    other.goto(sandpost.http + "/?q=fifth")
    expect(other.locator("#live")).to_have_attribute("data-state", "live")
    page.bring_to_front()
    with smtplib.SMTP(*sandpost.smtp, timeout=30) as client:
        for number in range(500):
            name = (
                "fifth" if number % 5 == 0 else "again" if number % 5 == 4 else "again" if number % 5 == 3 else "other"
            )
            raw = f"Subject: burst {name if name == 'again' else f'{name} {number:03}'}\r\n\r\nx\r\n"
            client.sendmail("a@example.com", ["b@example.com"], raw.encode())
    send(sandpost.smtp, "the last")
    expect(page).to_have_title("(502) Inbox · Sandpost", timeout=15_000)
    expect(page.locator("#rows > li[data-row]").first).to_contain_text("the last", timeout=15_000)
    walk(page, "zero")
    assert seen(page) == 502
    # Two of five are the same mail again, one after the other: a hundred rows are folded under others.
    expect(page.locator("#rows > .under")).to_have_count(100)
    expect(page.locator("#bulk .chosen")).to_have_text("1 selected")
    other.bring_to_front()
    expect(other.locator("#rows > li[data-row]").first).to_contain_text("fifth 495", timeout=15_000)
    walk(other, "fifth 000")
    assert seen(other) == 100


def walk(page: Page, last: str) -> None:
    """Scroll down until the last message is there."""
    for _ in range(60):
        if page.locator("#rows").get_by_text(last).count():
            return
        page.locator("#rows > .more").last.evaluate("end => end.scrollIntoView()")
        page.wait_for_timeout(30)


def seen(page: Page) -> int:
    ids = page.locator("#rows > li[data-row]").evaluate_all("rows => rows.map(row => row.dataset.row)")
    assert len(set(ids)) == len(ids)
    return len(ids)


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


def test_many_are_chosen_changed_and_brought_back(page: Page, sandpost: Sandpost) -> None:
    for number in range(6):
        send(sandpost.smtp, f"mail {number}")
    page.goto(sandpost.http + "/")
    rows = page.locator("#rows > li[data-row]")
    expect(rows).to_have_count(6)
    bar = page.get_by_role("toolbar", name="Selected messages")
    rows.nth(1).hover()
    rows.nth(1).locator(".pick").click()
    rows.nth(3).locator("a").click(modifiers=["Shift"])
    expect(bar).to_contain_text("3 selected")
    rows.nth(2).locator("a").click(modifiers=["Control"])
    expect(bar).to_contain_text("2 selected")
    page.keyboard.press("t")
    page.get_by_label("Tag", exact=True).last.fill("QA run")
    page.get_by_role("button", name="Add").click()
    expect(rows.filter(has=page.locator(".tag", has_text="QA run"))).to_have_count(2)
    expect(page.locator("#places")).to_contain_text("QA run")
    bar.get_by_role("button", name="Star").click()
    expect(page.locator("#rows .star[aria-pressed=true]")).to_have_count(2)
    page.keyboard.press("Escape")
    expect(bar).to_be_hidden()
    page.keyboard.press("j")
    page.keyboard.press("Shift+J")
    expect(bar).to_contain_text("2 selected")
    page.keyboard.press("Control+a")
    expect(bar).to_contain_text("6 selected")
    page.keyboard.press("u")
    expect(page.locator("#rows > .new")).to_have_count(0)
    page.keyboard.press("Delete")
    expect(page.locator("#empty")).to_be_visible()
    page.locator("#toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#rows > li[data-row]")).to_have_count(6)
    expect(page.locator("#rows .tag", has_text="QA run")).to_have_count(2)


def test_a_list_opened_far_down_goes_on_at_both_ends_and_stays_where_it_is(page: Page, sandpost: Sandpost) -> None:
    with smtplib.SMTP(*sandpost.smtp, timeout=30) as client:
        for number in range(160):
            client.sendmail("a@x.test", ["b@x.test"], f"Subject: number {number:03}\r\n\r\n{number}\r\n".encode())
    page.context.add_cookies([{"name": "sandpost-view", "value": "time=clock&first=recipient", "url": sandpost.http}])
    page.goto(sandpost.http + "/")
    expect(page.locator("#rows .from").first).to_have_text("b@x.test")
    walk(page, "number 040")
    page.get_by_text("number 040").click()
    expect(page.locator("#subject")).to_have_text("number 040")
    page.reload()
    here = page.locator("#rows > li", has_text="number 040")
    expect(here).to_be_in_viewport()
    expect(page.get_by_text("number 159")).to_have_count(0)
    send(sandpost.smtp, "late")
    expect(page.locator("#pill")).to_have_text("1 new")
    expect(here).to_be_in_viewport()
    walk(page, "number 000")
    for _ in range(60):
        page.locator("#list").evaluate("list => { list.scrollTop = 0; }")
        if page.locator("#rows").get_by_text("late").count():
            break
        page.wait_for_timeout(30)
    assert seen(page) == 161
    page.get_by_role("button", name="How the list looks").click()
    page.get_by_label("Dense").check()
    expect(page.locator("#list")).to_have_class(re.compile("dense"))
    page.reload()
    expect(page.locator("#list")).to_have_class(re.compile("dense"))


def test_threads_are_one_row_and_their_messages_lie_beside_the_message(page: Page, sandpost: Sandpost) -> None:
    def reply(number: int) -> None:
        raw = f"Subject: talk {number}\r\nMessage-ID: <{number}@x.test>\r\nReferences: <0@x.test>\r\n\r\n{number}\r\n"
        send_raw(sandpost.smtp, raw.encode())

    reply(0)
    send(sandpost.smtp, "alone")
    reply(1)
    page.goto(sandpost.http + "/")
    page.get_by_role("button", name="How the list looks").click()
    page.get_by_label("Together").check()
    rows = page.locator("#rows > li[data-row]")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("talk 1")
    expect(rows.first.locator(".kin")).to_contain_text("2")
    page.keyboard.press("Escape")
    reply(2)
    expect(rows.first).to_contain_text("talk 2")
    expect(rows).to_have_count(2)
    rows.first.locator("a").click()
    expect(page.locator(".thread")).to_contain_text("3 messages in this thread")
    page.locator(".thread").get_by_role("link").first.click()
    expect(page.locator("#subject")).to_have_text("talk 0")
    rows.first.locator("a").focus()
    page.keyboard.press("x")
    page.keyboard.press("Delete")
    expect(rows).to_have_count(1)
    expect(page.locator("#toast")).to_contain_text("3 messages deleted")
