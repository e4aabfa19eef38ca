"""What was searched for, marked where it stands: in HTML that is safe already, without touching its tags."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

# What may stand between two words of a match, as `escape` writes it (catcher/search/messages/text.py).
_BETWEEN = r"(?:[\s,;()]|&lt;|&gt;|&quot;)+"
_OTHER = r"<[^>]*>|&\#?\w+;"
# Beyond so many marks nobody looks.
MOST = 2000


def marked(html: str, needles: Sequence[str]) -> SafeString:
    """Return safe HTML with a <mark> around each match in its text; one that goes across tags is left alone."""
    if not needles or not html:
        return mark_safe(html)  # noqa: S308 - it was safe before
    return mark_safe(_pattern(tuple(needles)).sub(_mark, html))  # noqa: S308 - marks are put between its pieces


@lru_cache(maxsize=64)
def _pattern(needles: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(_words(needle) for needle in sorted(needles, key=len, reverse=True))
    # Tags and references first, or one character of them could be taken for text.
    return re.compile(rf"(?P<text>{words})|{_OTHER}", re.IGNORECASE)


def _words(needle: str) -> str:
    return _BETWEEN.join(re.escape(str(escape(word))) for word in needle.split(" "))


def _mark(found: re.Match[str]) -> str:
    return f"<mark>{found[0]}</mark>" if found["text"] else found[0]
