"""One-time codes in a message: what looks like one, weighed by the words around it."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final
from unicodedata import normalize

from catcher.extract.vocabulary import MONEY, UNIT, UNSPACED, Kind, Mention, mentions

MAX_TEXT: Final = 100_000  # characters that are looked at
MAX_CODES: Final = 10
MAX_CANDIDATES: Final = 1_000
# Of 100: what is more likely a code than not.
ENOUGH: Final = 50

_BEFORE: Final = 120  # characters of the line in which words count
_BEHIND: Final = 80
_ABOVE: Final = 240  # and of the lines above, where the code has a line of its own
_CONTEXT: Final = 40

_LETTER: Final = rf"[^\W{UNSPACED}]"
_CANDIDATE = re.compile(
    rf"""
    (?<!{_LETTER}) (?<![/@#=&?%+.-]) (?:
      (?P<group>   [0-9]{{2,4}} (?: [ \u2011\u2013-] [0-9]{{2,4}} ){{1,3}} )
    | (?P<apart>   [0-9] (?: [ ][0-9] ){{3,7}} )
    | (?P<digits>  [0-9]{{4,8}} )
    | (?P<dashed>  [A-Z0-9]{{1,6}} (?: -[A-Z0-9]{{3,8}} ){{1,4}} )
    | (?P<letters> (?=[A-Z]*[0-9])[A-Z0-9]{{5,10}} | (?=[a-z]*[0-9])(?=[0-9]*[a-z])[a-z0-9]{{5,10}} | [A-Z]{{5,8}} )
    ) (?! {_LETTER} | [/@=&%] | [.,:-]{_LETTER} )
    """,
    re.VERBOSE,
)
# What stands in an address is a link's, not a reader's to type in.
_ADDRESS = re.compile(r"\b(?:https?://|www\.|mailto:)\S+", re.IGNORECASE)
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_SAYS: Final = "is|ist|est|es|è|é|jest|är|er|on"
_INTRODUCED = re.compile(rf"(?:[:=»>–—-]|(?<!\w)(?:{_SAYS}|це|это)|[为為是は])[\s*_`\"'“”«»()\[\]<>]*\Z", re.IGNORECASE)
_FOLLOWED = re.compile(rf"[\s*_`\"'“”«»)\]]*(?:{_SAYS}|as|als|to|in order)(?!\w)", re.IGNORECASE)
_TYPED = re.compile(r"(?<!\w)(?:enter|type|use|typing|entering|tippen sie|saisissez|introduce|digite)\W{1,3}\Z", re.I)
_DECORATION: Final = " \t\u00a0*_`\"'“”«»()[]<>|.:,!-–—#"
_MONTH = re.compile(
    r"(?<!\w)(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mär|mai|okt|dez|fév|avr|juin|juil|aoû|déc|ene|abr|ago|dic)"
    r"[a-zéû]*\.?,?\s*(?:[0-9]{1,2}(?:st|nd|rd|th)?,?\s*)?\Z",
    re.IGNORECASE,
)
_USEFUL: Final = frozenset((Kind.STRONG, Kind.PLAIN, Kind.PURPOSE))
_WORTH: Final = {Kind.STRONG: 55, Kind.PLAIN: 38}


@dataclass(frozen=True, slots=True)
class Code:
    """A likely code: `value` as it is typed in, `score` of 100, and the words around it as they stand."""

    value: str
    score: int
    context: str


def find_codes(*texts: str) -> list[Code]:
    """Return the codes of a message's subject and visible texts, the likeliest first, at most ten.

    A code that stands in several of the texts is told once, with the highest of its scores.
    """
    found: dict[str, Code] = {}
    for text in texts:
        for code in _Reader(_ADDRESS.sub(" ", normalize("NFKC", text[:MAX_TEXT]))).codes():
            if code.value not in found or found[code.value].score < code.score:
                found[code.value] = code
    return sorted(found.values(), key=lambda code: -code.score)[:MAX_CODES]


class _Reader:
    """One text, with the places of the words that say what a figure near them is."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._mentions = mentions(text)
        self._starts = [mention.start for mention in self._mentions]

    def codes(self) -> Iterator[Code]:
        if all(mention.kind not in _USEFUL for mention in self._mentions):
            return
        for number, match in enumerate(_CANDIDATE.finditer(self._text)):
            if number == MAX_CANDIDATES:
                return
            score = self._score(match)
            if score >= ENOUGH:
                yield Code(_value(match), min(score, 100), self._context(match))

    def _score(self, match: re.Match[str]) -> int:
        text, start, end = self._text, match.start(), match.end()
        line = max(text.rfind("\n", max(0, start - _BEFORE), start) + 1, start - _BEFORE, 0)
        stop = text.find("\n", end, end + _BEHIND)
        stop = min(end + _BEHIND, len(text)) if stop < 0 else stop
        before, behind = text[line:start], text[end:stop]
        words = self._said(before, start, behind, stop)
        alone = not before.strip(_DECORATION) and not behind.strip(_DECORATION)
        return _shape(match, alone) + words - self._against(match, before, behind)

    def _said(self, before: str, start: int, behind: str, stop: int) -> int:
        """Return what the words around speak for: those nearest count most."""
        earlier = self._between(start - len(before), start)
        later = self._between(start + 1, stop)
        near = _nearest(earlier, start)
        if _INTRODUCED.search(before):
            near += 15 if near else 0
        elif not near and _TYPED.search(before):
            near = 25 if _has(earlier, Kind.PURPOSE) or _has(later, Kind.PURPOSE) else 0
        above: Sequence[Mention] = ()
        if len(before.strip(_DECORATION)) < 3:
            # A code on a line of its own is introduced by the text above it.
            above = self._between(self._two_lines_up(start - len(before)), start - len(before))
            near = near or max(_nearest(above, above[-1].end if above else 0) - 5, 0)
        near = max(near, _following(later, stop - len(behind), behind))
        purpose = any(_has(group, Kind.PURPOSE) for group in (earlier, later, above))
        return near + (15 if near and purpose else 10 if purpose else 0)

    def _two_lines_up(self, line: int) -> int:
        """Return where the last two lines with words above a line begin."""
        limit, at, seen = max(0, line - _ABOVE), line, 0
        while at > limit and seen < 2:
            above = max(self._text.rfind("\n", limit, at - 1) + 1, limit)
            seen += bool(self._text[above:at].strip())
            at = above
        return at

    def _between(self, start: int, end: int) -> Sequence[Mention]:
        return self._mentions[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _against(self, match: re.Match[str], before: str, behind: str) -> int:
        """Return what speaks against a code: a year, a price, an amount, a telephone or an order number."""
        against = 20 if match["digits"] and _YEAR.fullmatch(match[0]) else 0
        if MONEY.search(before[-6:]) or MONEY.match(behind.lstrip()[:4]):
            against += 60
        if UNIT.match(behind):
            against += 40
        if _MONTH.search(before[-20:]):
            against += 40
        return against + self._named_otherwise(match.start())

    def _named_otherwise(self, start: int) -> int:
        """Return a lot where the last words before it name the figure as something else."""
        for mention in reversed(self._between(start - 45, start)):
            if mention.kind in _WORTH:
                return 0
            if mention.kind is Kind.OTHER:
                return 60 if start - mention.end <= 12 else 20
        return 0

    def _context(self, match: re.Match[str]) -> str:
        return " ".join(self._text[max(0, match.start() - _CONTEXT) : match.end() + _CONTEXT].split())


def _value(match: re.Match[str]) -> str:
    value = match[0].replace("\u2011", "-").replace("\u2013", "-")
    return value if match["dashed"] else re.sub(r"\s", "", value)


def _shape(match: re.Match[str], alone: bool) -> int:
    digits = sum(char.isdigit() for char in match[0])
    score = 20 if alone else 0
    if match["digits"]:
        return score + (15 if digits == 6 else 10 if digits in {4, 5, 8} else 5)
    if match["group"]:
        return score + (15 if digits == 6 else 5 if digits in {4, 8, 9} else -20)
    if match["apart"]:
        return score + 15
    # A word in capitals is a word until something says that it is a code.
    return score + (5 if digits or match["dashed"] else -15)


def _nearest(before: Sequence[Mention], start: int) -> int:
    """Return what the last word for a code before it is worth, less the farther it stands."""
    return max(
        (_WORTH[each.kind] - max(0, start - each.end - 15) // 4 for each in before if each.kind in _WORTH), default=0
    )


def _following(later: Sequence[Mention], end: int, behind: str) -> int:
    """Return what is worth a word for a code behind it: "123456 is your code"."""
    says = _FOLLOWED.match(behind) is not None
    for mention in later:
        if mention.kind is Kind.STRONG and (says or mention.start - end < 25):
            return 50
        if mention.kind is Kind.PLAIN and says and mention.start - end < 40:
            return 35
    return 0


def _has(found: Sequence[Mention], kind: Kind) -> bool:
    return any(mention.kind is kind for mention in found)
