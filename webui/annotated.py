"""OCTETS, SPANS -> HTML: a line with its parts marked that can be explained, and the explanations beside them.

A part names its explanation by a short key; the explanations of a batch of lines stand once each in a <template>,
from which static/js/explain.js takes the one that is asked for.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.safestring import SafeString, mark_safe

from catcher.dialog.explain import Explanation, Span
from catcher.dialog.records import Terminator
from webui import text

_ENDS = {Terminator.CRLF: "CR LF", Terminator.LF: "LF", Terminator.CR: "CR", Terminator.NONE: "no end"}
_UNPRINTED = re.compile(rb"[^ -~]+")
_CONTROLS = {0x00: "␀", 0x09: "␉", 0x1B: "␛", 0x7F: "␡"}


@dataclass(slots=True)
class Glossary:
    """The explanations that a batch of lines needs, by key."""

    entries: dict[str, Explanation] = field(default_factory=dict)
    _keys: dict[Explanation, str] = field(default_factory=dict)

    def key(self, about: Explanation) -> str:
        known = self._keys.get(about)
        if known is None:
            said = "\0".join((about.title, about.text, about.grammar, about.replies, about.advice, about.source))
            known = f"{zlib.crc32(said.encode('utf-8', 'backslashreplace')):x}"
            self._keys[about] = known
            self.entries[known] = about
        return known


@dataclass(frozen=True, slots=True)
class _Piece:
    start: int
    end: int
    about: Explanation | None


def code(data: bytes, lead: int, spans: Sequence[Span], glossary: Glossary, secret: int = -1) -> SafeString:
    """Return a line as HTML: the first `lead` octets bold, each span marked, what lies behind `secret` covered."""
    stop = len(data) if secret < 0 else secret
    pieces = [_html(data, piece, lead, glossary) for piece in _pieces(stop, lead, spans)]
    if secret >= 0:
        about = next((span.about for span in spans if span.start >= secret), None)
        pieces.append(_covered(text.line(data[secret:]), about, glossary))
    return mark_safe("".join(pieces))  # noqa: S308 - text.line escapes every octet


def marked(html: str, about: Explanation | None, glossary: Glossary) -> SafeString:
    """Return HTML as a part that is explained."""
    if about is None:
        return mark_safe(html)  # noqa: S308 - made by text.line or by this module
    return mark_safe(f'<span class="x" data-x="{glossary.key(about)}">{html}</span>')  # noqa: S308


def _pieces(stop: int, lead: int, spans: Sequence[Span]) -> Iterator[_Piece]:
    at = 0
    for span in spans:
        start, end = min(span.start, stop), min(span.end, stop)
        if start < at or start == end:
            continue
        yield from _between(at, start, lead)
        yield _Piece(start, end, span.about)
        at = end
    yield from _between(at, stop, lead)


def _between(start: int, end: int, lead: int) -> Iterator[_Piece]:
    middle = min(max(start, lead), end)
    if start < middle:
        yield _Piece(start, middle, None)
    if middle < end:
        yield _Piece(middle, end, None)


def _html(data: bytes, piece: _Piece, lead: int, glossary: Glossary) -> str:
    html: str = text.line(data[piece.start : piece.end])
    if piece.start < lead:
        html = f"<b>{html}</b>"
    return marked(html, piece.about, glossary)


def _covered(html: str, about: Explanation | None, glossary: Glossary) -> str:
    cover = '<button type="button" class="chip" data-uncover>•••• show</button>'
    return f'<span class="secret">{cover}<span hidden>{marked(html, about, glossary)}</span></span>'


def wire(data: bytes) -> SafeString:
    """Return a line as HTML with every octet visible that is no printable ASCII."""
    pieces: list[str] = []
    start = 0
    for run in _UNPRINTED.finditer(data):
        spelt = "".join(_CONTROLS.get(octet) or f"\\x{octet:02x}" for octet in run[0])
        pieces += [text.line(data[start : run.start()]), f'<span class="esc">{spelt}</span>']
        start = run.end()
    pieces.append(text.line(data[start:]))
    return mark_safe("".join(pieces))  # noqa: S308


def is_plain(data: bytes) -> bool:
    """Tell whether a line looks the same when every octet of it is shown."""
    return data.isascii() and data.decode("ascii").isprintable()


def line_end(terminator: Terminator) -> str:
    """Return what ended a line, as it is shown behind it."""
    return _ENDS[terminator]
