"""Sessions and their dialogs in a browser."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.mailing import Talk, send

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def sandpost(shared_sandpost: Sandpost) -> Sandpost:
    return shared_sandpost


def test_an_open_dialog_goes_on_while_the_client_talks(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO live.example.com")
    page.goto(sandpost.http + "/sessions/")
    page.get_by_text("live.example.com").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("EHLO live.example.com")
    expect(page.locator("#head")).to_contain_text("live")
    client.say("MAIL FROM:<a@example.com>")
    expect(dialog).to_contain_text("MAIL FROM:<a@example.com>")
    client.say("RCPT TO:<>")
    expect(dialog.locator(".line.bad")).to_contain_text("501 5.1.3")
    client.say("QUIT")
    client.close()
    expect(dialog).to_contain_text("221 2.0.0 Bye")
    expect(page.locator("#head .pulse")).to_have_count(0)
    expect(page.locator("#head")).to_contain_text("rejected at RCPT")
    numbers = dialog.locator(".line").evaluate_all("lines => lines.map(line => Number(line.dataset.seq))")
    assert numbers == sorted(set(numbers))


def test_connections_that_delivered_nothing_are_listed_as_they_end(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/sessions/")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    client = Talk(sandpost.smtp)
    client.socket.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
    expect(page.locator("#rows")).to_contain_text("not SMTP")
    client.close()
    client = Talk(sandpost.smtp)
    client.say("EHLO gone.example.com")
    client.say("MAIL FROM:<a@example.com>")
    client.close()
    expect(page.locator("#rows > li", has_text="gone.example.com")).to_contain_text("client gave up at MAIL")
    page.get_by_role("link", name=re.compile("^failed")).click()
    expect(page.locator("#rows > li", has_text="not SMTP")).to_be_visible()
    expect(page.locator("#rows > li", has_text="gone.example.com")).to_be_visible()


def test_the_body_is_folded_and_leads_to_its_message(page: Page, sandpost: Sandpost) -> None:
    send(sandpost.smtp, "Carried by this")
    page.goto(sandpost.http + "/sessions/")
    page.locator("#rows > li[data-row] a").first.click()
    fold = page.locator("#dialog .fold")
    expect(fold).to_contain_text("message,")
    fold.get_by_role("link", name="Carried by this").click()
    expect(page.locator("#subject")).to_have_text("Carried by this")


def test_hostile_octets_stay_text(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO <img/src=x/onerror=alert(1)>")
    client.say("MAIL FROM:<a@example.com>")
    client.say("RCPT TO:<\u202ebidi@example.com>")
    client.socket.sendall(b"\x1b[31m\x00\xff\r\n")
    client.reply()
    client.close()
    page.goto(sandpost.http + "/sessions/")
    page.locator("#rows > li[data-row] a", has_text="onerror").click()
    dialog = page.locator("#dialog")
    expect(dialog).to_contain_text("<img/src=x/onerror=alert(1)>")
    expect(dialog).to_contain_text("\\x1b[31m\\x00\\xff")
    assert "\u202e" not in dialog.inner_text()


def test_credentials_are_not_shown(page: Page, sandpost: Sandpost) -> None:
    client = Talk(sandpost.smtp)
    client.say("EHLO auth.example.com")
    client.say("AUTH PLAIN AGFkYQBzM2NyZXQ=")
    client.say("QUIT")
    client.close()
    page.goto(sandpost.http + "/sessions/")
    page.get_by_text("auth.example.com").click()
    expect(page.locator("#dialog")).to_contain_text("masked")
    assert "AGFkYQBzM2NyZXQ=" not in page.content()
