"""Hostile text made visible: what it would do to a terminal or to the reading direction is only shown."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import escape  # what Django's own calls, without the search for lazy texts: lines come by the thousand

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

# C0, DEL, C1; soft hyphen, zero-width and bidi controls, line separators, BOM; lone surrogates.
_UNSEEN = "\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\xad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ud800-\udfff"
_IN_LINE = re.compile(f"[\t\n\r{_UNSEEN}]")
_IN_TEXT = re.compile(f"[\r{_UNSEEN}]")
_LINK = re.compile(r"https?://[^\s<>\"'`{}|\\^\[\]]+", re.IGNORECASE)
_LONGEST_LINK = 2_000
_ASKING = '<a href="{}" data-asks title="{}" target="_blank" rel="noopener noreferrer">{}</a>'


def decode(data: bytes) -> str:
    """Return octets as text: UTF-8 where they are, lone surrogates for the others."""
    return data.decode("utf-8", "surrogateescape")


def line(text: str | bytes) -> SafeString:
    """Return HTML of one line of a dialog, every control character spelt out."""
    return _marked(decode(text) if isinstance(text, bytes) else text, _IN_LINE)


def plain(text: str) -> str:
    """Return one line with its control characters spelt out, for a title or an attribute."""
    return _IN_LINE.sub(lambda found: spelt(found[0]), text)


def block(text: str | bytes) -> SafeString:
    """Return HTML of a text of several lines; tabs and line ends stay, a bare CR is spelt out."""
    return _marked((decode(text) if isinstance(text, bytes) else text).replace("\r\n", "\n"), _IN_TEXT)


def addresses(text: str) -> list[str]:
    """Return the web addresses of a text in their order, as `linked` numbers them."""
    return [url for _, url in _addresses(text.replace("\r\n", "\n"))]


def linked(text: str, address: Callable[[int], str] | None = None) -> SafeString:
    """Return the HTML of `block` with its web addresses made links that tell the other site nothing.

    With `address`, the n-th of them, from 1, leads to `address(n)` instead, which asks before it is opened.
    """
    text = text.replace("\r\n", "\n")
    pieces: list[str] = []
    end = 0
    for number, (start, url) in enumerate(_addresses(text), 1):
        pieces.append(_marked(text[end:start], _IN_TEXT))
        if address is None:
            pieces.append(format_html('<a href="{}" target="_blank" rel="noopener noreferrer">{}</a>', url, url))
        else:
            pieces.append(format_html(_ASKING, address(number), url, url))
        end = start + len(url)
    pieces.append(_marked(text[end:], _IN_TEXT))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above


def _addresses(text: str) -> Iterator[tuple[int, str]]:
    for match in _LINK.finditer(text):
        url = _trimmed(match[0])
        if len(url) <= _LONGEST_LINK and not _IN_LINE.search(url):
            yield match.start(), url


def _trimmed(url: str) -> str:
    """Return an address without the punctuation of the sentence around it."""
    url = url.rstrip(".,;:!?*_")
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(".,;:!?*_")
    return url


def _marked(text: str, pattern: re.Pattern[str]) -> SafeString:
    if not pattern.search(text):
        return mark_safe(escape(text))  # noqa: S308
    pieces: list[str] = []
    end = 0
    for match in pattern.finditer(text):
        pieces.append(escape(text[end : match.start()]))
        pieces.append(f'<span class="esc">{spelt(match[0])}</span>')
        end = match.end()
    pieces.append(escape(text[end:]))
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above


def spelt(character: str) -> str:
    r"""Return `\x1b` for a character of one octet or an octet that is not UTF-8, `\u202e` for others."""
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
