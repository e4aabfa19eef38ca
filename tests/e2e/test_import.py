"""Files in and out in a browser: chosen, followed to the end, and given out again."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.looking import check
from tests.e2e.mailing import html_mail

if TYPE_CHECKING:
    from tests.conftest import Sandpost

pytestmark = pytest.mark.browser

DROP = """([form, files]) => {
  const data = new DataTransfer();
  for (const [name, text] of files) data.items.add(new File([text], name));
  form.dispatchEvent(new DragEvent("drop", { dataTransfer: data, bubbles: true, cancelable: true }));
}"""


def test_files_come_in_and_go_out(page: Page, sandpost: Sandpost, tmp_path: Path) -> None:
    mail = tmp_path / "welcome.eml"
    mail.write_bytes(html_mail("<p>Hello"))
    page.goto(sandpost.http + "/import/")
    page.locator('input[name="files"]').set_input_files(mail)
    row = page.locator("#imports > li", has_text="welcome.eml")
    expect(row).to_contain_text("1 message imported")
    page.locator('input[name="files"]').set_input_files(mail)
    expect(page.locator("#imports")).to_contain_text("welcome.eml is here already")
    form = page.locator("#drop").element_handle()
    page.evaluate(DROP, [form, [["a.eml", "Subject: Dropped\n\nHello"], ["b.txt", "no mail"]]])
    dropped = page.locator("#imports > li", has_text="2 files")
    expect(dropped).to_contain_text("1 message imported, 1 thing left out")
    dropped.get_by_text("What was left out").click()
    expect(dropped.locator(".problems")).to_contain_text("b.txt")
    check(page, "import")
    page.get_by_label("Messages that match").fill("Dropped")
    with page.expect_download() as started:
        page.get_by_role("button", name="Zip of .eml files").click()
    started.value.save_as(tmp_path / "out.zip")
    with zipfile.ZipFile(tmp_path / "out.zip") as made:
        assert [made.read(name) for name in made.namelist()] == [b"Subject: Dropped\n\nHello"]
    page.goto(sandpost.http + "/")
    expect(page.locator("#rows > li[data-row]")).to_have_count(2)
