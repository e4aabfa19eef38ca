"""Two messages compared in a browser: chosen from a message, walked through by keys, looked at in two layouts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e.looking import PLACES
from tests.e2e.mailing import html_mail, send, send_raw

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser

ROWS = "".join(f"<p>Row {number}</p>\n" for number in range(40))
PAGE = '<h1 style="color: {}">Thank you</h1>\n{}<p>It comes to {} EUR.</p>\n'


def check(page: Page) -> None:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"]})
    serious = [each for each in found.response["violations"] if each["impact"] in {"serious", "critical"}]
    assert not serious, [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in serious]
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0


def top(page: Page, side: str) -> float:
    box = page.locator(f".frame.{side}").bounding_box()
    assert box is not None
    return box["y"]


def test_from_a_message_to_what_changed_since_the_build_before(page: Page, sandpost: Sandpost) -> None:
    send_raw(sandpost.smtp, html_mail(PAGE.format("blue", ROWS, "24.50"), "Order 1041"))
    send(sandpost.smtp, "Something else")
    send_raw(sandpost.smtp, html_mail(PAGE.format("red", ROWS, "29.90"), "Order 1042"))
    page.goto(sandpost.http + "/")
    page.locator("#rows a", has_text="Order 1042").click()
    page.get_by_role("link", name="Compare with another message").click()
    page.wait_for_url("**/compare/*/")
    check(page)
    page.get_by_role("searchbox").fill("something")
    expect(page.locator(".choice.proposed")).to_have_count(0)
    expect(page.locator(".choice a")).to_have_count(1)
    page.get_by_role("searchbox").fill("")
    page.locator(".choice.proposed a", has_text="Order 1041").click()
    page.wait_for_url("**/compare/*/*/")

    # By keys from one difference to the next, and on into the next section.
    expect(page.locator("#comparing")).to_have_attribute("data-view", "side")
    expect(page.get_by_role("tab", name="HTML source 2 differences")).to_have_attribute("aria-selected", "true")
    here = page.locator(".here")
    page.keyboard.press("n")
    expect(here).to_contain_text("blue")
    expect(here).to_be_focused()
    old, new = (page.locator(f"#section-html .change >> nth=0 >> .{side}").bounding_box() for side in ("old", "new"))
    assert old is not None
    assert new is not None
    assert old["y"] == new["y"]
    assert old["x"] < new["x"]
    page.keyboard.press("n")
    expect(here.locator("ins.word")).to_have_text("29.90")
    page.keyboard.press("n")
    expect(page.get_by_role("tab", name="Headers")).to_have_attribute("aria-selected", "true")
    expect(here).to_contain_text("Subject")
    page.keyboard.press("p")
    expect(here.locator("del.word")).to_have_text("24.50")

    # The layout is kept, and so is the tab, when white space is ignored and the sides are swapped.
    page.get_by_role("button", name="Unified").click()
    old, new = (page.locator(f"#section-html .change >> nth=0 >> .{side}").bounding_box() for side in ("old", "new"))
    assert old is not None
    assert new is not None
    assert old["x"] == new["x"]
    assert old["y"] < new["y"]
    page.get_by_role("tab", name="Parts").click()
    page.get_by_role("link", name="Ignore white space").click()
    expect(page.get_by_role("tab", name="Parts")).to_have_attribute("aria-selected", "true")
    expect(page.locator("#comparing")).to_have_attribute("data-view", "unified")
    page.get_by_role("link", name="Swap the sides").click()
    expect(page).to_have_url(re.compile(r"\?space=ignore#section-parts$"))
    expect(page.locator(".compared-side.before")).to_contain_text("Order 1042")
    page.get_by_role("link", name="Swap the sides").click()
    expect(page.locator(".compared-side.before")).to_contain_text("Order 1041")
    expect(page.locator("#comparing")).to_have_attribute("data-view", "unified")

    # Both renderings move in one scroller; laid over each other, and one at a time.
    page.get_by_role("tab", name="Rendering").click()
    expect(page.locator("#section-rendering")).to_be_visible()
    expect(page.frame_locator(".frame.after").get_by_text("It comes to 29.90 EUR.")).to_be_visible()
    before = top(page, "before")
    page.locator("#frames").evaluate("frames => { frames.scrollTop = 300; }")
    assert top(page, "before") == top(page, "after") == before - 300
    page.get_by_role("button", name="Flip").click()
    page.get_by_role("button", name="Show the one before").click()
    expect(page.locator(".frame.after")).to_be_hidden()
    expect(page.locator(".frame.before")).to_be_visible()
    page.get_by_role("button", name="Overlay").click()
    expect(page.locator(".frame.after")).to_have_css("mix-blend-mode", "difference")

    for (width, height), scheme in PLACES:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
        for tab in ("Rendering", "HTML source", "Headers", "Parts"):
            page.get_by_role("tab", name=tab).click()
            check(page)
