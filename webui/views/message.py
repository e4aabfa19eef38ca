"""One message: where it came from and who was to get it, then its tabs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render

from catcher import bulk, findings
from catcher.mime import bodies, html, parse
from catcher.mime.parse import Part
from catcher.models import Message, Recipient
from webui import checked, reading, under
from webui.messages.shown import wanted
from webui.views import inbox, session
from webui.views.methods import Request, nothing, read, write

TABS = ("html", "text", "headers", "source", "attachments", "envelope", "dialog", "findings")
SHOWN_RECIPIENTS = 8
SOURCE_LIMIT = 512_000
TEXT_LIMIT = 512_000


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    count: int | None = None

    @property
    def title(self) -> str:
        return "HTML" if self.name == "html" else self.name.capitalize()

    @property
    def route(self) -> str:
        return f"message-{self.name}"


@dataclass(frozen=True, slots=True)
class File:
    """A part that can be downloaded."""

    path: str
    name: str
    content_type: str
    size: int
    role: str
    content_id: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """Who was to get the message, as RCPT said it, beside what its header says."""

    recipients: list[Recipient]
    bcc: frozenset[int]

    @property
    def first(self) -> list[Recipient]:
        return self.recipients[:SHOWN_RECIPIENTS]

    @property
    def others(self) -> int:
        return len(self.recipients) - len(self.first)


def find(public_id: str) -> Message | None:
    return Message.objects.select_related("session").filter(public_id=public_id).first()


def raw(message: Message) -> bytes:
    return bytes(message.body.raw)


def gone(request: Request) -> HttpResponse:
    """Return a calm pane beside the list, because a message may be deleted while someone looks."""
    if request.htmx:
        return render(request, "gone.html", {"what": "message"})
    return inbox.full(request, "gone.html", {"what": "message"}, status=404)


def envelope(message: Message) -> Envelope:
    people = [*(message.addresses.get("To") or []), *(message.addresses.get("Cc") or [])]
    named = {address.casefold() for _, address in people}
    recipients = list(message.recipients.order_by("pk"))
    hidden = frozenset(row.pk for row in recipients if row.address.casefold() not in named)
    return Envelope(recipients, hidden)


def is_prefetch(request: Request) -> bool:
    return "prefetch" in (request.headers.get("Sec-Purpose", "") + request.headers.get("Purpose", ""))


@read
def message(request: Request, public_id: str, tab: str = "") -> HttpResponseBase:
    """Show a message, which marks it as read, or one of its tabs alone, which does not."""
    found = find(public_id)
    if found is None:
        return gone(request)
    context = _context(found, raw(found), tab) | {"highlights": wanted(request.GET.get("q", ""))}
    if request.htmx and request.htmx.target == "tabs":
        return render(request, "message.html#tabs", context)
    if request.method == "GET" and not found.read and not is_prefetch(request):
        bulk.set_read([public_id], True, undoable=False)
        found.read = True
    if request.htmx:
        return render(request, "message.html#pane", context)
    return inbox.full(request, "message.html#pane", context)


def _context(message: Message, content: bytes, tab: str) -> dict[str, Any]:
    tree = parse.parse(content)
    attachments, inlines = bodies.attachments(tree), bodies.inlines(tree)
    counts = {"headers": len(tree.fields), "attachments": len(attachments) + len(inlines)}
    if message.digested:
        counts["findings"] = message.findings_count
    page = bodies.find_html(tree)
    missing = {name for name, there in (("html", page), ("dialog", message.session)) if not there}
    tabs = [Tab(name, counts.get(name)) for name in TABS if name not in missing]
    current = tab if tab in {each.name for each in tabs} else tabs[0].name
    context: dict[str, Any] = {
        "message": message,
        "selected": message.public_id,
        "envelope": envelope(message),
    }
    context |= {"tabs": tabs, "tab": current}
    match current:
        case "html" if page:
            shown = html.prepare(bodies.text(content, page), cid_url=_no_image, remote=False)
            context["remote_count"] = shown.remote_count
        case "text":
            context |= _text(content, tree, page)
        case "headers":
            context["fields"] = tree.fields
        case "attachments":
            context["files"] = [_file(content, part, "") for part in attachments]
            context["files"] += [_file(content, part, "inline") for part in inlines]
        case "dialog":
            context |= session.of_message(message)
        case "findings":
            found = findings.of_message(message, content, checked.facts(message))
            context |= {"findings": checked.checked(found, content, families(message)), "rules": under.rules_page()}
        case "source":
            context |= {"source": content[:SOURCE_LIMIT], "cut": len(content) > SOURCE_LIMIT}
    return context


def families(message: Message) -> Sequence[str]:
    """Return the libraries that the sender may use, as far as its session tells."""
    if message.session is None or not reading.is_whole(message.session):
        return ()
    return reading.whole(message.session).families


def _text(content: bytes, tree: Part, page: Part | None) -> dict[str, Any]:
    part = bodies.find_text(tree)
    if part is None and page is not None:
        return {"text": html.to_text(bodies.text(content, page))[:TEXT_LIMIT], "derived": True}
    return {"text": bodies.text(content, part)[:TEXT_LIMIT] if part else ""}


def _file(content: bytes, part: Part, role: str) -> File:
    return File(
        path=part.path,
        name=parse.safe_filename(part.filename or part.content_id, f"part-{part.path}"),
        content_type=part.content_type,
        size=len(bodies.decoded(content, part)),
        role=role,
        content_id=part.content_id,
    )


def _no_image(content_id: str) -> str | None:
    return None


@read
def header(request: Request, public_id: str) -> HttpResponseBase:
    """Return the head of the pane as it is now, for a page that hears of a change; marks nothing."""
    found = find(public_id)
    if found is None:
        return nothing()
    return render(request, "message.html#header", {"message": found, "envelope": envelope(found)})


@write
def set_read(request: Request, public_id: str, value: bool) -> HttpResponseBase:
    bulk.set_read([public_id], value, undoable=False)
    if not request.htmx:
        return redirect("inbox")
    return nothing(json.dumps({"sandpost:changed": {"ids": [public_id]}}))


@write
def delete(request: Request, public_id: str) -> HttpResponseBase:
    done = bulk.discard([public_id])
    if not request.htmx:
        return redirect("inbox")
    said = {"count": done.count, "text": "Deleted", "undo": done.undo}
    return nothing(json.dumps({"sandpost:deleted": {"ids": [public_id]}, "sandpost:done": said}))
