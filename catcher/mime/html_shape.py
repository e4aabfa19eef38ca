"""Whether HTML is so built that a browser's parsing rules would take quadratic time over it.

The HTML standard makes a parser walk the stack of open elements for nearly each tag, so thousands of them
turn a few megabytes into minutes. The estimate here may be too high for badly nested mail, never too low.
"""

import re
from typing import Final

from catcher.mime.html_rules import names

MAX_OPEN: Final = 400
MAX_TAGS: Final = 250_000
MAX_TAG_LENGTH: Final = 8_000  # characters of a tag without its quoted values

_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)((?:[^\"'>]|\"[^\"]*+\"|'[^']*+')*+)")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
# Void elements hold nothing; the others are closed by their next sibling or by the table around them.
_NEVER_OPEN: Final = names(
    """
    area base br col dd dt embed hr img input li link meta option p param source td th tr wbr tbody
    """
)
_FORMATTING: Final = names(
    """
    a b big code em font i nobr s small strike strong tt u
    """
)
# An end tag does not reach beyond these (https://html.spec.whatwg.org/#has-an-element-in-scope).
_BARRIERS: Final = names(
    """
    applet button caption html marquee math object svg table template
    """
)
_REACH: Final = 8


def is_too_wild(html: str) -> bool:
    """Tell whether the HTML should better be shown as text than parsed."""
    open_tags: list[str] = []
    for count, found in enumerate(_TAG.finditer(html)):
        if count >= MAX_TAGS or len(open_tags) > MAX_OPEN:
            return True
        attributes = found[3]
        if len(attributes) > MAX_TAG_LENGTH and len(_QUOTED.sub("", attributes)) > MAX_TAG_LENGTH:
            return True
        name = found[2].lower()
        if name in _NEVER_OPEN:
            continue
        if not found[1]:
            open_tags.append(name)
        else:
            _close(open_tags, name)
    return len(open_tags) > MAX_OPEN


def _close(open_tags: list[str], name: str) -> None:
    if open_tags and open_tags[-1] == name:
        open_tags.pop()
        return
    if name in _FORMATTING:
        # The "adoption agency" keeps what stood between open, so nothing may be taken off the estimate.
        return
    for back in range(2, min(_REACH, len(open_tags)) + 1):
        if open_tags[-back] == name:
            del open_tags[-back:]
            return
        if open_tags[-back + 1] in _BARRIERS or open_tags[-back] in _BARRIERS:
            return
