"""A session read in a browser: explained by pointer, finger and keyboard, in three depths, live and held back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.looking import PLACES, check
from tests.e2e.mailing import Talk, html_mail, send_raw

if TYPE_CHECKING:
    from tests.conftest import Sandpost
    from tests.e2e.conftest import Complaints

pytestmark = pytest.mark.browser

PANE = "document.getElementById('pane')"


def refused(sandpost: Sandpost) -> None:
    """Leave a session in which one of three recipients was refused, and that ended without QUIT."""
    client = Talk(sandpost.smtp)
    client.say("EHLO worker")
    client.socket.sendall(
        b"MAIL FROM:<a@example.com> SIZE=120\r\n"
        b"RCPT TO:<jane@example.com>\r\nRCPT TO:<>\r\nRCPT TO:<joe@example.com>\r\n"
    )
    for _ in range(4):
        client.reply()
    client.say("DATA")
    client.socket.sendall(b"Subject: For two of three\r\n\r\nHello\xc3\xa9\r\n.\r\n")
    client.reply()
    client.close()


@pytest.fixture(scope="module")
def refusal(shared_sandpost: Sandpost) -> Sandpost:
    """A Sandpost with that session, for tests that only read it."""
    refused(shared_sandpost)
    return shared_sandpost


def opened(page: Page, sandpost: Sandpost, name: str = "worker") -> None:
    page.goto(sandpost.http + "/sessions/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.locator("#rows > li[data-row] a", has_text=name).first.click()
    expect(page.locator("#dialog")).to_be_visible()


def test_a_part_is_explained_on_hover_and_the_pointer_may_go_there(page: Page, refusal: Sandpost) -> None:
    opened(page, refusal)
    code = page.locator("#dialog .line.bad [data-x]", has_text="5.1.3")
    code.hover()
    about = page.locator("#about")
    expect(about).to_contain_text("malformed recipient")
    expect(about).to_contain_text("RFC 3463")
    expect(code).to_have_attribute("aria-describedby", "about")
    about.hover()
    expect(about).to_be_visible()
    page.locator("#subject").hover()
    expect(about).to_be_hidden()


def test_a_part_is_explained_on_focus_by_the_arrows_and_closed_by_escape(page: Page, refusal: Sandpost) -> None:
    opened(page, refusal)
    expect(page.locator('#dialog :is(.offset, [data-x])[tabindex="0"]')).to_have_count(1)
    page.locator("#dialog .offset").first.focus()
    page.keyboard.press("ArrowRight")
    about = page.locator("#about")
    expect(about).to_contain_text("Connected")
    page.keyboard.press("ArrowDown")
    expect(about).to_contain_text("220")
    page.keyboard.press("ArrowRight")
    expect(about).to_contain_text("The server's name")
    page.keyboard.press("ArrowDown")
    expect(about).to_contain_text("The client's name")
    expect(page.locator('#dialog :is(.offset, [data-x])[tabindex="0"]')).to_have_count(1)
    page.keyboard.press("Escape")
    expect(about).to_be_hidden()
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Enter")
    expect(about).to_be_visible()
    page.keyboard.press("Escape")
    page.keyboard.press("Escape")
    expect(page.locator("#dialog")).to_have_count(0)


def test_a_part_is_explained_on_a_tap_on_a_phone(browser: Browser, sandpost: Sandpost, complaints: Complaints) -> None:
    refused(sandpost)
    context = browser.new_context(viewport={"width": 390, "height": 800}, has_touch=True, reduced_motion="reduce")
    page = context.new_page()
    complaints.watch(page)
    opened(page, sandpost)
    page.locator("#dialog .line.bad [data-x]", has_text="501").tap()
    about = page.locator("#about")
    expect(about).to_contain_text("501")
    box = about.bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.locator("#dialog .phase").first.tap()
    expect(about).to_be_hidden()
    assert page.evaluate("document.getElementById('pane').scrollWidth <= document.getElementById('pane').clientWidth")
    context.close()


def test_the_depth_is_switched_by_key_and_remembered(page: Page, refusal: Sandpost) -> None:
    opened(page, refusal)
    lesson = page.get_by_text("The client names a recipient, jane@example.com;")
    octets = page.locator("#dialog .line", has_text="250-SIZE")
    expect(lesson).to_be_hidden()
    expect(octets).to_be_hidden()
    page.keyboard.press("1")
    expect(lesson).to_be_visible()
    page.keyboard.press("3")
    expect(lesson).to_be_hidden()
    expect(octets).to_be_visible()
    expect(octets.locator(".eol")).to_have_text("CR LF")
    expect(page.get_by_role("button", name="Wire")).to_have_attribute("aria-pressed", "true")
    page.reload()
    expect(octets).to_be_visible()
    page.get_by_role("button", name="Normal").click()
    expect(octets).to_be_hidden()
    expect(page.locator("#dialog .offers")).to_be_visible()


def test_a_finding_opens_under_its_line_and_marks_what_shows_it(page: Page, refusal: Sandpost) -> None:
    opened(page, refusal)
    page.get_by_text(re.compile(r"^\d+ findings$")).click()
    page.locator("#head").get_by_text("EHLO name is not a full domain name").click()
    chip = page.locator("#dialog [data-finding]", has_text="S04")
    expect(chip).to_have_attribute("aria-expanded", "true")
    box = page.get_by_role("region", name=re.compile("^S04"))
    expect(box).to_contain_text("it has no dot")
    expect(page.locator("#dialog .line.evidence")).to_contain_text("EHLO worker")
    chip.click()
    expect(box).to_be_hidden()
    expect(page.locator("#dialog .line.evidence")).to_have_count(0)


def test_the_picture_and_the_address_lead_to_a_line(page: Page, refusal: Sandpost) -> None:
    opened(page, refusal)
    page.locator(".waterfall a").last.click()
    expect(page).to_have_url(re.compile(r"#L\d+$"))
    expect(page.locator("#dialog .found")).to_have_count(1)
    page.goto(re.sub(r"#.*", "", page.url) + "#L14")
    page.reload()
    expect(page.locator("#L14")).to_have_class(re.compile("found"))
    # A line that only the wire shows is found where its words stand.
    page.goto(re.sub(r"#.*", "", page.url) + "#L6")
    page.reload()
    expect(page.locator("#dialog .offers.found")).to_be_in_viewport()


def test_new_lines_are_held_back_and_let_come(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO live")
    opened(page, sandpost, "live")
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("EHLO live")
    page.keyboard.press("p")
    expect(page.get_by_role("button", name="Go on")).to_be_visible()
    client.say("MAIL FROM:<a@example.com>")
    expect(page.locator("#held")).to_contain_text(re.compile(r"\d+ lines? waits?"))
    expect(dialog).not_to_contain_text("MAIL FROM")
    client.say("RCPT TO:<>")
    client.close()
    expect(page.locator("#held")).to_contain_text("the session has ended")
    expect(dialog).not_to_contain_text("MAIL FROM")
    page.get_by_role("button", name="Go on").click()
    expect(dialog).to_contain_text("RCPT TO:<>")
    expect(page.locator(".waterfall")).to_be_visible()
    # What only the whole session shows is there without a reload.
    expect(dialog.locator("[data-finding]", has_text="S04")).to_be_visible()
    numbers = dialog.locator(".line").evaluate_all("lines => lines.map(line => Number(line.dataset.seq))")
    assert numbers == list(range(1, len(numbers) + 1))


def test_a_long_session_is_read_from_any_line_and_followed_at_its_end(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO worker")
    client.socket.sendall(b"NOOP\r\n" * 700)
    for _ in range(700):
        client.reply()
    opened(page, sandpost)
    dialog, covers = page.locator("#dialog"), page.locator("#covers")
    expect(covers).to_have_text(re.compile("^Find in page covers lines 1 to 200 of 1,4"))
    address = page.url
    page.goto(address + "#L800")
    expect(page.locator("#L800.found")).to_be_in_viewport()
    expect(page.locator("#L1")).to_have_count(0)
    expect(dialog.locator(".phase").first).to_have_text("Hello, continued")
    # Up and down from there, the lines are without a hole and the headings as in one piece.
    page.locator("#L800").hover()
    page.mouse.wheel(0, -3000)
    expect(page.locator("#L600")).to_be_attached()
    page.mouse.wheel(0, 6000)
    expect(page.locator("#L1000")).to_be_attached()
    numbers = dialog.locator(".line").evaluate_all("lines => lines.map(line => Number(line.dataset.seq))")
    assert numbers == list(range(numbers[0], numbers[-1] + 1))
    expect(dialog.locator(".phase")).to_have_count(1)
    # A link leads to a line that has gone from the page; at its end the session is followed.
    page.locator("#pane").evaluate("pane => pane.scrollTo(0, pane.scrollHeight)")
    expect(dialog.locator('[data-gap="below"]')).to_have_count(0)
    client.say("RCPT TO:<a@example.com>")
    code = dialog.locator(".line.bad [data-x]", has_text="503")
    code.hover()
    expect(page.locator("#about")).to_contain_text("503")
    client.say("QUIT")
    client.close()
    expect(page.locator(".waterfall")).to_have_count(1)
    page.get_by_text(re.compile(r"^\d+ findings?$")).click()
    page.locator("#head").get_by_text("EHLO name is not a full domain name").click()
    expect(page.get_by_role("region", name=re.compile("^S04"))).to_be_in_viewport()
    expect(dialog.locator(".line.evidence")).to_contain_text("EHLO worker")


def test_a_reader_stays_where_he_reads_when_the_session_goes_on_and_ends(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO live")
    for number in range(60):
        client.say(f"NOOP {number}")
    opened(page, sandpost, "live")
    line = page.locator("#dialog .line", has_text="NOOP 20")
    line.scroll_into_view_if_needed()
    expect(line).to_be_in_viewport()
    before = line.bounding_box()
    client.say("NOOP later")
    expect(page.locator("#dialog")).to_contain_text("NOOP later")
    client.say("QUIT")
    client.close()
    expect(page.locator(".waterfall")).to_have_count(1)
    expect(page.locator("#dialog [data-finding]").first).to_be_attached()
    after = line.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 3


def test_a_message_shows_its_dialog_and_its_findings(page: Page, sandpost: Sandpost) -> None:
    send_raw(sandpost.smtp, html_mail("<p>Hello</p>"))
    refused(sandpost)
    page.goto(sandpost.http + "/")
    page.get_by_text("For two of three").click()
    page.get_by_role("tab", name="Dialog").click()
    expect(page.locator("#dialog .line.own", has_text="RCPT TO:<jane@example.com>")).to_be_visible()
    expect(page.locator("#dialog .line.dim", has_text="EHLO worker")).to_have_count(1)
    page.locator("#dialog .line.own [data-unfold]").click()
    expect(page.locator("#dialog .unfolded")).to_contain_text("Subject: For two of three")
    page.get_by_role("tab", name=re.compile("Findings")).click()
    expect(page.locator("#panel mark").first).to_be_visible()
    page.get_by_role("link", name=re.compile("^session")).click()
    expect(page.locator("#dialog .line.found")).to_contain_text("For two of three")


@pytest.mark.parametrize(("size", "scheme"), PLACES, ids=["desk-light", "phone-dark"])
def test_the_session_is_accessible_in_every_depth(
    page: Page, sandpost: Sandpost, scheme: str, size: tuple[int, int]
) -> None:
    refused(sandpost)
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    opened(page, sandpost)
    for fold in page.locator("summary").all():
        if fold.is_visible():
            fold.click()
    for chip in page.locator("#dialog [data-finding]").all():
        chip.click()
    for depth in ("1", "3", "2"):
        page.keyboard.press(depth)
        check(page, depth, PANE)
    page.locator("#dialog .line.bad [data-x]").first.click()
    expect(page.locator("#about")).to_be_visible()
    check(page, "explained", PANE)
    message = page.locator("#head .carried").get_attribute("href")
    for tab in ("dialog", "findings"):
        page.goto(f"{sandpost.http}{message}{tab}/")
        expect(page.locator("#panel")).to_be_visible()
        check(page, tab, PANE)
