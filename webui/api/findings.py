"""What the rules find: in a session, in a stored message with its envelope, in a message that is sent here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from catcher import findings as stored
from catcher.dialog import report
from catcher.dialog.finding import Finding
from catcher.dialog.lint import lint_message, registry
from catcher.dialog.lint.opened import open_message
from catcher.dialog.records import Kind
from catcher.ids import PATTERN
from catcher.models import Body, Message
from webui.api import sessions, shape
from webui.api.answers import Refused, answers, reads

TYPES = frozenset({"message/rfc822", "message/global", "application/octet-stream"})


def silent(request: HttpRequest) -> frozenset[str]:
    """Return the rules that are not to be asked: those that are muted here, and those of `?mute=M05,S04`."""
    named = {name.strip().upper() for name in request.GET.get("mute", "").split(",") if name.strip()}
    unknown = sorted(named - registry.by_id.keys())
    if unknown:
        raise Refused(400, f"there is no rule {unknown[0][:20]}")
    return stored.muted() | named


def answer(found: Iterable[Finding], client: str = "") -> JsonResponse:
    entries = [report.entry(one, client) for one in found]
    worst = report.worst(entries)
    told = [report.as_json(one) for one in entries]
    return JsonResponse({"count": len(told), "worst": worst.value if worst else "", "findings": told})


@reads
def of_session(request: HttpRequest, public_id: str) -> JsonResponse:
    row = sessions.find(public_id)
    return answer(stored.of_session(shape.conversation(row), silent(request)), row.client)


@reads
def of_message(request: HttpRequest, public_id: str) -> JsonResponse:
    found = find(public_id)
    client = found.session.client if found.session is not None else ""
    body = Body.objects.filter(message=found).first()
    raw = bytes(body.raw) if body is not None else b""
    return answer(stored.of_message(found, raw, facts(found), silent=silent(request)), client)


def find(public_id: str) -> Message:
    """Return a message by its id or `latest`, with its session; refuses what there is not."""
    rows = Message.objects.select_related("session")
    found = None
    if public_id == sessions.LATEST:
        found = rows.order_by("-pk").first()
    elif PATTERN.fullmatch(public_id):
        found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Refused(404, "Message not found")
    return found


def facts(message: Message) -> Mapping[str, Any]:
    """Return what the tape says of a message's octets on the wire."""
    for record in message.session.records() if message.session is not None else ():
        if record.kind is Kind.BODY and record.info.get("message") == message.public_id:
            return record.info
    return {}


@answers("POST")
def lint(request: HttpRequest) -> JsonResponse:
    """Check the message that is the request's body; it is not kept."""
    most = settings.SANDPOST["max_message_size"]
    # Not `request.body`, whose limit is one for forms.
    raw = request.read(most + 1)
    if len(raw) > most:
        raise Refused(413, f"the message is over {most:,} octets, the setting max_message_size")
    if not raw:
        raise Refused(400, "the body holds no message")
    if request.content_type not in TYPES:
        raise Refused(415, "send the message as message/rfc822 or application/octet-stream")
    return answer(lint_message(open_message(raw), silent(request)))
