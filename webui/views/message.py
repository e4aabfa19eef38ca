"""One message: where it came from and who was to get it, then its tabs."""

from __future__ import annotations

import json

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from catcher import actions, bulk
from webui.message.envelope import Envelope
from webui.message.stored import find
from webui.messages.shown import wanted
from webui.views import errors, inbox, tabs
from webui.views.methods import Request, nothing, read, write
from webui.views.tabs import Shown


def gone(request: Request) -> HttpResponse:
    """Return a calm pane beside the list, because a message may be deleted while someone looks."""
    if request.htmx:
        return render(request, "gone.html", {"what": "message"})
    return inbox.full(request, "gone.html", {"what": "message"}, status=404)


def is_prefetch(request: Request) -> bool:
    return "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))


@read
def message(request: Request, public_id: str, tab: str = "") -> HttpResponseBase:
    """Show a message, which marks it as read, or one of its tabs alone, which does not."""
    found = find(public_id)
    if found is None:
        return gone(request)
    context = tabs.context(Shown(request, found, found.raw()), tab) | {"highlights": wanted(request.GET.get("q", ""))}
    if request.htmx and request.htmx.target == "tabs":
        return render(request, "message.html#tabs", context)
    if request.method == "GET" and not found.read and not is_prefetch(request):
        bulk.set_read([public_id], True, undoable=False)
        found.read = True
    if request.htmx:
        return render(request, "message.html#pane", context)
    return inbox.full(request, "message.html#pane", context)


@read
def header(request: Request, public_id: str) -> HttpResponseBase:
    """Return the head of the pane as it is now, for a page that hears of a change; marks nothing."""
    found = find(public_id)
    if found is None:
        return nothing()
    return render(request, "message.html#header", tabs.head(found, Envelope(found)))


@read
def found_in(request: Request, public_id: str) -> HttpResponseBase:
    """Return codes and links of a large message, which takes longer than its page should."""
    found = find(public_id)
    if found is None:
        return nothing()
    context = {"message": found, "extracted": Shown(request, found, found.raw()).extracted}
    return render(request, "message/extracted.html", context)


@read
def strip(request: Request, public_id: str) -> HttpResponseBase:
    """Return what the page of a large message wants to load and where it leads, which takes longer to find out."""
    found = find(public_id)
    shown = Shown(request, found, found.raw()) if found else None
    if shown is None or shown.page is None:
        return errors.not_found(request)
    return render(request, "message/html.html#strip", tabs.strip(shown) | {"message": found})


@write
def set_read(request: Request, public_id: str, value: bool) -> HttpResponseBase:
    bulk.set_read([public_id], value, undoable=False)
    if not request.htmx:
        return redirect("inbox")
    return nothing(json.dumps({"sandpost:changed": {"ids": [public_id]}}))


@write
def delete(request: Request, public_id: str) -> HttpResponseBase:
    done = bulk.discard([public_id])
    if not request.htmx:
        return redirect("inbox")
    said = {"count": done.count, "text": "Deleted", "undo": done.undo}
    return nothing(json.dumps({"sandpost:deleted": {"ids": [public_id]}, "sandpost:done": said}))


@write
def allow_remote(request: Request, public_id: str, value: bool) -> HttpResponseBase:
    """Let all mail of this message's sender load what lies on other servers, or no longer."""
    found = find(public_id)
    if found is None:
        return gone(request)
    actions.allow_remote(found.sender_address, value)
    if not request.htmx:
        return redirect("message-html", public_id)
    return render(request, "message.html#tabs", tabs.context(Shown(request, found, found.raw()), "html"))
