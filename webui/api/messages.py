"""The list of messages and their exact bytes, as Mailpit's API v1 shapes them."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterable
from typing import Any

from asgiref.sync import sync_to_async
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse, StreamingHttpResponse

from catcher.ids import PATTERN
from catcher.models import Body, Counter, Message
from webui.views.downloads import SANDBOX
from webui.views.methods import read

DEFAULT_LIMIT = 50
# Longer answers are streamed in pieces of this many rows, so that none lies in memory as a whole.
PIECE = 500
_MOST_DIGITS = 12


def number(request: HttpRequest, name: str, default: int) -> int:
    """Return a query parameter; as in Mailpit, what is no number, or negative, counts as the default."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else default


@read
def messages(request: HttpRequest) -> HttpResponseBase:
    """List messages, newest first: `start` skips, `limit` bounds, `limit=0` is all of them."""
    start, limit = number(request, "start", 0), number(request, "limit", DEFAULT_LIMIT)
    counts = Counter.all()
    if limit == 0 or limit > PIECE:
        return StreamingHttpResponse(_stream(counts, start, limit), content_type="application/json")
    rows = list(Message.objects.order_by("-pk")[start : start + limit])
    return JsonResponse(envelope(counts, start, len(rows)) | {"messages": summaries(rows)})


def envelope(counts: dict[str, int], start: int, count: int) -> dict[str, Any]:
    total, unread = counts[Counter.MESSAGES], counts[Counter.UNREAD]
    return {
        "total": total,
        "unread": unread,
        "count": count,
        "messages_count": total,
        "messages_unread": unread,
        "start": start,
        "tags": [],
    }


def summaries(rows: Iterable[Message]) -> list[dict[str, Any]]:
    return [summary(row) for row in rows]


def summary(message: Message) -> dict[str, Any]:
    senders = people(message, "From")
    return {
        "ID": message.public_id,
        "MessageID": message.message_id,
        "Read": message.read,
        "From": senders[0] if senders else {"Name": "", "Address": ""},
        "To": people(message, "To"),
        "Cc": people(message, "Cc"),
        "Bcc": people(message, "Bcc"),
        "ReplyTo": people(message, "ReplyTo"),
        "Subject": message.subject,
        "Created": message.received_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "Username": message.username,
        "Tags": [],
        "Size": message.size,
        "Attachments": message.attachments,
        "Snippet": message.snippet,
    }


def people(message: Message, field: str) -> list[dict[str, str]]:
    return [{"Name": name, "Address": address} for name, address in message.addresses.get(field) or []]


def _piece(before: int | None, skip: int, limit: int) -> list[Message]:
    rows = Message.objects.order_by("-pk")
    if before is not None:
        rows = rows.filter(pk__lt=before)
    return list(rows[skip : skip + limit])


async def _stream(counts: dict[str, int], start: int, limit: int) -> AsyncIterator[bytes]:
    """Yield the same JSON as the short answer; `count` comes last, when it is known."""
    opening = envelope(counts, start, 0)
    del opening["count"]
    yield json.dumps(opening)[:-1].encode() + b', "messages": ['
    sent, before, skip = 0, None, start
    while not limit or sent < limit:
        wanted = min(PIECE, limit - sent) if limit else PIECE
        rows = await sync_to_async(_piece)(before, skip, wanted)
        if rows:
            yield (b", " if sent else b"") + json.dumps(summaries(rows))[1:-1].encode()
            sent, before, skip = sent + len(rows), rows[-1].pk, 0
        if len(rows) < wanted:
            break
    yield f'], "count": {sent}}}'.encode()


@read
def raw(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the exact bytes that were sent; `latest` names the newest message, `dl=1` asks for a file."""
    if public_id == "latest":
        newest = Message.objects.order_by("-pk").values_list("public_id", flat=True).first()
        if newest is None:
            return _text("Message not found", 404)
        public_id = newest
    body = (
        Body.objects.filter(message__public_id=public_id, message__binned_at=None).first()
        if PATTERN.fullmatch(public_id)
        else None
    )
    if body is None:
        return _text("404 page not found", 404)
    response = HttpResponse(bytes(body.raw), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = SANDBOX
    if request.GET.get("dl") == "1":
        response["Content-Disposition"] = f'attachment; filename="{public_id}.eml"'
    return response


def _text(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
