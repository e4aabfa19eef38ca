"""The line that a mailbox shows behind the subject: the preheader, written on purpose or taken from the start."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from catcher.extract.links import attributes, hides
from catcher.mime.html_text import to_text
from catcher.mime.snippet import shorten

# What phones and web mailers show of it, roughly.
SHOWN: Final = 140  # characters
_START: Final = 60_000  # characters of the page in which a preheader is looked for
_BODY = re.compile(r"<body(?=[\s>])[^>]*>", re.IGNORECASE)
_FIRST = re.compile(
    r"(?:\s+|<!--.*?-->|<style\b.*?</style\s*>|<(?!(?:a|img|p|h[1-6])\b)(?P<tag>[a-z][a-z0-9]*+)(?P<attributes>[^>]*)>)",
    re.IGNORECASE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Preheader:
    """What is shown, and whether it was hidden on the page itself, that is, written for this purpose."""

    text: str
    hidden: bool


def preheader(html: str) -> Preheader | None:
    """Return the preview of a page; None where the page says nothing."""
    page = html[:_START]
    text = shorten(to_text(page))[:SHOWN]
    return Preheader(text, _begins_hidden(page)) if text else None


def _begins_hidden(page: str) -> bool:
    """Tell whether the first element with words in it is one that is not shown."""
    body = _BODY.search(page)
    at = body.end() if body else 0
    while found := _FIRST.match(page, at):
        if found["tag"] and hides(attributes(found["attributes"])):
            return True
        at = found.end()
    return False
