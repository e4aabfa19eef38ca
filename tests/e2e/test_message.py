"""The page of a message in a browser: hostile mail in its frame, the preview, the source, the parts."""

from __future__ import annotations

import io
import re
import smtplib
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Dialog, Page, Request, Route, expect

from tests.catcher.mime.torture import PAGES
from tests.e2e.mailing import PIXEL, html_mail, send_raw

if TYPE_CHECKING:
    from tests.conftest import Sandpost
    from tests.e2e.conftest import Complaints

pytestmark = pytest.mark.browser

# Ends what a page left open, so that the next one is not swallowed by it.
ENDS = "\n'\">--></style></script></svg></math></textarea></title></select></template></noscript></xmp></table>\n"
FRAMES = """(ids) => Promise.all(ids.map((id) => new Promise((loaded) => {
  const frame = document.createElement("iframe");
  frame.onload = loaded;
  frame.src = `/messages/${id}/body/`;
  document.body.append(frame);
})))"""


def page_mail(html: str, subject: str = "Hostile") -> bytes:
    head = f"From: a@evil.test\r\nTo: b@example.com\r\nSubject: {subject}\r\n"
    return f"{head}MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n{html}\r\n".encode()


def test_hostile_pages_do_not_run_escape_or_reach_the_network(
    page: Page, sandpost: Sandpost, complaints: Complaints
) -> None:
    asked: list[str] = []

    def hear(request: Request) -> None:
        if not request.url.startswith((sandpost.http, "data:")):
            asked.append(request.url)

    def ended(dialog: Dialog) -> None:
        asked.append(f"dialog {dialog.message}")
        dialog.dismiss()

    page.context.on("request", hear)
    page.context.on("page", lambda opened: asked.append(f"opened {opened.url}"))
    page.on("dialog", ended)
    pages = list(PAGES.values())
    mails = [ENDS.join(pages[start : start + 8]) for start in range(0, len(pages), 8)]
    with smtplib.SMTP(*sandpost.smtp, timeout=20) as client:
        for html in mails:
            client.sendmail("a@evil.test", ["b@example.com"], page_mail(html))
    page.goto(f"{sandpost.http}/")
    expect(page.locator("#rows > li[data-row]").first).to_be_visible()
    ids = [each["ID"] for each in page.request.get(f"{sandpost.http}/api/v1/messages?limit=0").json()["messages"]]
    assert len(ids) == len(mails)
    # Worse than in the frame of the page: without the attribute that holds them a second time.
    page.evaluate(FRAMES, ids)
    assert len(page.frames) == len(ids) + 1
    assert {frame.evaluate("() => origin") for frame in page.frames[1:]} == {"null"}
    assert all(frame.url.endswith("/body/") for frame in page.frames[1:])
    # What needs somebody to point and click, in the frame of the page.
    lure = (
        "<a href='javascript:alert(1)'>one</a> <a href='https://evil.test/x'>two</a>"
        "<form action=/messages/delete-all/ method=post><button>go</button></form>"
    )
    send_raw(sandpost.smtp, page_mail(lure, "Lure"))
    page.goto(f"{sandpost.http}/")
    page.get_by_text("Lure").click()
    frame = page.frame_locator("#mail")
    expect(frame.get_by_role("button")).to_have_count(0)
    expect(frame.locator("a[href^='javascript']")).to_have_count(0)
    assert page.frame_locator("#mail").locator("body").evaluate("() => origin") == "null"
    expect(page).to_have_url(re.compile(r"/messages/\w{22}/$"))
    assert asked == []


