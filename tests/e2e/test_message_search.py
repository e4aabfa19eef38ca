"""Searching the inbox in a browser: typing, completing, a mistake, matches, what is open, and mail that comes later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.mailing import send

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser


def test_someone_searches_while_mail_comes_in(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http)
    # The box comes with the first mail.
    send(sandpost.smtp, "Your order 1 has shipped", body="The parcel number is 48213.")
    send(sandpost.smtp, "Welcome", body="The shop is open.")
    rows = page.locator("#rows > li[data-row]")
    expect(rows).to_have_count(2)

    page.keyboard.press("/")
    box = page.get_by_role("combobox", name="Search mail")
    expect(box).to_be_focused()
    page.keyboard.type("subj")
    expect(page.get_by_role("option", name="subject:")).to_be_visible()
    page.keyboard.press("Tab")
    expect(box).to_have_value("subject:")
    page.keyboard.type("ordr OR fro:ada")
    page.keyboard.press("Enter")
    problem = page.get_by_role("alert")
    expect(problem).to_contain_text("Column 17: There is no key fro: did you mean from:?")
    expect(rows).to_have_count(0)
    expect(box).to_have_attribute("aria-invalid", "true")

    box.fill("subject:order ada")
    page.keyboard.press("Enter")
    expect(rows).to_have_count(1)
    expect(problem).to_have_count(0)
    expect(rows.locator("mark")).to_have_text(["Ada", "order"])
    expect(page.locator("[data-matching]")).to_have_text("1")

    send(sandpost.smtp, "Not this one")
    send(sandpost.smtp, "Your order 2 has shipped")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Your order 2")
    expect(page.locator("[data-matching]")).to_have_text("2")

    rows.last.locator("a").click()
    expect(page.locator("#subject")).to_have_text("Your order 1 has shipped")
    expect(page).to_have_url(f"{sandpost.http}/messages/{rows.last.get_attribute('data-id')}/?q=subject%3Aorder+ada")
    page.reload()
    expect(rows).to_have_count(2)
    page.locator("#search .clear").click()
    expect(rows).to_have_count(4)
