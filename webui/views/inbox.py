"""The inbox: the list of messages, beside it the reading pane."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from catcher import actions, bulk
from catcher.models import Message
from webui.views import connect, listing
from webui.views.methods import Request, nothing, read, write

EMPTY_PANE = "inbox.html#nothing"


def full(request: Request, pane: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the whole page with `pane` on its right."""
    page = listing.page(Message.objects.all())
    context = {"page": page, "pane": pane, "cursor": page.newest, "section": "inbox", **context}
    if not page.rows:
        context |= connect.guide(request)
    return render(request, "inbox.html", context, status=status)


@read
def inbox(request: Request) -> HttpResponseBase:
    if request.htmx.target == "pane":
        return render(request, EMPTY_PANE)
    return full(request, EMPTY_PANE, {})


@read
def rows(request: Request) -> HttpResponseBase:
    """Return rows by cursor: `before` for the next page down, `after` for what has arrived."""
    before, after = listing.number(request, "before"), listing.number(request, "after")
    page = listing.page(Message.objects.all(), before, after)
    response = render(request, "inbox.html#rows", {"page": page, "arrived": after is not None})
    response["X-More"] = "1" if page.more else "0"
    return response


@read
def refresh(request: Request) -> HttpResponseBase:
    """Return the named rows as they are now; one that is missing is gone."""
    found = Message.objects.filter(public_id__in=listing.named(request)).order_by("-pk")
    return render(request, "inbox.html#rows", {"page": listing.Page(list(found), False), "arrived": True})


@write
def read_all(request: Request) -> HttpResponseBase:
    bulk.set_read(None, True)
    return nothing('{"sandpost:refresh": {}}') if request.htmx else redirect("inbox")


@write
def delete_all(request: Request) -> HttpResponseBase:
    actions.delete_messages(None)
    if not request.htmx:
        return redirect("inbox")
    response = nothing()
    response["HX-Redirect"] = "/"
    return response
