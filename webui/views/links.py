"""The page that asks before a link of a mail is opened: where it leads, and what may deceive. It never redirects.

A link is named by its number in a stored message, so that nobody can send people here with a link of their own.
"""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from webui import text
from webui.message import stored
from webui.message.links import Link
from webui.message.plain import text_of
from webui.message.preview import Options, preview
from webui.views import errors
from webui.views.methods import Request, read
from webui.views.tabs import TEXT_LIMIT


@read
def link(request: Request, public_id: str, number: int) -> HttpResponseBase:
    """Ask about a link of the HTML, or of that of the message in part `at`."""
    path = request.GET.get("at", "")
    opened = stored.opened(public_id, path)
    page = opened.html if opened else None
    if opened is None or page is None:
        return errors.not_found(request)
    return _ask(request, public_id, number, preview(public_id, path, opened, page, Options()).links)


@read
def text_link(request: Request, public_id: str, number: int) -> HttpResponseBase:
    """Ask about an address in the text."""
    opened = stored.opened(public_id)
    if opened is None:
        return errors.not_found(request)
    urls = text.addresses(text_of(opened)[:TEXT_LIMIT])
    return _ask(request, public_id, number, [Link(at, url, url) for at, url in enumerate(urls, 1)])


def _ask(request: Request, public_id: str, number: int, links: list[Link]) -> HttpResponseBase:
    if not 0 < number <= len(links):
        return errors.not_found(request)
    found = links[number - 1]
    template = "message/link.html#ask" if request.htmx else "message/link.html"
    return render(request, template, {"link": found, "target": found.target, "public_id": public_id})
