"""The links of a mail: listed with what they say, and led through a page of ours that asks before anything is opened.

The frame of a mail has no origin and no script, and so it stays: `allow-same-origin`, by which the page around it could
listen to clicks, would make one hole in the cleaning a hole in Sandpost. Instead every link in the frame leads to
`/messages/ID/links/N/`, which shows the target and asks, in a tab of its own; and the frame's own style sheet writes
the true target into a status line while a link is pointed at or has the focus (templates/message/frame.html).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape, unescape
from typing import NamedTuple

from webui.message.targets import Target, judge

MOST_LISTED = 200
LONGEST_TEXT = 200

# These read what the cleaner wrote, in which every value is quoted and has its brackets escaped.
_ANCHOR = re.compile(r'<(a|area)((?: [^\s="<>]++="[^"]*+")*+)>|</a>')
_HREF = re.compile(r' href="([^"]*+)"')
_TARGET = re.compile(r' target="[^"]*+"')
_TAG = re.compile(r"<[^>]*+>")
_ALT = re.compile(r' alt="([^"]*+)"')


class Link(NamedTuple):
    """A link of a mail, numbered from 1 in the order of its HTML; text is what a reader sees of it."""

    number: int
    url: str
    text: str

    @property
    def target(self) -> Target:
        return judge(self.url, self.text)


def lead(html: str, address: Callable[[int], str]) -> tuple[str, list[Link]]:
    """Return cleaned HTML with its links leading to `address(number)`, and the links."""
    pieces: list[str] = []
    links: list[Link] = []
    end = 0
    opened: tuple[str, int] | None = None
    for found in _ANCHOR.finditer(html):
        if found[1] is None:
            if opened is not None:
                links.append(Link(len(links) + 1, opened[0], _words(html[opened[1] : found.start()])))
                opened = None
            continue
        href = _HREF.search(found[2])
        if href is None:
            continue
        pieces.append(html[end : found.start()])
        end = found.end()
        if href[1].startswith("#"):
            pieces.append(f'<{found[1]}{_TARGET.sub("", found[2])} target="_self">')
            continue
        led = f' href="{escape(address(len(links) + 1))}" data-to="{href[1]}"'
        pieces.append(f"<{found[1]}{found[2][: href.start()]}{led}{found[2][href.end() :]}>")
        if found[1] == "area":
            alt = _ALT.search(found[2])
            links.append(Link(len(links) + 1, unescape(href[1]), unescape(alt[1])[:LONGEST_TEXT] if alt else ""))
        else:
            opened = unescape(href[1]), found.end()
    pieces.append(html[end:])
    return "".join(pieces), links


def _words(html: str) -> str:
    """Return what a reader sees of a link: its text, or else what its pictures say."""
    text = " ".join(unescape(_TAG.sub(" ", html)).split())
    return (text or " ".join(unescape(alt) for alt in _ALT.findall(html)).strip())[:LONGEST_TEXT]
