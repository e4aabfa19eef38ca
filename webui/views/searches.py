"""Saved searches: as JSON for the page's side, made, changed, put in order and deleted."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponseBase, JsonResponse

from catcher import keeping
from catcher.models import SavedSearch
from webui.views import errors
from webui.views.changing import answer
from webui.views.methods import Request, read, write


def shape(search: SavedSearch) -> dict[str, Any]:
    return {"id": search.public_id, "name": search.name, "q": search.query}


@read
def searches(request: Request) -> HttpResponseBase:
    return JsonResponse({"searches": [shape(search) for search in SavedSearch.objects.all()]})


@write
def save(request: Request) -> HttpResponseBase:
    """Keep `q` under `name`."""
    try:
        made = keeping.save(request.POST.get("name", ""), request.POST.get("q", ""))
    except keeping.Refused as error:
        return answer(request, {"error": str(error)}, 400)
    return answer(request, {"search": shape(made), "text": f"Search “{made.name}” is saved"})


@write
def change(request: Request, public_id: str) -> HttpResponseBase:
    """Give it another `name`, and another `q` where there is one."""
    found = SavedSearch.objects.filter(public_id=public_id).first()
    if found is None:
        return errors.not_found(request)
    try:
        keeping.change(found, request.POST.get("name", ""), request.POST.get("q"))
    except keeping.Refused as error:
        return answer(request, {"error": str(error)}, 400)
    found.refresh_from_db()
    return answer(request, {"search": shape(found), "text": f"Search “{found.name}” is saved"})


@write
def order(request: Request) -> HttpResponseBase:
    """Put `ids`, by commas, first and in this order."""
    keeping.put_in_order(request.POST.get("ids", "").split(","))
    return answer(request, {"text": "The searches are in another order"})


@write
def delete(request: Request, public_id: str) -> HttpResponseBase:
    found = SavedSearch.objects.filter(public_id=public_id).first()
    if found is None:
        return errors.not_found(request)
    keeping.delete(found)
    return answer(request, {"text": f"Search “{found.name}” is deleted"})
