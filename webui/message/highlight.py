"""The source of a page -> coloured HTML, a stretch at a time: tags, attributes, values, entities, comments, styles."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_right
from html import escape

from django.utils.safestring import SafeString, mark_safe

from webui import text

# Linear: every alternative starts with its own character and gives nothing back.
_TOKEN = re.compile(
    rb"""(?P<comment><!--.*?(?:-->|\Z))
    | (?P<doctype><[!?][^>]*+>?)
    | (?P<open></?[a-zA-Z][^\s/>]*+)
    | (?P<entity>&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?)""",
    re.VERBOSE | re.DOTALL,
)
_INSIDE = re.compile(
    rb"""(?P<close>/?>)
    | =\s*+(?P<value>"[^"]*+"?|'[^']*+'?|[^\s"'>]++)
    | (?P<name>[^\s=>/"']++)""",
    re.VERBOSE,
)
_CSS = re.compile(
    rb"""(?P<comment>/\*.*?(?:\*/|\Z))
    | (?P<rule>@[a-zA-Z-]++)
    | (?P<value>"[^"\n]*+"?|'[^'\n]*+'?|\#[0-9a-fA-F]{3,8}\b)
    | (?P<name>[a-zA-Z-]++(?=\s*+:))""",
    re.VERBOSE | re.DOTALL,
)
_RAW = re.compile(rb"</(?:style|script)\b", re.IGNORECASE)
_KINDS = ("", "comment", "doctype", "open", "close", "value", "name", "entity", "rule")


class Highlighter:
    """Tokens of one page of HTML, found in a single pass as far as they are needed; paints any stretch of it."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self._starts, self._ends, self._kinds = array("Q"), array("Q"), array("B")
        self._read = 0  # how far

    def __call__(self, start: int, end: int) -> SafeString:
        self._read_to(end)
        pieces: list[str] = []
        at = max(0, bisect_right(self._starts, start) - 1)
        while at < len(self._starts) and self._starts[at] < end:
            first, last = max(self._starts[at], start), min(self._ends[at], end)
            if first < last:
                pieces.append(_seen(self._content[start:first]))
                pieces.append(f'<span class="h-{_KINDS[self._kinds[at]]}">{_seen(self._content[first:last])}</span>')
                start = last
            at += 1
        pieces.append(_seen(self._content[start:end]))
        return mark_safe("".join(pieces))  # noqa: S308 - _seen escapes every piece

    def _add(self, start: int, end: int, kind: str) -> None:
        self._starts.append(start)
        self._ends.append(end)
        self._kinds.append(_KINDS.index(kind))

    def _read_to(self, end: int) -> None:
        while self._read < end:
            found = _TOKEN.search(self._content, self._read)
            if found is None:
                self._read = len(self._content)
                return
            kind = str(found.lastgroup)
            self._add(found.start(), found.end(), kind)
            self._read = self._tag(found) if kind == "open" else found.end()

    def _tag(self, opening: re.Match[bytes]) -> int:
        """Read a tag to its end, and what it holds where that is no markup; return where to go on."""
        at = opening.end()
        while (found := _INSIDE.search(self._content, at)) is not None:
            kind = str(found.lastgroup)
            self._add(*found.span(kind), kind)
            at = found.end()
            if kind == "close":
                break
        name = opening[0][1:].lower()
        return self._raw(at, name) if name in (b"style", b"script") else at

    def _raw(self, start: int, name: bytes) -> int:
        found = _RAW.search(self._content, start)
        end = found.start() if found else len(self._content)
        if name == b"style":
            for token in _CSS.finditer(self._content, start, end):
                self._add(token.start(), token.end(), str(token.lastgroup))
        return end


def _seen(octets: bytes) -> str:
    """Return the HTML of a piece; most are a few plain letters, which need no looking for what is not seen."""
    plain = octets.decode("ascii") if octets.isascii() else ""
    return escape(plain) if plain.isprintable() and plain else text.block(octets)
