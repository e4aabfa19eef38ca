"""Text of others made harmless for a terminal or a file: what cannot be printed is spelt out."""

from __future__ import annotations


def plain(text: str) -> str:
    """Return text on one line, control and bidi characters as `\\x1b` or `\\u202e`."""
    if text.isprintable():
        return text
    return "".join(one if one.isprintable() else ascii(one)[1:-1] for one in text)
