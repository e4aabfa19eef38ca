"""The list of rules in a browser: filtered, opened by the address, muted without a reload."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.mailing import Talk

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sandpost(shared_sandpost: Sandpost) -> Sandpost:
    return shared_sandpost


def test_rules_are_filtered_by_words_and_chips(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/rules/")
    shown = page.locator(".rule:not([hidden])")
    everything = shown.count()
    count = page.locator("#rule-count")
    expect(count).to_have_text(f"{everything} rules")
    page.get_by_role("searchbox").fill("starttls nodemailer")
    expect(page.locator("#S32")).to_be_visible()
    expect(page.locator("#M01")).to_be_hidden()
    expect(count).to_contain_text(f"of {everything} rules")
    page.get_by_role("searchbox").fill("")
    page.get_by_role("button", name="security").click()
    page.get_by_role("button", name="messages").click()
    assert set(shown.evaluate_all("all => all.map(one => one.dataset.severity + one.dataset.kind)")) == {
        "securitymessage"
    }
    page.get_by_role("searchbox").fill("no such words")
    page.get_by_role("button", name="Show all rules").click()
    expect(count).to_have_text(f"{everything} rules")


def test_an_address_opens_its_rule_whatever_is_filtered(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/rules/#S32")
    rule = page.locator("#S32")
    expect(rule).to_have_attribute("open", "")
    expect(rule).to_be_in_viewport()
    expect(rule.locator("li.marked").first).to_be_visible()
    page.get_by_role("searchbox").fill("dkim")
    expect(rule).to_be_hidden()
    page.evaluate("location.hash = '#S04'")
    expect(page.locator("#S04 .example")).to_be_visible()


def wait_for_findings(sandpost: Sandpost, rule: str, expected: bool) -> None:
    """Wait until the only session has, or has no more, a finding of that rule."""
    deadline = time.monotonic() + 10
    with closing(sqlite3.connect(sandpost.data / "sandpost.sqlite3")) as database:
        while time.monotonic() < deadline:
            row = database.execute("SELECT findings FROM catcher_session WHERE examined").fetchone()
            if row is not None and (f'"{rule}"' in row[0]) is expected:
                return
            time.sleep(0.02)
    raise AssertionError(f"{rule} is {'not ' if expected else ''}there")


def test_a_muted_rule_leaves_what_is_stored_without_another_mail(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO app")
    client.say("QUIT")
    client.close()
    wait_for_findings(sandpost, "S04", True)
    page.goto(sandpost.http + "/rules/#S04")
    rule = page.locator("#S04")
    rule.get_by_role("button", name="Mute S04").click()
    expect(page.locator("#toast")).to_contain_text("S04 is muted")
    expect(page.locator("#rule-count")).to_contain_text("1 muted")
    expect(rule.get_by_role("button", name="Unmute S04")).to_be_focused()
    expect(rule).to_have_attribute("open", "")
    wait_for_findings(sandpost, "S04", False)
    page.get_by_role("button", name="muted", exact=True).click()
    expect(page.locator(".rule:not([hidden])")).to_have_count(1)
    page.reload()
    expect(page.locator("#rule-count")).to_contain_text("1 muted")
    page.get_by_role("button", name="Unmute S04").click()
    expect(page.locator("#rule-count")).not_to_contain_text("muted")
    wait_for_findings(sandpost, "S04", True)
