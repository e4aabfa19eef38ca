"""One session: what happened in a sentence, the facts, then the dialog line by line."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

from catcher import actions
from catcher.dialog import chart, story, waterfall
from catcher.models import Message, Session
from webui import dialog, libraries, reading, under
from webui.annotated import Glossary
from webui.row import Here
from webui.timetable import timetable
from webui.views import listing, sessions
from webui.views.downloads import attachment
from webui.views.methods import Request, nothing, read, write

PAGE = 500
LONGEST_PAGE = 10_000
SHOWN_MESSAGES = 5
SHOWN_FINDINGS = 200
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
    glossary: Glossary = field(default_factory=Glossary)

    @property
    def last(self) -> int:
        return self.lines[-1].seq if self.lines else self.after

    @property
    def phase(self) -> str:
        return self.lines[-1].phase if self.lines else ""


def excerpt(session: Session, after: int, phase: str, limit: int) -> Excerpt:
    """Return at most `limit` lines behind sequence number `after`, which ended in `phase`."""
    read, records, more = reading.around(session, after, limit)
    glossary = Glossary()
    lines = dialog.lines(records, phase[:_LONGEST_PHASE], subjects(dialog.message_ids(records)), read, glossary)
    return Excerpt(list(lines), after, more, glossary)


def subjects(public_ids: list[str]) -> dict[str, str]:
    if not public_ids:
        return {}
    return dict(Message.objects.filter(public_id__in=public_ids).values_list("public_id", "subject"))


def head(session: Session) -> dict[str, Any]:
    """Return what the head of the pane shows; of a session that runs, only its facts."""
    messages = session.messages.order_by("pk").only("public_id", "subject", "session_id")[:SHOWN_MESSAGES]
    context: dict[str, Any] = {"session": session, "selected": session.public_id, "messages": list(messages)}
    if session.is_live:
        return context | {"story": story.tell(session)}
    read = reading.whole(session)
    whole = reading.is_whole(session)
    timing = read.timing
    return (
        context
        | {
            "story": story.tell(session, read.conversation, timing) if whole else story.tell(session),
            "trouble_at": read.trouble_at(session.reply),
            "times": timetable(timing),
            "picture": mark_safe(waterfall.svg(timing, links=True)),  # noqa: S308 - it escapes what it is given
            "boxes": [under.box(finding, read) for finding in read.findings[:SHOWN_FINDINGS]],
            "findings_count": sum(1 + finding.more for finding in read.findings),
            "partial_reading": 0 if whole else reading.WHOLE,
            "raised": [(libraries.name(each.family), each) for each in read.raised] if session.failed else [],
        }
    )


def context_of(session: Session, part: Excerpt) -> dict[str, Any]:
    here = Here(live=session.is_live)
    return {"session": session, "excerpt": part, "glossary": part.glossary, "here": here, "rules": under.rules_page()}


def of_message(message: Message) -> dict[str, Any]:
    """Return the lines around a message's transaction, those of others dimmed: of a short session all of them."""
    found = message.session
    assert found is not None
    record = reading.body_of(found, message.public_id)
    start = max(0, record.seq - PAGE // 2) if record is not None and found.lines > PAGE else 0
    part = excerpt(found, start, "", PAGE)
    here = Here(record.transaction if record is not None else 0, found.get_absolute_url(), found.is_live)
    left = {"carried": record, "before": start, "behind": part.more}
    return context_of(found, part) | {"here": here, "live": True} | left


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
    context = head(found) | context_of(found, excerpt(found, 0, "", PAGE))
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
    return render(request, "dialog.html#lines", context_of(found, part))


@read
def header(request: Request, public_id: str) -> HttpResponseBase:
    found = find(public_id)
    if found is None:
        return nothing()
    return render(request, "session.html#header", head(found))


@read
def chart_file(request: Request, public_id: str) -> HttpResponseBase:
    """Return the waterfall as a file."""
    found = find(public_id)
    if found is None:
        return gone(request)
    return attachment(chart.export(reading.whole(found).timing).encode(), f"session-{public_id}.svg")


@read
def at_message(request: Request, public_id: str, message_id: str) -> HttpResponseBase:
    """Lead to the very line at which a message was carried."""
    found = find(public_id)
    if found is None:
        return gone(request)
    record = reading.body_of(found, message_id)
    return redirect(f"{found.get_absolute_url()}#L{record.seq}" if record is not None else found)


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
    html = render_to_string("dialog.html#lines", context_of(found, part) | {"live": True})
    done = render_to_string("session.html#header", head(found)) if not found.is_live and not part.more else ""
    return Live(found, part, html, done)
