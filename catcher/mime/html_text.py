"""HTML -> the text a reader sees, in one linear pass and without building a tree."""

import re
from html import unescape
from typing import Final

from catcher.mime.charsets import clean
from catcher.mime.html_rules import names

MAX_HTML: Final = 5 * 1024 * 1024  # characters

_TOKEN = re.compile(
    r"""<!--.*?(?:-->|\Z)
    | <(?P<hidden>script|style|title|template|noscript|svg|math|object|iframe|select)(?=[\s/>])
      .*?(?:</(?P=hidden)|\Z)
    | </?(?P<tag>[a-z][^\s/>]*+)(?:[^"'>]|"[^"]*+"|'[^']*+')*+>?
    | <[!?/][^>]*+>?""",
    re.VERBOSE | re.DOTALL | re.IGNORECASE,
)
# Digits are bounded because int() of thousands of them raises.
_REFERENCE = re.compile(r"&(?:\#[0-9]{1,8}|\#[xX][0-9a-fA-F]{1,8}|[a-zA-Z][a-zA-Z0-9]{1,31});?")
_BLANKS = re.compile(r"\s++")
_LINES: Final = names(
    """
    address article aside blockquote body br caption center dd details dir div dl dt figcaption figure
    footer form h1 h2 h3 h4 h5 h6 header hr html li main menu nav ol pre section summary table tbody
    tfoot thead tr ul
    """
)
_PARAGRAPHS: Final = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6"))
_CELLS: Final = frozenset(("td", "th"))


def to_text(html: str) -> str:
    """Return the visible text of HTML: a line per block, blank lines around paragraphs; at most 5 MiB."""
    html = html[:MAX_HTML]
    pieces: list[str] = []
    end = 0
    for found in _TOKEN.finditer(html):
        pieces.append(_plain(html[end : found.start()]))
        pieces.append(_break(found["tag"]))
        end = found.end()
        if found["hidden"]:
            # The end tag's own ">" may follow after blanks.
            end = (html.find(">", end) + 1) or len(html)
    pieces.append(_plain(html[end:]))
    return _tidy("".join(pieces))


def _plain(text: str) -> str:
    if "&" in text:
        text = _REFERENCE.sub(lambda found: unescape(found[0]), text)
    return _BLANKS.sub(" ", text)


def _break(tag: str | None) -> str:
    name = tag.lower() if tag else ""
    if name in _PARAGRAPHS:
        return "\n\n"
    if name in _LINES:
        return "\n"
    return " " if name in _CELLS else ""


def _tidy(text: str) -> str:
    lines: list[str] = []
    for line in text.split("\n"):
        words = " ".join(line.split())
        if words or (lines and lines[-1]):
            lines.append(words)
    return clean("\n".join(lines)).strip()
