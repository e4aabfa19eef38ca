"""Text for a terminal: colours where they are wanted, widths as they are seen, nothing that steers the terminal."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import TextIO

from catcher.dialog.report.plain import plain

__all__ = ["Paint", "cells", "fit", "plain", "wants_colour"]

_CODES = {
    "bold": "1", "dim": "2", "red": "31", "green": "32", "yellow": "33", "blue": "34", "magenta": "35", "cyan": "36",
}  # fmt: skip
# One after the other for sessions that run at the same time.
TAGS = ("cyan", "magenta", "yellow", "blue", "green", "red")


def wants_colour(stream: TextIO, environ: Mapping[str, str], forbidden: bool = False, forced: bool = False) -> bool:
    """Tell whether to use colours: never under NO_COLOR (no-color.org), and by itself only in a terminal."""
    if forbidden or environ.get("NO_COLOR"):
        return False
    return forced or (stream.isatty() and environ.get("TERM") != "dumb")


class Paint:
    """Colours text, or leaves it as it is."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def __call__(self, text: str, *names: str) -> str:
        if not self._colour or not names or not text:
            return text
        return f"\x1b[{';'.join(_CODES[name] for name in names)}m{text}\x1b[0m"


def cells(text: str) -> int:
    """Return how many columns a text takes: East Asian wide characters two, combining ones none."""
    if text.isascii():
        return len(text)
    return sum(_cells(one) for one in text)


def _cells(one: str) -> int:
    if unicodedata.combining(one) or unicodedata.category(one) in {"Mn", "Me", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(one) in "WF" else 1


def fit(text: str, width: int) -> str:
    """Return a text of exactly that many columns: filled up with blanks, or cut with an ellipsis."""
    room = cells(text)
    if room <= width:
        return text + " " * (width - room)
    kept, used = "", 0
    for one in text:
        if used + _cells(one) > width - 1:
            break
        kept, used = kept + one, used + _cells(one)
    return f"{kept}…{' ' * (width - 1 - used)}" if width > 0 else ""
