"""What the search box and the groups ask for while they are used."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from catcher.search import clients
from webui.sessions.suggestions import suggestions
from webui.views import listing
from webui.views.methods import Request, read


@read
def suggest(request: Request) -> HttpResponseBase:
    """Return what may stand where someone types: `q` is the text, `at` the column of the cursor."""
    text = request.GET.get("q", "")
    at = listing.number(request, "at")
    found = suggestions(text, len(text) if at is None else at)
    return render(request, "search.html#suggestions", {"suggestions": found})


@read
def times(request: Request) -> HttpResponseBase:
    """Return how fast the newest sessions of a client were, step by step."""
    name, host = request.GET.get("client", ""), request.GET.get("host", "")
    return render(request, "clients.html#times", {"times": clients.times(name, host), "most": clients.MOST_SAMPLES})
