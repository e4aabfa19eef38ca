"""What stands in the rail below the places: tags and saved searches with their numbers."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import redirect, render

from catcher.models import Tag
from webui.messages.saved import saved
from webui.preferences import BY_NAME, PREFERENCES, Preferences
from webui.views import errors
from webui.views.methods import Request, nothing, read, write


@read
def places(request: Request) -> HttpResponseBase:
    """Return the tags and saved searches with their numbers; the page itself is written without the latter."""
    context = {"saved": saved(Preferences.of(request)), "tags": Tag.used(), "query": request.GET.get("q", "")}
    return render(request, "places.html", context)


@write
def prefer(request: Request) -> HttpResponseBase:
    """Remember one answer in this browser, where it runs no scripts: `name`, and any number of `value`."""
    name = request.POST.get("name", "")
    if name not in BY_NAME:
        return errors.bad_request(request)
    response = _done(request)
    # An empty value stands for what is written beside it.
    Preferences.of(request).with_(name, filter(None, request.POST.getlist("value"))).keep(response)
    return response


@write
def reset(request: Request) -> HttpResponseBase:
    """Have everything as it is for somebody new."""
    response = _done(request)
    Preferences({each.name: each.default for each in PREFERENCES}).keep(response)
    return response


def _done(request: Request) -> HttpResponseBase:
    return nothing() if request.htmx else redirect("settings")
