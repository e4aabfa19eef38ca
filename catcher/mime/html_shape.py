"""Whether HTML is so built that a browser's parsing rules would take quadratic time or space over it.

The HTML standard makes a parser walk the stack of open elements for nearly each tag, and open again, in each
block, the fonts and links that were left open: a few hostile megabytes take minutes and gigabytes. The
estimate here may be too high for badly nested mail, never too low by much.
"""

import re
from typing import Final

from catcher.mime.html_rules import names

MAX_OPEN: Final = 1_000
MAX_TAGS: Final = 250_000
MAX_TAG_LENGTH: Final = 8_000  # characters of a tag without its quoted values
# Steps over the stack of open elements, well under a second; a clone of an element costs far more than one.
MAX_COST: Final = 100_000_000
# Each "&" begins a new piece of text, and joining it to the text before takes as long as that is: about a second.
MAX_REFERENCE_COST: Final = 100_000_000_000
_CLONE: Final = 300
_SEARCH: Final = 6  # binary digits by which a step among siblings is cheaper
_CLONE_LENGTH: Final = 40  # characters of attributes that cost as much as an element

# Runs of plain characters are taken at once: one by one costs twice the time.
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]*+)([^\"'>]*+(?:(?:\"[^\"]*+\"|'[^']*+')[^\"'>]*+)*+)")
_QUOTED = re.compile(r"\"[^\"]*+\"|'[^']*+'")
# Void elements hold nothing; the others are closed by their next sibling or by the table around them.
_NEVER_OPEN: Final = names(
    "area base br col dd dt embed hr img input li link meta option param source tbody td th tr wbr"
)
_FORMATTING: Final = names("a b big code em font i nobr s small strike strong tt u")
# An end tag does not reach beyond these (https://html.spec.whatwg.org/#has-an-element-in-scope).
_BARRIERS: Final = names("applet button caption html marquee math object svg table template")
_REACH: Final = 8


def is_too_wild(html: str) -> bool:
    """Tell whether the HTML should better be shown as text than parsed."""
    if html.count("&") * len(html) > MAX_REFERENCE_COST:
        return True
    shape = _Shape()
    for count, (closing, name, attributes) in enumerate(map(re.Match.groups, _TAG.finditer(html))):
        length = len(attributes)
        if count >= MAX_TAGS or (length > MAX_TAG_LENGTH and _is_too_long(attributes)):
            return True
        if closing:
            shape.end(name.lower())
        else:
            shape.start(name.lower(), length)
        if shape.cost > MAX_COST or len(shape.open) > MAX_OPEN:
            return True
    return False


def _is_too_long(attributes: str) -> bool:
    return len(_QUOTED.sub("", attributes)) > MAX_TAG_LENGTH


class _Shape:
    """The elements a parser would hold open, roughly, and what they have cost it so far."""

    __slots__ = ("_after_table", "_weight", "_weights", "cost", "open")

    def __init__(self) -> None:
        self.open: list[str] = []
        self.cost = 0
        self._after_table = 0
        self._weights: list[int] = []  # of the formatting elements that may still be opened again
        self._weight = 0

    def start(self, name: str, length: int) -> None:
        self.cost += len(self.open) + self._weight * _CLONE
        if name == "table" or self._after_table:
            # What a table may not hold is put before it, for which all that was put there before is searched.
            self._after_table += 1
            self.cost += self._after_table >> _SEARCH
        if name in _NEVER_OPEN or (name == "p" and self.open[-1:] == ["p"]):
            return
        self.open.append(name)
        if name in _FORMATTING:
            self._weights.append(1 + length // _CLONE_LENGTH)
            self._weight += self._weights[-1]

    def end(self, name: str) -> None:
        opened = self.open
        self.cost += len(opened)
        if opened and opened[-1] == name:
            opened.pop()
            if name in _FORMATTING:
                self._weight -= self._weights.pop()
        elif name not in _FORMATTING:
            # The "adoption agency" keeps open what stood between formatting tags: only others reach down.
            self._end_below(name)

    def _end_below(self, name: str) -> None:
        for back in range(2, min(_REACH, len(self.open)) + 1):
            if self.open[-back + 1] in _BARRIERS:
                return
            if self.open[-back] == name:
                del self.open[-back:]
                return
