"""The few words of a mail that stand under its subject in a list."""

import re
from typing import Final

from catcher.mime.bodies import find_html, find_text, text
from catcher.mime.html_text import to_text
from catcher.mime.part import Part

MAX_SNIPPET: Final = 200  # characters
_ENOUGH: Final = 20_000  # characters of text that are looked at: preheaders are padded, but not for ever

# Senders pad the preview with these so that nothing else of the mail shows in it.
_PADDING = re.compile("[\u00ad\u034f\u061c\u180e\u200b\u200e\u200f\u2060-\u2064\ufeff]++")
# A non-joiner between two letters is spelling (Persian), anywhere else it is padding.
_NON_JOINERS = re.compile("(?<!\\w)\u200c+|\u200c+(?!\\w)")


def snippet(raw: bytes, tree: Part) -> str:
    """Return at most 200 characters of what the mail says, from its HTML or else its text, on one line."""
    page, plain = find_html(tree), find_text(tree)
    words = shorten(to_text(text(raw, page))) if page else ""
    return words or (shorten(text(raw, plain)) if plain else "")


def shorten(content: str) -> str:
    """Put text on one line of at most 200 characters, with an ellipsis where it was cut."""
    content = content[:_ENOUGH]
    if not content.isascii():
        content = _NON_JOINERS.sub("", _PADDING.sub("", content))
    line = " ".join(content.split())
    line = "".join(
        char if char.isprintable() or char in "\u200c\u200d" else "\ufffd" for char in line[: MAX_SNIPPET + 1]
    )
    return line if len(line) <= MAX_SNIPPET else line[: MAX_SNIPPET - 1].rstrip() + "\u2026"
