"""TEXT and HTML -> the web links in them, in linear time."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Final

MAX_LINKS: Final = 1_000
MAX_LINK: Final = 2_000  # characters

_PLAIN = re.compile(r"https?://[^\s<>\"'`{}|\\^]{1,2000}", re.IGNORECASE)
_ANCHOR = re.compile(r"<(?:a|area)(?=[\s/])([^<>]{0,8000}+)", re.IGNORECASE)
_HREF = re.compile(r"(?<![\w-])href\s*+=\s*+(?:\"([^\"]*+)|'([^']*+)|([^\s\"'>]++))", re.IGNORECASE)
# What ends a sentence, not a link; a closing bracket belongs to the link where it has the opening one.
_ENDS = ".,;:!?*_"


def web_links(text: str, html: str) -> list[str]:
    """Return the distinct http and https links of a message's text and of its anchors, in their order."""
    found: dict[str, None] = {}
    for link in _all(text, html):
        if link not in found:
            found[link] = None
            if len(found) == MAX_LINKS:
                break
    return list(found)


def _all(text: str, html: str) -> Iterator[str]:
    for match in _PLAIN.finditer(text):
        yield _trimmed(match[0])
    for anchor in _ANCHOR.finditer(html):
        href = _HREF.search(anchor[1])
        target = unescape(href[1] or href[2] or href[3] or "").strip()[:MAX_LINK] if href else ""
        if _PLAIN.match(target):
            yield target


def _trimmed(link: str) -> str:
    link = link.rstrip(_ENDS)
    while (opening := {")": "(", "]": "["}.get(link[-1:])) and link.count(opening) < link.count(link[-1]):
        link = link[:-1].rstrip(_ENDS)
    return link
