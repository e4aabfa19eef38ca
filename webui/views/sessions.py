"""The sessions: every connection, with what came of it, beside its dialog."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from catcher import actions
from catcher.models import Session
from webui.views import listing
from webui.views.methods import Request, nothing, read, write

EMPTY_PANE = "sessions.html#nothing"
FILTERS = ("all", "failed", "live")


def shown(request: Request) -> str:
    name = request.GET.get("show", "all")
    return name if name in FILTERS else "all"


def chosen(show: str) -> QuerySet[Session]:
    if show == "failed":
        return Session.objects.failed()
    return Session.objects.live() if show == "live" else Session.objects.all()


def full(request: Request, pane: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the whole page with `pane` on its right."""
    show = shown(request)
    page = listing.page(chosen(show))
    # Under a filter, sessions newer than the first row shown may exist: the cursor counts them as seen.
    newest = Session.objects.order_by("-pk").values_list("pk", flat=True)
    cursor = page.newest if show == "all" else newest.first() or 0
    base = {"page": page, "pane": pane, "cursor": cursor, "show": show}
    base |= {"filters": FILTERS, "section": "sessions"}
    return render(request, "sessions.html", base | context, status=status)


@read
def sessions(request: Request) -> HttpResponseBase:
    if request.htmx.target == "pane":
        return render(request, EMPTY_PANE)
    return full(request, EMPTY_PANE, {})


@read
def rows(request: Request) -> HttpResponseBase:
    """Return rows by cursor: `before` for the next page down, `after` for what has begun since."""
    before, after = listing.number(request, "before"), listing.number(request, "after")
    show = shown(request)
    page = listing.page(chosen(show), before, after)
    context = {"page": page, "arrived": after is not None, "show": show}
    response = render(request, "sessions.html#rows", context)
    response["X-More"] = "1" if page.more else "0"
    return response


@read
def refresh(request: Request) -> HttpResponseBase:
    """Return the named rows as they are now; one that is missing is gone, or never met the filter."""
    show = shown(request)
    # A live session that ends stays where someone may just be reading it.
    rows = chosen("failed" if show == "failed" else "all").filter(public_id__in=listing.named(request))
    page = listing.Page(list(rows.order_by("-pk")), False)
    return render(request, "sessions.html#rows", {"page": page, "arrived": True, "show": show})


@write
def delete_all(request: Request) -> HttpResponseBase:
    actions.delete_sessions(None)
    if not request.htmx:
        return redirect("sessions")
    response = nothing()
    response["HX-Redirect"] = "/sessions/"
    return response