def test_a_mail_is_seen_as_readers_will_and_its_links_ask(
    page: Page, sandpost: Sandpost, complaints: Complaints
) -> None:
    # The driver's own listeners, which it adds where it points and clicks.
    complaints.allow("Blocked script execution in .*/body/")
    html = (
        "<style>p{color:rgb(1,1,1)}@media(prefers-color-scheme:dark){p{color:rgb(2,2,2)}}"
        "@media(max-width:400px){p{font-weight:900}}a::after{content:'lie'!important}</style>"
        "<p>Text</p><a href='https://evil.test/a'>https://acme.test</a><img src='cid:logo@x' alt='logo'>"
        "<img src='https://cdn.test/p.gif' alt='spy'>"
    )
    loaded: list[str] = []

    def serve(route: Route) -> None:
        loaded.append(route.request.url)
        route.fulfill(body=PIXEL, content_type="image/png")

    page.context.route(re.compile(r"^https://"), serve)
    send_raw(sandpost.smtp, html_mail(html))
    page.goto(sandpost.http + "/")
    page.get_by_text("With HTML").click()
    text = page.frame_locator("#mail").get_by_text("Text", exact=True)
    expect(text).to_have_css("color", "rgb(1, 1, 1)")
    page.get_by_role("button", name="Dark", exact=True).click()
    expect(text).to_have_css("color", "rgb(2, 2, 2)")
    page.get_by_role("button", name="Phone").click()
    expect(text).to_have_css("font-weight", "900")
    expect(page.locator("#mail")).to_have_css("width", "375px")
    page.get_by_role("button", name="No images").click()
    expect(page.frame_locator("#mail").locator("img[src]")).to_have_count(0)
    page.get_by_role("button", name="Images", exact=True).click()
    page.get_by_role("button", name="Fit").click()
    # The true target stands in the frame, whatever the mail's own style says.
    link = page.frame_locator("#mail").get_by_role("link")
    link.hover()
    assert link.evaluate("a => getComputedStyle(a, '::after').content") == '"https://evil.test/a"'
    with page.context.expect_page() as opened:
        link.click()
    asking = opened.value
    expect(asking.locator(".asking")).to_contain_text("The text says acme.test, but the link leads to evil.test.")
    expect(asking.get_by_role("link", name="Open", exact=True)).to_have_attribute("href", "https://evil.test/a")
    assert asking.evaluate("() => opener") is None
    asking.close()
    page.locator(".links summary").click()
    page.locator(".links").get_by_role("link").click()
    expect(page.get_by_role("dialog")).to_contain_text("https://evil.test/a")
    page.keyboard.press("Escape")
    assert loaded == []
    page.get_by_role("button", name="Load once").click()
    expect(page.locator("#remote")).to_contain_text("loaded, this once")
    expect(page.frame_locator("#mail").get_by_alt_text("spy")).to_have_js_property("naturalWidth", 1)
    assert loaded == ["https://cdn.test/p.gif"]
    page.reload()
    page.get_by_role("button", name="Always for ada@example.com").click()
    expect(page.locator("#remote")).to_contain_text("allowed for ada@example.com")
    page.goto(sandpost.http + "/settings/")
    page.get_by_role("button", name="Block ada@example.com again").click()
    expect(page.locator("#senders")).to_contain_text("None")


def test_the_source_is_searched_and_headers_are_filtered(page: Page, sandpost: Sandpost) -> None:
    lines = "".join(f"line {number}\r\n" for number in range(3_000))
    send_raw(sandpost.smtp, f"Subject: Long\r\nX-One: =?utf-8?q?caf=C3=A9?=\r\nX-Two: 2\r\n\r\n{lines}".encode())
    page.goto(sandpost.http + "/")
    page.locator("#rows").get_by_text("Long").click()
    page.get_by_role("tab", name=re.compile("Headers")).click()
    page.get_by_label("Filter the headers").fill("x- café")
    expect(page.locator("#fields > div:visible")).to_have_count(1)
    expect(page.locator("#fields-count")).to_contain_text("1 of")
    page.get_by_role("tab", name="Source", exact=True).click()
    page.get_by_label("Search the source").fill("LINE 299")
    expect(page.locator("#finds")).to_contain_text("1 of 11")
    page.keyboard.press("Enter")
    expect(page.locator("#hit")).to_be_in_viewport()
    expect(page.locator(".line-row", has=page.locator("#hit"))).to_have_text("line 2990")
    page.keyboard.press("Shift+Enter")
    expect(page.locator(".line-row", has=page.locator("#hit"))).to_have_text("line 299")
    page.keyboard.press("Shift+Enter")
    expect(page.locator("#finds")).to_contain_text("11 of 11")
    page.get_by_label("Search the source").fill("")
    # Without a search, what follows comes as one goes down.
    expect(page.locator("[data-n='1']")).to_be_visible()
    page.locator("#window .line-row").last.scroll_into_view_if_needed()
    expect(page.locator("[data-n='400']")).to_be_attached()


def test_parts_are_opened_seen_and_taken_along(page: Page, sandpost: Sandpost) -> None:
    outer = EmailMessage(SMTP)
    outer["From"], outer["To"], outer["Subject"] = "a@example.com", "b@example.com", "Parts"
    outer.set_content("Here you are.")
    inner = EmailMessage(SMTP)
    inner["From"], inner["Subject"] = "c@example.com", "The enclosed one"
    inner.set_content("x")
    inner.add_alternative("<p>Within</p>", subtype="html")
    outer.add_attachment(PIXEL, "image", "png", filename="dot.png")
    outer.add_attachment(inner)
    send_raw(sandpost.smtp, outer.as_bytes())
    page.set_viewport_size({"width": 390, "height": 800})
    page.emulate_media(color_scheme="dark")
    page.goto(sandpost.http + "/")
    page.get_by_text("Parts").first.click()
    page.get_by_role("tab", name=re.compile("Parts")).click()
    page.locator(".tree").get_by_role("link", name=re.compile("dot.png")).click()
    picture = page.get_by_alt_text("Small picture of dot.png")
    expect(picture).to_have_js_property("naturalWidth", 1)
    expect(page.locator(".tree [aria-current]")).to_contain_text("dot.png")
    page.locator(".tree").get_by_role("link", name=re.compile("rfc822")).click()
    nested = page.get_by_role("region", name="Enclosed message")
    expect(nested).to_contain_text("The enclosed one")
    expect(nested.frame_locator("iframe").get_by_text("Within")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="All as zip").click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as archive:
        assert archive.read("dot.png") == PIXEL
