"""TEXT -> what of it counts for a search: lower case, with certain punctuation read as blanks, on both sides."""

from __future__ import annotations

import re

# As in Mailpit; what controls a terminal, and halves of characters, are no text either.
_BLANKS = re.compile(r"[\s<>\",;()\x00-\x20\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
# What may stand between two words of a match.
BETWEEN = r"[\s<>\",;()]+"


def plain(text: str) -> str:
    """Return the words of a text as they are compared, one blank between two of them."""
    return _BLANKS.sub(" ", text).strip().lower()
