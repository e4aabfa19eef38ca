"""The system's Chromium on the pages of the real program; whatever the browser complains about fails the test."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

if TYPE_CHECKING:
    from tests.conftest import StartSandpost

HERE = Path(__file__).parent
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
SIZE = (1280, 800)
ARGUMENTS = (
    "--disable-gpu",
    "--disable-background-networking",
    # Containers give /dev/shm 64 MB, on which Chromium's tabs die.
    "--disable-dev-shm-usage",
)
# A violation inside a frame need not reach the console of the page; this event always comes.
REPORT_VIOLATIONS = """
addEventListener("securitypolicyviolation", (event) => {
  console.error(`CSP: ${event.effectiveDirective} blocked ${event.blockedURI} on ${location.href}`);
});
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            # A module's tests share one browser, which they can only do in one worker.
            item.add_marker(pytest.mark.xdist_group(f"browser-{item.path.stem}"))


class Complaints:
    """What the browser complained about; a test allows by pattern what it provokes on purpose."""

    def __init__(self) -> None:
        self._heard: list[str] = []
        self._allowed: list[re.Pattern[str]] = []

    def allow(self, pattern: str) -> None:
        self._allowed.append(re.compile(pattern))

    def add(self, text: str) -> None:
        self._heard.append(text)

    def left(self) -> list[str]:
        return [text for text in self._heard if not any(pattern.search(text) for pattern in self._allowed)]

    def watch(self, page: Page) -> None:
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.add(f"{error.name}: {error.message}"))
        page.on("crash", lambda _: self.add("the page crashed"))

    def _on_console(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.add(f"{message.text} ({message.location.get('url', '')})")


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's Chromium."""
    path = next((found for name in NAMES if (found := shutil.which(name))), None)
    if path is None:
        pytest.skip("No Chromium here; on Debian: apt-get install chromium fonts-dejavu-core fonts-noto-core")
    return path


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One browser a module: while it lives, its event loop keeps async tests from running in this thread."""
    as_root = ["--no-sandbox"] if hasattr(os, "geteuid") and os.geteuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*ARGUMENTS, *as_root])
        yield browser
        browser.close()


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    complaints = Complaints()
    yield complaints
    left = complaints.left()
    assert not left, "the browser complained:\n" + "\n".join(left)


@pytest.fixture
def context(browser: Browser, complaints: Complaints, start_sandpost: StartSandpost) -> Iterator[BrowserContext]:
    """A browser profile of its own; every page opened in it is listened to.

    It takes `start_sandpost` to be closed before that is: a page must not complain of a server that was killed.
    """
    context = browser.new_context(viewport={"width": SIZE[0], "height": SIZE[1]}, reduced_motion="reduce")
    context.set_default_timeout(10_000)
    context.add_init_script(REPORT_VIOLATIONS)
    context.on("page", complaints.watch)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()
