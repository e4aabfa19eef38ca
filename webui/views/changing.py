"""Bulk actions on messages and the way back; a script gets JSON, and the same as the event `sandpost:done`."""

from __future__ import annotations

import json
from typing import Any

from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from catcher import bulk
from catcher.bulk import Done
from webui.organise import asking
from webui.views import errors
from webui.views.methods import Request, write

TOO_LATE = "That cannot be undone any more."


def answer(request: Request, values: dict[str, Any], status: int = 200) -> HttpResponseBase:
    """Tell a script; htmx swaps nothing. Without one, the list says it by itself."""
    if not request.htmx:
        return redirect("inbox") if status == 200 else errors.bad_request(request)
    response = JsonResponse(values, status=status)
    response["HX-Reswap"] = "none"
    if status == 200:
        response["HX-Trigger"] = json.dumps({"sandpost:done": values})
    return response


def told(done: Done, text: str) -> dict[str, Any]:
    return {"count": done.count, "text": text, "undo": done.undo}


@write
def change(request: Request) -> HttpResponseBase:
    """Do what `action` names to the messages of `ids`, `q` or `all`."""
    try:
        done, text = asking.run(request.POST)
    except asking.Unclear as error:
        return answer(request, {"error": str(error)}, 400)
    return answer(request, told(done, text))


@write
def undo(request: Request, token: str) -> HttpResponseBase:
    count = bulk.undo(token)
    if count is None:
        return answer(request, {"error": TOO_LATE}, 410)
    return answer(request, {"count": count, "text": f"Undone for {asking.messages(count)}", "undo": ""})


@write
def set_starred(request: Request, public_id: str, value: bool) -> HttpResponseBase:
    done = bulk.set_starred([public_id], value)
    return answer(request, told(done, "Starred" if value else "Not starred any more"))
