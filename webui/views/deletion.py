"""Deleting sessions: what the filter shows, or all; asked first, with the number, and followed to its end."""

from __future__ import annotations

import json

from django.db.models import QuerySet
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from catcher.models import Session
from catcher.search import sessions as search
from webui.sessions import deletion
from webui.sessions.filtering import Filter, link
from webui.views import errors
from webui.views.methods import Request, read, write


def _ended(asked: Filter, newest: int | None) -> QuerySet[Session]:
    """Return what a filter finds, up to the newest there was when the number was shown; what runs cannot be deleted."""
    found = search.matching(asked.query).exclude(ended_at=None)
    return found if newest is None else found.filter(pk__lte=newest)


@read
def ask(request: Request) -> HttpResponseBase:
    """Return the question, with the numbers: these are counted whole, as nothing else is."""
    asked = Filter.of(request)
    newest = Session.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    context = {
        "filter": asked,
        "newest": newest,
        "all": Session.objects.exclude(ended_at=None).count(),
        "matching": _ended(asked, newest).count() if asked.is_active and asked.is_understood else 0,
    }
    return render(request, "delete.html#question", context)


@write
def delete_matching(request: Request) -> HttpResponseBase:
    """Delete what a filter finds; without one, or with one that is not understood, nothing."""
    asked = Filter.of(request)
    if not asked.is_active or not asked.is_understood:
        return errors.bad_request(request)
    digits = request.POST.get("newest", "")
    newest = int(digits) if digits.isascii() and digits.isdigit() and len(digits) < 19 else None
    chosen = _ended(asked, newest)
    return _begin(request, chosen, chosen.count(), link(asked.text, asked.view))


@write
def delete_all(request: Request) -> HttpResponseBase:
    return _begin(request, None, Session.objects.exclude(ended_at=None).count(), "")


def _begin(request: Request, chosen: QuerySet[Session] | None, total: int, back: str) -> HttpResponseBase:
    begun = deletion.begin(chosen, total)
    return _progress(request, begun) if request.htmx else redirect(f"/sessions/{back}")


@read
def progress(request: Request, public_id: str) -> HttpResponseBase:
    """Say how far a deletion is; one that is not known has ended with the program that ran it."""
    found = deletion.find(public_id)
    if found is None:
        return errors.not_found(request)
    return _progress(request, found)


def _progress(request: Request, found: deletion.Deletion) -> HttpResponse:
    response = render(request, "delete.html#progress", {"deletion": found})
    if not found.is_running:
        response["HX-Trigger"] = json.dumps({"sandpost:swept": {"count": found.done, "failed": found.failed}})
    return response
