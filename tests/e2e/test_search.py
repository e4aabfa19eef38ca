"""Searching the sessions in a browser: by text, by keyboard, by chips, live, by client, and deleting what was found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e.looking import PLACES, check
from tests.e2e.mailing import Talk, send

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser


def talk(sandpost: Sandpost, *lines: str) -> None:
    client = Talk(sandpost.smtp)
    for line in lines:
        client.say(line)
    client.close()


def refused(sandpost: Sandpost, name: str) -> None:
    talk(sandpost, f"EHLO {name}", "MAIL FROM:<a@example.com>", "RCPT TO:<>", "QUIT")


def rows(page: Page) -> Locator:
    return page.locator("#rows > li[data-row]")


def begin(page: Page, sandpost: Sandpost, path: str = "/sessions/") -> None:
    page.goto(sandpost.http + path)
    expect(page.locator("#live")).to_have_attribute("data-state", "live")


def fill(sandpost: Sandpost) -> None:
    send(sandpost.smtp, "Delivered", "jane@example.com")
    talk(sandpost, "EHLO probe.example.com", "QUIT")
    refused(sandpost, "billing-worker")


def wait_until_examined(page: Page, sandpost: Sandpost) -> None:
    begin(page, sandpost, "/sessions/?q=worker")
    expect(rows(page)).to_have_count(1)


@pytest.fixture
def filled(page: Page, sandpost: Sandpost) -> Sandpost:
    fill(sandpost)
    wait_until_examined(page, sandpost)
    return sandpost


@pytest.fixture(scope="module")
def kept(shared_sandpost: Sandpost) -> Sandpost:
    """The same three sessions, for tests that only read."""
    fill(shared_sandpost)
    return shared_sandpost


@pytest.fixture
def read_only(page: Page, kept: Sandpost) -> Sandpost:
    wait_until_examined(page, kept)
    return kept


def test_typing_finds_and_the_address_keeps_it(page: Page, read_only: Sandpost) -> None:
    begin(page, read_only)
    expect(rows(page)).to_have_count(3)
    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search the sessions")
    expect(box).to_be_focused()
    page.keyboard.type("jane@example.com")
    page.keyboard.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/sessions/\?q=jane%40example\.com$"))
    expect(page.locator(".tally")).to_contain_text("1 session matches")
    page.keyboard.press("Escape")
    expect(box).not_to_be_focused()
    rows(page).first.locator("a").click()
    expect(page.locator("#dialog")).to_contain_text("TO:<jane@example.com>")
    expect(page).to_have_url(re.compile(r"/sessions/\w{22}/\?q=jane%40example\.com$"))
    page.reload()
    expect(rows(page)).to_have_count(1)
    expect(box).to_have_value("jane@example.com")
    expect(page.locator("#dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".pane-empty")).to_be_visible()
    expect(page).to_have_url(re.compile(r"/sessions/\?q=jane%40example\.com$"))


def test_back_and_forward_go_through_the_filters(page: Page, read_only: Sandpost) -> None:
    begin(page, read_only)
    page.get_by_role("link", name=re.compile("^failed")).click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("link", name=re.compile("^no TLS")).click()
    expect(page).to_have_url(re.compile(r"q=is%3Afailed\+tls%3Dnone$"))
    page.go_back()
    expect(page.get_by_role("combobox")).to_have_value("is:failed")
    page.go_back()
    expect(rows(page)).to_have_count(3)
    page.go_forward()
    expect(rows(page)).to_have_count(1)


def test_a_chip_and_the_text_are_one_thing(page: Page, read_only: Sandpost) -> None:
    begin(page, read_only)
    box = page.get_by_role("combobox")
    failed = page.get_by_role("link", name=re.compile("^failed"))
    rows(page).first.locator("a").click()
    expect(page.locator("#dialog")).to_be_visible()
    failed.click()
    expect(box).to_have_value("is:failed")
    expect(failed).to_have_attribute("aria-current", "true")
    expect(failed).to_be_focused()
    expect(page.locator("#dialog")).to_be_visible()
    page.get_by_role("button", name="more").click()
    page.get_by_role("link", name="rejected", exact=True).click()
    expect(box).to_have_value("is:failed outcome=rejected")
    expect(rows(page)).to_have_count(1)
    failed.click()
    expect(box).to_have_value("outcome=rejected")
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(box).to_have_value("")
    expect(rows(page)).to_have_count(3)


def test_completion_by_keyboard(page: Page, read_only: Sandpost) -> None:
    begin(page, read_only)
    box = page.get_by_role("combobox")
    options = page.get_by_role("option")
    box.press_sequentially("outc")
    expect(box).to_have_attribute("aria-expanded", "true")
    expect(options).to_have_count(1)
    box.press("Tab")
    expect(box).to_have_value("outcome=")
    expect(box).to_be_focused()
    expect(options.first).to_contain_text("open")
    box.press_sequentially("re")
    expect(options).to_have_count(1)
    box.press("ArrowDown")
    expect(box).to_have_attribute("aria-activedescendant", "suggestion-0")
    expect(options.first).to_have_attribute("aria-selected", "true")
    box.press("Enter")
    expect(box).to_have_value("outcome=rejected ")
    expect(box).to_have_attribute("aria-expanded", "false")
    box.press_sequentially("ehlo=bil")
    expect(options.first).to_have_text("billing-worker")
    box.press("Escape")
    expect(options).to_have_count(0)
    expect(box).to_be_focused()
    box.press("ArrowDown")
    options.first.click()
    expect(box).to_have_value("outcome=rejected ehlo=billing-worker ")
    box.press("Enter")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("billing-worker")
    box.press("Tab")
    expect(box).not_to_be_focused()


def test_what_is_not_understood_is_marked_under_the_box(page: Page, filled: Sandpost) -> None:
    begin(page, filled)
    box = page.get_by_role("combobox")
    box.fill("is:failed verb=RCTP")
    box.press("Enter")
    problem = page.get_by_role("alert").filter(has_text="Column 11")
    expect(problem).to_contain_text("did you mean RCPT?")
    expect(problem.locator("mark")).to_have_text("verb=RCTP")
    expect(box).to_have_attribute("aria-invalid", "true")
    expect(rows(page)).to_have_count(0)
    refused(filled, "not-shown")
    expect(page.get_by_role("link", name=re.compile("^failed"))).to_contain_text("2")
    expect(rows(page)).to_have_count(0)
    box.fill("is:failed verb=RCPT")
    box.press("Enter")
    expect(rows(page)).to_have_count(2)
    expect(box).to_have_attribute("aria-invalid", "false")


def test_help_has_examples_that_can_be_clicked(page: Page, read_only: Sandpost) -> None:
    begin(page, read_only)
    page.get_by_role("button", name="What can be searched for").click()
    help = page.get_by_role("dialog", name="What can be searched for")
    expect(help).to_contain_text("reply code that the server gave")
    help.get_by_role("link", name="is:failed", exact=True).click()
    expect(help).not_to_be_visible()
    expect(rows(page)).to_have_count(1)


def test_under_a_filter_only_what_meets_it_arrives(page: Page, filled: Sandpost) -> None:
    begin(page, filled, "/sessions/?q=is:failed")
    expect(rows(page)).to_have_count(1)
    talk(filled, "EHLO went-well.example.com", "QUIT")
    refused(filled, "second-failure")
    expect(rows(page)).to_have_text([re.compile("second-failure"), re.compile("billing-worker")])
    expect(page.locator(".tally")).to_contain_text("2 sessions match")
    expect(page.get_by_role("link", name=re.compile("^all"))).to_contain_text("5")
    # One that runs meets a filter by its columns, and leaves the list with what it no longer is.
    begin(page, filled, "/sessions/?q=is:live")
    client = Talk(filled.smtp)
    client.say("EHLO running.example.com")
    expect(rows(page)).to_have_count(1)
    expect(rows(page)).to_contain_text("running.example.com")
    client.say("QUIT")
    client.close()
    expect(rows(page)).to_have_count(0)
    expect(page.locator(".none")).to_contain_text("No session matches")


def test_words_of_a_session_are_found_as_soon_as_it_has_ended(page: Page, filled: Sandpost) -> None:
    begin(page, filled, "/sessions/?q=late%40example.com")
    expect(page.locator(".none")).to_contain_text("No session matches")
    send(filled.smtp, "Late", "late@example.com")
    expect(rows(page)).to_have_count(1)


def test_failures_are_told_on_top_and_lead_to_the_last_one(page: Page, sandpost: Sandpost) -> None:
    begin(page, sandpost)
    expect(page.locator(".none")).to_contain_text("how to connect")
    refused(sandpost, "php-app")
    line = page.locator(".failing")
    expect(line).to_contain_text("1 failed.")
    expect(line).to_contain_text("rejected at RCPT")
    line.get_by_role("link").click()
    expect(page.locator("#dialog .line.bad")).to_contain_text("501 5.1.3")


def test_no_match_offers_what_to_drop(page: Page, read_only: Sandpost) -> None:
    begin(page, read_only, "/sessions/?q=is%3Afailed+code%3D421")
    none = page.locator(".none")
    expect(none).to_contain_text("No session matches")
    none.get_by_role("link", name="Without code=421").click()
    expect(rows(page)).to_have_count(1)
    expect(page.get_by_role("combobox")).to_have_value("is:failed")


def test_groups_by_client_lead_to_their_sessions(page: Page, filled: Sandpost) -> None:
    begin(page, filled)
    page.get_by_role("link", name="By client").click()
    expect(page).to_have_url(re.compile(r"\?view=clients$"))
    group = page.locator(".client-group", has_text="smtplib")
    expect(group).to_contain_text("1 session")
    group.get_by_text("How fast it is").click()
    expect(group.locator(".times")).to_contain_text("Round trips per message")
    expect(group.locator("tbody")).to_contain_text("EHLO")
    send(filled.smtp, "Again", "joe@example.com")
    expect(group).to_contain_text("2 sessions")
    expect(group.locator("tbody")).to_contain_text("EHLO")
    group.locator(".client-link").click()
    expect(rows(page)).to_have_count(2)
    page.go_back()
    expect(page.locator(".client-group").first).to_be_visible()
    page.reload()
    expect(page.get_by_role("link", name="By client")).to_have_attribute("aria-current", "true")


def test_what_matches_is_deleted_and_nothing_else(page: Page, filled: Sandpost) -> None:
    begin(page, filled)
    page.get_by_role("link", name=re.compile("^failed")).click()
    expect(rows(page)).to_have_count(1)
    page.get_by_role("button", name="Delete sessions").click()
    sheet = page.locator("#delete")
    expect(sheet).to_contain_text("messages stay")
    sheet.get_by_role("button", name="Keep them").click()
    page.get_by_role("button", name="Delete sessions").click()
    sheet.get_by_role("button", name="Delete 1 matching session").click()
    expect(sheet).to_contain_text("1 session deleted")
    sheet.get_by_role("button", name="Close").click()
    expect(rows(page)).to_have_count(0)
    page.get_by_role("link", name="Clear", exact=True).click()
    expect(rows(page)).to_have_count(2)


@pytest.mark.parametrize(("size", "scheme"), PLACES, ids=["desk-light", "phone-dark"])
def test_the_list_is_accessible_and_fits(page: Page, filled: Sandpost, scheme: str, size: tuple[int, int]) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    client = Talk(filled.smtp)
    client.say(f"EHLO {'long' * 60}")

    for path in ("", "?q=is:failed", "?q=verb%3DRCTP+foo%3D1", "?q=is:failed+code%3D421", "?view=clients"):
        begin(page, filled, f"/sessions/{path}")
        if path.endswith("clients"):
            page.get_by_text("How fast it is").first.click()
            expect(page.locator(".times tbody").first).to_be_visible()
        check(page, path)
    begin(page, filled)
    page.get_by_role("combobox").press_sequentially("outcome=")
    expect(page.get_by_role("option").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    check(page, "suggestions")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="What can be searched for").click()
    check(page, "help")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="Delete sessions").click()
    expect(page.locator("#delete form")).to_be_visible()
    check(page, "deletion")
    client.close()


def test_on_a_phone_the_chips_scroll_sideways_in_one_row(page: Page, read_only: Sandpost) -> None:
    page.set_viewport_size({"width": 390, "height": 800})
    begin(page, read_only)
    chips = page.locator("#filters a")
    heights = set(chips.evaluate_all("all => all.map((chip) => chip.getBoundingClientRect().top)"))
    assert len(heights) == 1
    page.get_by_role("link", name="delivered", exact=True).click()
    expect(page.get_by_role("combobox")).to_have_value("outcome=delivered")
    expect(rows(page)).to_have_count(1)
