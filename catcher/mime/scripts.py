"""Whether letters of a name are meant to look like others (Unicode Technical Standard 39, in its simplest form)."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_BIDI = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
# A joiner is spelling in some scripts, and a soft hyphen or a variation selector may be pasted along.
_HIDDEN = re.compile("[\0-\x1f\x7f-\x9f\u180e\u200b\u2060-\u2064\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]")
_WORD = re.compile(r"[^\W\d_]++")
# Scripts whose letters are mistaken for one another; no language writes one word in two of them.
_SCRIPTS: Final = (
    re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]"),
    re.compile("[\u0370-\u03ff\u1f00-\u1fff]"),
    re.compile("[\u0400-\u052f\u1c80-\u1c8f\u2de0-\u2dff\ua640-\ua69f]"),
    re.compile("[\u0530-\u058f]"),
    re.compile("[\u13a0-\u13ff\uab70-\uabbf]"),
)
# Cyrillic and Greek letters that look like a Latin one in most fonts.
_TWINS: Final = frozenset("асдеһіјӏкмопԛрѕтуѵԝхьАВЕЅНІЈКМОРСТУХ" + "αικνορτυχΑΒΕΖΗΙΚΜΝΟΡΤΥΧ")


def is_bidi(text: str) -> bool:
    """Tell whether characters turn the direction of the text around."""
    return not text.isascii() and _BIDI.search(text) is not None


def is_hidden(text: str) -> bool:
    """Tell whether the text holds characters that show as nothing."""
    return _HIDDEN.search(text) is not None


def mixes_scripts(text: str) -> bool:
    """Tell whether one word has letters of two scripts that are mistaken for each other."""
    if text.isascii():
        return False
    return any(sum(script.search(word[0]) is not None for script in _SCRIPTS) > 1 for word in _WORD.finditer(text))


def is_lookalike(text: str) -> bool:
    """Tell whether the text is made of twins of Latin letters, though it is written in another script."""
    letters = [letter for letter in text if letter.isalpha()]
    foreign = sum(not letter.isascii() for letter in letters)
    return foreign > 1 and all(letter in _TWINS or letter.isascii() for letter in letters)


def has_styled_letters(text: str) -> bool:
    """Tell whether the text holds Latin letters in another form: wide (ｅｘｅ), mathematical (𝐩𝐚𝐲), circled."""
    if text.isascii():
        return False
    return any(not char.isascii() and char not in _KEPT and _is_latin(char) for char in text)


_KEPT: Final = "ªº"


def _is_latin(char: str) -> bool:
    plain = unicodedata.normalize("NFKC", char)
    return plain.isascii() and plain.isalpha()
