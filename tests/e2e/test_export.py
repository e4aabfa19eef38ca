"""Taking a session out of its page: the menus by pointer and key, the clipboard, files and scripts."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.e2e.looking import PLACES, check
from tests.e2e.mailing import send

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sandpost(shared_sandpost: Sandpost) -> Sandpost:
    return shared_sandpost


@pytest.fixture
def opened(page: Page, context: BrowserContext, sandpost: Sandpost) -> Page:
    context.grant_permissions(["clipboard-read", "clipboard-write"], origin=sandpost.http)
    send(sandpost.smtp, "Carried", "jane@example.com")
    page.goto(sandpost.http + "/sessions/")
    page.locator("#rows > li[data-row] a").first.click()
    expect(page.locator("#dialog .line").first).to_be_visible()
    return page


def copied(page: Page) -> str:
    text = page.evaluate("navigator.clipboard.readText()")
    assert isinstance(text, str)
    return text


def test_a_copy_is_on_the_clipboard_with_and_without_addresses(opened: Page) -> None:
    opened.get_by_role("button", name="Copy as").click()
    opened.get_by_role("button", name="Markdown").click()
    expect(opened.locator("#toast")).to_contain_text("Copied as Markdown, addresses replaced")
    assert copied(opened).startswith("### SMTP session")
    assert "jane@example.com" not in copied(opened)
    opened.get_by_role("button", name="Copy as").click()
    opened.get_by_label("with addresses").check()
    opened.get_by_role("button", name="Text").click()
    expect(opened.locator("#toast")).to_contain_text("Copied as text, with addresses")
    assert "jane@example.com" in copied(opened)
    expect(opened.locator("#copy-menu")).to_be_hidden()


def test_without_a_clipboard_the_text_is_there_to_be_copied_by_hand(page: Page, sandpost: Sandpost) -> None:
    page.add_init_script("delete Navigator.prototype.clipboard; delete window.ClipboardItem")
    send(sandpost.smtp, "Carried")
    page.goto(sandpost.http + "/sessions/")
    page.locator("#rows > li[data-row] a").first.click()
    page.get_by_role("button", name="Copy as").click()
    page.get_by_role("button", name="Markdown").click()
    field = page.get_by_role("textbox", name="The session as text")
    expect(field).to_be_focused()
    assert "### SMTP session" in field.input_value()
    assert page.evaluate("getSelection().toString()").startswith("### SMTP session")


def test_files_are_downloaded_under_safe_names(opened: Page, tmp_path: Path) -> None:
    for link, ending in (("Text", "txt"), ("JSON", "json"), ("Capture", "pcap"), ("Chart", "svg")):
        opened.get_by_role("button", name="Export…").click()
        with opened.expect_download() as started:
            opened.locator("#export-menu").get_by_role("link", name=link).first.click()
        name = started.value.suggested_filename
        assert name.endswith(f".{ending}")
        started.value.save_as(tmp_path / name)
        assert (tmp_path / name).stat().st_size > 100
        if ending == "json":
            assert json.loads((tmp_path / name).read_text())["Lines"]


def test_scripts_are_shown_copied_and_downloaded(opened: Page) -> None:
    opened.get_by_role("button", name="Export…").click()
    opened.get_by_role("button", name="Repeat it").click()
    sheet = opened.locator("#repeat")
    expect(sheet.locator("#script-swaks")).to_contain_text("--to jane@example.com")
    sheet.get_by_role("tab", name="Python").click()
    sheet.get_by_role("button", name="Copy").click()
    expect(opened.locator("#toast")).to_be_visible()
    assert copied(opened).startswith('"""Repeats an SMTP session')
    with opened.expect_download() as started:
        sheet.get_by_role("link", name="repeat.py").click()
    assert started.value.suggested_filename == "repeat.py"
    with opened.expect_download() as started:
        sheet.get_by_role("link", name=".eml").click()
    assert started.value.suggested_filename.endswith(".eml")
    opened.keyboard.press("Escape")
    expect(sheet).to_be_hidden()
    expect(opened.locator("#dialog")).to_be_visible()


def test_the_menu_is_walked_by_keys_and_escape_closes_it_alone(opened: Page) -> None:
    button = opened.get_by_role("button", name="Export…")
    button.focus()
    opened.keyboard.press("Enter")
    items = opened.locator("#export-menu > a, #export-menu > button")
    expect(items.nth(0)).to_be_focused()
    opened.keyboard.press("ArrowDown")
    expect(items.nth(1)).to_be_focused()
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("ArrowUp")
    expect(opened.get_by_role("link", name="The schema of the JSON")).to_be_focused()
    opened.keyboard.press("Escape")
    expect(opened.locator("#export-menu")).to_be_hidden()
    expect(button).to_be_focused()
    expect(opened.locator("#dialog")).to_be_visible()


@pytest.mark.parametrize(("size", "scheme"), PLACES, ids=["desk-light", "phone-dark"])
def test_menus_and_sheet_are_accessible_and_fit(opened: Page, scheme: str, size: tuple[int, int]) -> None:
    opened.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    opened.set_viewport_size({"width": size[0], "height": size[1]})
    for name in ("Copy as", "Export…"):
        opened.get_by_role("button", name=name).click()
        menu = opened.locator(".menu:popover-open")
        place = menu.bounding_box()
        assert place is not None
        assert place["x"] >= 0
        assert place["x"] + place["width"] <= size[0]
        assert place["y"] + place["height"] <= size[1]
        check(opened, name)
        opened.keyboard.press("Escape")
    opened.get_by_role("button", name="Export…").click()
    opened.get_by_role("button", name="Repeat it").click()
    expect(opened.locator("#script-swaks")).to_be_visible()
    check(opened, "Repeat it")
