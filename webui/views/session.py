"""One session: what happened in a sentence, the facts, then the dialog line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string

from catcher import actions
from catcher.dialog import story
from catcher.models import Message, Session
from webui import dialog
from webui.views import listing, sessions
from webui.views.methods import Request, nothing, read, write

PAGE = 500
LONGEST_PAGE = 10_000
SHOWN_MESSAGES = 20
_LONGEST_PHASE = 30


class Live(NamedTuple):
    """What a websocket needs of a session that it watches; `header` is empty while it runs."""

    session: Session
    excerpt: Excerpt
    html: str
    header: str


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a dialog from one cursor to the next, and whether more of the tape is there already."""

    lines: list[dialog.Line]
    after: int
    more: bool

    @property
    def last(self) -> int:
        return self.lines[-1].last if self.lines else self.after

    @property
    def phase(self) -> str:
        return self.lines[-1].phase if self.lines else ""


def excerpt(session: Session, after: int, phase: str, limit: int) -> Excerpt:
    """Return at most `limit` lines behind sequence number `after`, which ended in `phase`."""
    records = list(islice(session.records(after), limit + 1))
    kept = records[:limit]
    found = Message.objects.filter(public_id__in=dialog.message_ids(kept)).values_list("public_id", "subject")
    subjects = dict(found)
    return Excerpt(list(dialog.lines(kept, phase[:_LONGEST_PHASE], subjects)), after, len(records) > limit)


def head(session: Session) -> dict[str, Any]:
    """Return what the head of the pane shows."""
    messages = session.messages.order_by("pk").only("public_id", "subject", "session_id")[:SHOWN_MESSAGES]
    told = story.tell(session)
    return {"session": session, "selected": session.public_id, "story": told, "messages": list(messages)}


def find(public_id: str) -> Session | None:
    return Session.objects.filter(public_id=public_id).first()


def gone(request: Request) -> HttpResponse:
    if request.htmx:
        return render(request, "gone.html", {"what": "session"})
    return sessions.full(request, "gone.html", {"what": "session"}, status=404)


@read
def session(request: Request, public_id: str) -> HttpResponseBase:
    found = find(public_id)
    if found is None:
        return gone(request)
    context = head(found) | {"excerpt": excerpt(found, 0, "", PAGE)}
    if request.htmx:
        return render(request, "session.html#pane", context)
    return sessions.full(request, "session.html#pane", context)


@read
def lines(request: Request, public_id: str) -> HttpResponseBase:
    """Return the next lines of a long dialog."""
    found = find(public_id)
    if found is None:
        return nothing()
    after, until = listing.number(request, "after") or 0, listing.number(request, "until") or 0
    # A link to a line far down needs all before it: in one piece, where a hundred pages would take a minute.
    limit = min(max(PAGE, until - after + PAGE), LONGEST_PAGE)
    part = excerpt(found, after, request.GET.get("phase", ""), limit)
    return render(request, "session.html#lines", {"session": found, "excerpt": part})


@read
def header(request: Request, public_id: str) -> HttpResponseBase:
    found = find(public_id)
    if found is None:
        return nothing()
    return render(request, "session.html#header", head(found))


@write
def delete(request: Request, public_id: str) -> HttpResponseBase:
    actions.delete_sessions([public_id])
    if not request.htmx:
        return redirect("sessions")
    return nothing(json.dumps({"sandpost:deleted": {"ids": [public_id]}}))


def live_lines(public_id: str, after: int, phase: str, limit: int) -> Live | None:
    """Return a session and its next lines, rendered for the websocket; the head only once it has ended."""
    found = find(public_id)
    if found is None:
        return None
    part = excerpt(found, after, phase, limit)
    html = render_to_string("session.html#lines", {"session": found, "excerpt": part, "live": True})
    done = render_to_string("session.html#header", head(found)) if not found.is_live and not part.more else ""
    return Live(found, part, html, done)
