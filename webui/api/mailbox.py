"""Mail as files: taken in by `POST /import`, given out by `GET /messages/export`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

from asgiref.sync import sync_to_async
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseBase, JsonResponse, StreamingHttpResponse
from django.utils import timezone

from catcher import intake
from catcher.exporting import FORMS
from catcher.models import Import, Message
from catcher.search.matching import QueryError, matching
from webui.api.answers import Refused, answers, flag, reads
from webui.views.downloads import SANDBOX
from webui.views.listing import named

ACCEPTED = 202
PART = 1 << 18


@answers("POST")
def take_in(request: HttpRequest) -> HttpResponseBase:
    """Take the body as a file of mail (.eml, mbox or zip) named by `?name=`; `again=1` does so twice."""
    pieces: Iterator[bytes] = iter(lambda: request.read(intake.PIECE), b"")
    try:
        found = intake.receive(request.GET.get("name", ""), pieces, flag(request, "again"))
    except intake.NoRoom as error:
        raise Refused(507, str(error)) from error
    return JsonResponse(shape(found), status=ACCEPTED if found.is_running else 200)


@reads
def progress(request: HttpRequest, public_id: str) -> HttpResponseBase:
    found = Import.objects.filter(public_id=public_id).first()
    if found is None:
        raise Refused(404, "no such import")
    return JsonResponse(shape(found))


def shape(found: Import) -> dict[str, Any]:
    return {
        "ID": found.public_id,
        "Name": found.name,
        "Size": found.size,
        "State": found.state,
        "Percent": found.percent,
        "Entries": found.entries,
        "Stored": found.stored,
        "Unreadable": found.unreadable,
        "Problems": [{"Name": name, "Reason": reason} for name, reason in found.problems],
        "Error": found.error,
    }


@reads
def export(request: HttpRequest) -> HttpResponseBase:
    """Give out messages as `format=zip` or `mbox`: those of `ids`, those that `query` finds, or all."""
    return given_out(request.GET.get("format", "zip"), _chosen(request))


def given_out(name: str, chosen: QuerySet[Message]) -> StreamingHttpResponse:
    """Return the answer that streams messages as a file; refuses a format that there is not."""
    form = FORMS.get(name)
    if form is None:
        raise Refused(400, f"format must be one of {', '.join(FORMS)}")
    response = StreamingHttpResponse(_streamed(form.write(chosen)), content_type=form.content_type)
    response["Content-Disposition"] = f'attachment; filename="sandpost-{timezone.now():%Y%m%d-%H%M%S}.{form.ending}"'
    response["Content-Security-Policy"] = SANDBOX
    return response


def _chosen(request: HttpRequest) -> QuerySet[Message]:
    if request.GET.get("ids"):
        return Message.objects.filter(public_id__in=named(request))
    try:
        return matching(request.GET.get("query", "").strip())
    except QueryError as error:
        raise Refused(400, str(error)) from error


async def _streamed(pieces: Iterator[bytes]) -> AsyncIterator[bytes]:
    """Take the pieces in a thread, as many at a time as make a good part, as the client reads them."""
    while part := await sync_to_async(_part)(pieces):
        yield part


def _part(pieces: Iterator[bytes]) -> bytes:
    taken: list[bytes] = []
    room = PART
    for piece in pieces:
        taken.append(piece)
        room -= len(piece)
        if room <= 0:
            break
    return b"".join(taken)
