"""Links of a message, from its HTML and its text: where they lead, what they say, whether a reader sees them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from html import unescape
from typing import Final
from urllib.parse import urlsplit

from catcher.extract.purposes import Purpose, purpose
from catcher.mime.html_rules import names

MAX_LINKS: Final = 500
MAX_HTML: Final = 2 * 1024 * 1024  # characters
MAX_TEXT: Final = 1024 * 1024
MAX_URL: Final = 4_000
_MAX_LABEL: Final = 200

# A tag's attributes are looked at behind it, in a piece of their own: no pattern here looks twice at one place.
_TAG = re.compile(
    r"<!--.*?(?:-->|\Z)"
    r"|<(?P<skipped>script|style|title|template|noscript)(?=[\s/>]).*?(?:</(?P=skipped)|\Z)"
    r"|<(?P<close>/?)(?P<name>[a-z][a-z0-9]*+)(?P<attributes>(?:[^\"'>]|\"[^\"]*+\"|'[^']*+')*+)>?",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE = re.compile(r"([a-z][a-z-]*+)(?:\s*+=\s*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\s\"'>]++)))?", re.IGNORECASE)
_HIDING = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all|(?<![-\w])opacity\s*:\s*0(?![.\d]*[1-9])"
    r"|font-size\s*:\s*0(?![.\d]*[1-9])|max-height\s*:\s*0(?![.\d]*[1-9])",
    re.IGNORECASE,
)
_VOID: Final = names("area base br col embed hr img input link meta source track wbr")
_LOOKED_AT: Final = names("a area img")
_MAY_HIDE = re.compile("hidden|style", re.IGNORECASE)
_DEEPEST: Final = 1_000
_SCHEME = re.compile(r"(https?|mailto|tel|sms|[a-z][a-z0-9+.-]{1,30}):", re.IGNORECASE)
_NEVER: Final = frozenset(("javascript", "data", "vbscript", "cid", "about", "blob"))
_BARE = re.compile(r"(?<![\w/@])(?:https?://|www\.)[^\s<>\"'`\u00a0\u3000-\u303f\uff00-\uffef]+", re.IGNORECASE)
_TRAILING: Final = ".,;:!?…*_~|"
_PAIRS: Final = {")": "(", "]": "[", "}": "{"}


@dataclass(frozen=True, slots=True)
class Link:
    """A link: the address as it is sent, what is written on it, and where it stands (`html` or `text`).

    `hidden` means that the HTML hides it from readers; `purpose` is what a click on it seems to be for.
    """

    url: str
    label: str
    source: str
    hidden: bool = False
    purpose: Purpose | None = None

    @property
    def host(self) -> str:
        try:
            return urlsplit(self.url).hostname or ""
        except ValueError:
            return ""

    @property
    def is_web(self) -> bool:
        return self.url[:8].lower().startswith(("http://", "https://"))


def find_links(html: str, text: str) -> list[Link]:
    """Return the links of both, in their order and each address once, at most 500; those of the HTML come first."""
    found: dict[str, Link] = {}
    for link in (*_Page().links(html[:MAX_HTML]), *_in_text(text[:MAX_TEXT])):
        known = found.get(link.url)
        if known is None:
            if len(found) < MAX_LINKS:
                found[link.url] = link
        elif (known.hidden and not link.hidden) or (not known.label and link.label):
            found[link.url] = replace(
                known,
                hidden=known.hidden and link.hidden,
                label=known.label or link.label,
                purpose=known.purpose or link.purpose,
            )
    return list(found.values())


def attributes(written: str) -> dict[str, str]:
    """Return a tag's attributes, names in lower case, references resolved; of two with one name the first."""
    found: dict[str, str] = {}
    for match in _ATTRIBUTE.finditer(written):
        found.setdefault(match[1].lower(), unescape(next((value for value in match.groups()[1:] if value), "")))
    return found


def hides(found: dict[str, str]) -> bool:
    """Tell whether an element with these attributes is not shown, by itself."""
    return "hidden" in found or _HIDING.search(found.get("style", "")) is not None


class _Page:
    """One pass over HTML; open are the link that is being read and the elements within one that hides."""

    def __init__(self) -> None:
        self._open: tuple[str, bool] | None = None
        self._words: list[str] = []
        self._hidden: list[str] = []

    def links(self, html: str) -> Iterator[Link]:
        end = count = 0
        for tag in _TAG.finditer(html):
            if self._open:
                self._words.append(html[end : tag.start()])
            end = tag.end()
            name = (tag["name"] or "").lower()
            link = self._end(name) if tag["close"] else self._start(name, tag["attributes"] or "")
            if link:
                yield link
                count += 1
            if count >= 4 * MAX_LINKS:
                return
        self._words.append(html[end : end + _MAX_LABEL])
        if link := self._take():
            yield link

    def _start(self, name: str, written: str) -> Link | None:
        found = attributes(written) if name in _LOOKED_AT or _MAY_HIDE.search(written) else {}
        hidden = hides(found)
        if name not in _VOID and (hidden or self._hidden) and len(self._hidden) < _DEEPEST:
            self._hidden.append(name)
        if name == "img" and self._open:
            self._words.append(found.get("alt", ""))
        url = _usable(found.get("href", "")) if name in {"a", "area"} else ""
        if not url:
            return None
        before = self._take()
        self._open = (url, hidden or bool(self._hidden))
        if name == "area":
            self._words = [found.get("alt", "")]
            return self._take()
        return before

    def _end(self, name: str) -> Link | None:
        if name in self._hidden[-20:]:
            while self._hidden.pop() != name:
                pass
        return self._take() if name == "a" else None

    def _take(self) -> Link | None:
        opened, words = self._open, " ".join(self._words)
        self._open, self._words = None, []
        if opened is None:
            return None
        url, hidden = opened
        label = " ".join(unescape(words[: 10 * _MAX_LABEL]).split())[:_MAX_LABEL]
        return Link(url, label, "html", hidden, purpose(label, url))


def _usable(href: str) -> str:
    """Return an address that a click would open, without the blanks around; empty for anchors and scripts."""
    url = re.sub(r"[\t\r\n]", "", href.strip())[: MAX_URL + 1]
    if url.startswith("//"):
        url = "https:" + url
    scheme = _SCHEME.match(url)
    return url if scheme and scheme[1].lower() not in _NEVER and len(url) <= MAX_URL else ""


def _in_text(text: str) -> Iterator[Link]:
    end = 0
    for number, match in enumerate(_BARE.finditer(text)):
        if number >= 4 * MAX_LINKS:
            return
        url = _without_trailing(match[0][: MAX_URL + 1])
        line = text[max(text.rfind("\n", 0, match.start()) + 1, end, match.start() - _MAX_LABEL) : match.start()]
        end = match.end()
        if len(url) <= MAX_URL and len(url) > len("https://"):
            url = url if "://" in url[:8] else "http://" + url
            yield Link(url, "", "text", False, purpose(" ".join(line.split()), url))


def _without_trailing(url: str) -> str:
    """Drop what belongs to the sentence: stops, and a closing bracket that was not opened within."""
    while url:
        last = url[-1]
        if last in _TRAILING or (last in _PAIRS and url.count(last) > url.count(_PAIRS[last])):
            url = url[:-1]
        else:
            break
    return url
