"""The page of tags and rules in a browser: a rule is tried, made and applied; a tag gets a name and a colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.mailing import send, send_raw

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser


def test_rules_and_tags(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/tags/")
    expect(page.locator("#tag-lists")).to_contain_text("No message has a tag")
    send_raw(sandpost.smtp, b"From: a@test\r\nSubject: Order 1\r\nX-Tags: nightly\r\n\r\nx\r\n")
    nightly = page.locator("details", has_text="nightly")
    expect(nightly).to_contain_text("1 message")

    page.get_by_label("Messages that fit").fill("order")
    expect(page.locator("#rule-found")).to_have_text("1 message fits")
    page.get_by_label("get the tag").fill("Orders")
    page.get_by_label("get the tag").press("Enter")
    expect(page.locator("#toast")).to_contain_text("New mail that fits gets Orders.")
    expect(page.get_by_label("Messages that fit")).to_be_focused()
    expect(page.locator(".rule-list")).to_contain_text("1 message fits")
    page.get_by_role("button", name="Tag them now").click()
    orders = page.locator("details", has_text="Orders")
    expect(orders).to_contain_text("1 message")

    orders.locator("summary").click()
    orders.get_by_role("textbox", name="Name").fill("Nightly")
    orders.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert").first).to_contain_text("There is a tag Nightly already.")
    orders.locator("summary").click()
    orders.get_by_role("textbox", name="Name").fill("Bought")
    orders.get_by_label("teal").check()
    orders.get_by_role("button", name="Save").click()
    expect(page.locator("summary .tag-teal")).to_have_text("Bought")
    send(sandpost.smtp, "Order 2")
    expect(page.locator("details", has_text="Bought")).to_contain_text("2 messages")

    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.locator("summary").first.click()
        found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
        assert [each["id"] for each in found.response["violations"]] == []
