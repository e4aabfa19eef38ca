"""The exact bytes of a message, and the source of its HTML: numbered, a window at a time, searched on the server."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render

from catcher.mime.outline import Node, outline
from webui.message import stored
from webui.message.highlight import Highlighter
from webui.message.window import Hits, Source
from webui.views import errors
from webui.views.downloads import attachment
from webui.views.methods import read

KINDS = ("source", "html-source")
EXCERPT_LINES = 200
EXCERPT_LIMIT = 64_000


def page_octets(page: Node) -> bytes:
    """Return the HTML of a mail as it was meant, in UTF-8: the charset is undone, nothing else."""
    return page.text().encode()


def context(request: HttpRequest, public_id: str, kind: str, content: bytes) -> dict[str, Any]:
    """Return a window of the source: that of `line`, of the `hit`-th place where `find` stands, or of `page`."""
    source = Source(content, Highlighter(content) if kind == "html-source" else None)
    wanted = request.GET.get("find", "")
    found: dict[str, Any] = {"public_id": public_id, "kind": kind, "wanted": wanted}
    found |= {"size": len(content), "lines": source.lines}
    if not wanted:
        line = _number(request, "line")
        page = source.page_of_line(line) if line else _number(request, "page") or 1
        return found | {"window": source.window(page), "here": line}
    hits = Hits(content, wanted)
    if not hits.starts:
        return found | {"window": source.window(1), "hits": 0}
    if paging := _number(request, "page"):
        return found | {"window": source.window(paging, hits), "hits": len(hits.starts)}
    hit = min(max(1, _number(request, "hit") or 1), len(hits.starts)) - 1
    place = hits.starts[hit]
    count = len(hits.starts)
    return found | {
        "window": source.window(source.page_of(place), hits, place),
        "hits": count,
        "are_cut": hits.are_cut,
        "hit": hit + 1,
        "next": (hit + 1) % count + 1,
        "previous": (hit - 1) % count + 1,
    }


def _number(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0


@read
def window(request: HttpRequest, public_id: str, kind: str) -> HttpResponseBase:
    """Return rows alone: those of the next page, or with `find` the ones around a hit and what is said of it."""
    content = stored.content(public_id)
    if content is not None and kind == "html-source":
        page = outline(content).html
        content = page_octets(page) if page else None
    if content is None:
        return errors.not_found(request)
    found = context(request, public_id, kind, content)
    partial = "rows" if _number(request, "page") else "found"
    return render(request, f"message/source.html#{partial}", found)


@read
def excerpt(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the first lines of the source, for the dialog that carried it."""
    found = stored.find(public_id)
    if found is None:
        return errors.not_found(request)
    content = found.raw()[:EXCERPT_LIMIT]
    kept = b"".join(content.splitlines(keepends=True)[:EXCERPT_LINES])
    cut = len(kept) < found.size
    return render(request, "dialog.html#excerpt", {"message": found, "source": kept, "cut": cut})


@read
def eml(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the exact bytes as an .eml file."""
    content = stored.content(public_id)
    return errors.not_found(request) if content is None else attachment(content, f"{public_id}.eml")
