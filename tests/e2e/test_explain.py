"""Explaining a log in a browser: pasted, dropped, tried; its lines explained as those of a session."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import PLACES, check

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser

LOG = "220 mx.test ESMTP\nEHLO app\n250 mx.test\nMAIL FROM:<a@b.example>\n550 5.7.1 not you\n"


@pytest.fixture(scope="module")
def sandpost(shared_sandpost: Sandpost) -> Sandpost:
    return shared_sandpost


def test_a_pasted_log_is_explained(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/sessions/")
    page.get_by_role("link", name="Explain a log").click()
    page.get_by_label("The log").fill(LOG)
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.locator(".story")).to_contain_text("the sender was refused (550 5.7.1)")
    expect(page.locator("#live")).to_have_attribute("data-state", "live")
    page.locator("#L5 [data-x]").first.hover()
    expect(page.locator("#about")).to_be_visible()
    expect(page.locator("#about")).to_contain_text("550")
    page.locator("#dialog [data-finding]", has_text="S04").click()
    expect(page.get_by_role("link", name="Rule S04").first).to_have_attribute("href", "/rules/#S04")
    page.get_by_role("button", name="Lesson").click()
    expect(page.locator(".lesson").first).to_be_visible()
    page.get_by_text("to be changed and explained again").click()
    expect(page.locator("#log")).to_have_value(LOG)


def test_a_file_is_read_and_explained(page: Page, sandpost: Sandpost, tmp_path: Path) -> None:
    file = tmp_path / "mail.log"
    file.write_text(LOG)
    page.goto(sandpost.http + "/explain/")
    page.locator("#log-file").set_input_files(file)
    expect(page.locator("#dialog")).to_contain_text("not you")


def test_a_file_is_dropped_on_the_text(page: Page, sandpost: Sandpost) -> None:
    page.goto(sandpost.http + "/explain/")
    data = page.evaluate_handle(
        "log => { const data = new DataTransfer(); data.items.add(new File([log], 'mail.log')); return data; }", LOG
    )
    page.dispatch_event("#log", "drop", {"dataTransfer": data})
    expect(page.locator("#dialog")).to_contain_text("not you")


def test_what_cannot_be_explained_is_said_before_it_is_sent(page: Page, sandpost: Sandpost, tmp_path: Path) -> None:
    page.goto(sandpost.http + "/explain/")
    page.get_by_role("button", name="Explain", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("Paste a log first")
    file = tmp_path / "mail.log"
    file.write_bytes(b"x" * (2 << 20) + b"x")
    page.locator("#log-file").set_input_files(file)
    expect(page.get_by_role("alert")).to_contain_text("larger than 2 MiB")


@pytest.mark.parametrize(("size", "scheme"), PLACES, ids=["desk-light", "phone-dark"])
def test_rules_and_logs_are_accessible_and_fit(
    page: Page, sandpost: Sandpost, scheme: str, size: tuple[int, int]
) -> None:
    page.emulate_media(color_scheme=scheme)  # type: ignore[arg-type]
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(sandpost.http + "/rules/#S04")
    page.locator("#M02 summary").click()
    expect(page.locator("#M02 mark")).to_be_visible()
    check(page, page.url)
    page.goto(sandpost.http + "/explain/")
    check(page, page.url)
    for name in ("Python smtplib", "Nodemailer"):
        page.goto(sandpost.http + "/explain/")
        page.get_by_role("button", name=name).click()
        expect(page.locator("#dialog")).to_be_visible()
        check(page, page.url)
