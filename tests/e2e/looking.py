"""Where pages are looked at, and what must be true of each: nothing for axe to complain of, nothing cut off."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from axe_playwright_python.sync_playwright import Axe

if TYPE_CHECKING:
    from playwright.sync_api import Page

# Colours differ by theme and room by size: two of the four pairs see all of both.
PLACES = [((1280, 800), "light"), ((390, 800), "dark")]
# The rest of the results holds every element that is well; it takes longer to fetch than to find.
OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21aa"], "resultTypes": ["violations"], "elementRef": False}


def check(page: Page, where: str, element: str = "document.documentElement") -> None:
    wide = page.evaluate(f"(({element}) ?? document.body).scrollWidth - (({element}) ?? document.body).clientWidth")
    assert wide <= 0, f"{where} is {wide} px too wide"
    serious = violations(page)
    assert not serious, (where, serious)


def violations(page: Page) -> list[tuple[str, list[str]]]:
    found: list[dict[str, Any]] = Axe().run(page, options=OPTIONS).response["violations"]
    return [(each["id"], [node["html"] for node in each["nodes"]][:3]) for each in found]
