"""A mail's HTML as the frame shows it: cleaned, its pictures put in, its links led, in one scheme of colours."""

from __future__ import annotations

import base64
import re
import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse

from catcher.mime import html
from catcher.mime.outline import Node, Outline
from webui.message.links import Link, lead

# SVG is missing on purpose: it is a document, not only a picture.
IMAGES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp", "image/avif", "image/bmp"})
LARGEST_IMAGE = 8_000_000
LARGEST_SUM = 24_000_000
KEPT = 4  # previews: the page that counts what is blocked, and the frame beside it, ask for the same one
LARGEST_KEPT = 2_000_000  # characters

_STYLE = re.compile(r"<style[ >].*?</style>", re.DOTALL)
_SCHEME = re.compile(r"\(\s*+prefers-color-scheme\s*+:\s*+(light|dark)\s*+\)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Options:
    """How a mail is shown: with what lies on other servers, with pictures at all, on a dark ground."""

    remote: bool = False
    images: bool = True
    dark: bool = False

    @classmethod
    def asked(cls, query: QueryDict, allowed: bool) -> Options:
        """Read `remote=1`, `images=0` and `scheme=dark`; `allowed` senders need not be asked for."""
        images = query.get("images") != "0"
        return cls((allowed or query.get("remote") == "1") and images, images, query.get("scheme") == "dark")


@dataclass(frozen=True, slots=True)
class Preview:
    html: str
    links: list[Link]
    remote_count: int


_kept: OrderedDict[tuple[str, str, bool, bool], Preview] = OrderedDict()
_preparing = threading.Lock()


def preview(public_id: str, path: str, opened: Outline, page: Node, options: Options) -> Preview:
    """Return the page of a message, or of the one enclosed in the part `path`.

    A message never changes, so that the last few are kept.
    """
    key = (public_id, path, options.remote, options.images)
    found = _kept.get(key)
    if found is not None:
        return found
    # The page and its frame ask at the same time: whoever comes second waits, and finds it done.
    with _preparing:
        found = _kept.get(key) or _prepared(public_id, path, opened, page, options)
        if len(found.html) <= LARGEST_KEPT:
            _kept[key] = found
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return found


def _prepared(public_id: str, path: str, opened: Outline, page: Node, options: Options) -> Preview:
    shown = html.prepare(page.text(), cid_url=embedder(opened, page), remote=options.remote, images=options.images)
    # One reverse for all: a mail may have thousands of links.
    base = reverse("message-link", args=[public_id, 0]).removesuffix("0/")
    end = f"?{urlencode({'at': path})}" if path else ""
    led, links = lead(shown.html, lambda number: f"{base}{number}/{end}")
    return Preview(led, links, shown.remote_count)


def in_scheme(content: str, dark: bool) -> str:
    """Answer a mail's own question for the scheme of colours: the frame has no origin, and browsers tell such a frame
    what the reader's system prefers, whatever the page around it asks for.
    """

    def answer(found: re.Match[str]) -> str:
        return "(min-width:0)" if (found[1].lower() == "dark") == dark else "(max-width:0)"

    return _STYLE.sub(lambda style: _SCHEME.sub(answer, style[0]), content)


def embedder(opened: Outline, page: Node) -> Callable[[str], str | None]:
    """Return the function that maps a Content-ID to a data: URL, as long as the page stays of a sane size.

    A document without an origin has no `'self'` to load the mail's own pictures from.
    """
    urls: dict[str, str | None] = {}
    left = LARGEST_SUM

    def url(content_id: str) -> str | None:
        nonlocal left
        part = opened.by_content_id(content_id, page)
        if part is None or part.content_type not in IMAGES:
            return None
        if part.path not in urls:
            fits = part.encoded_size <= min(LARGEST_IMAGE, left) * 2 and part.decoded_size <= min(LARGEST_IMAGE, left)
            left -= part.decoded_size if fits else 0
            urls[part.path] = _data_url(part) if fits else None
        return urls[part.path]

    return url


def _data_url(part: Node) -> str:
    return f"data:{part.content_type};base64,{base64.b64encode(part.decoded).decode('ascii')}"
