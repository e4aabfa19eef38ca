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
from webui import dialog, libraries, reading, under, window
from webui.annotated import Glossary
from webui.row import Here
from webui.timetable import timetable
from webui.views import listing, sessions
from webui.views.downloads import attachment
from webui.views.methods import Request, nothing, read, write

PAGE = 200  # lines that come at once; more would keep the browser from answering
LONGEST_PAGE = 2_000
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
    total: int = 0
    glossary: Glossary = field(default_factory=Glossary)

    @property
    def last(self) -> int:
        return self.lines[-1].seq if self.lines else self.after

    @property
    def phase(self) -> str:
        return self.lines[-1].phase if self.lines else ""

    @property
    def before(self) -> int:
        """Return how many lines stand before these."""
        return self.lines[0].seq - 1 if self.lines else 0

    @property
    def behind(self) -> int:
        """Return how many lines stand behind these."""
        return max(1, self.total - self.last) if self.more else 0


def excerpt(session: Session, after: int, limit: int, phase: str | None = None) -> Excerpt:
    """Return at most `limit` lines behind sequence number `after`; where `phase` is given, it ended in that."""
    part = window.behind(session, after, limit, phase)
    glossary, known = Glossary(), subjects(dialog.message_ids(part.records))
    lines = list(dialog.lines(part.records, part.phase, known, part.reading, glossary))
    if lines and phase is None:
        lines[0].continued = bool(after) and not lines[0].heading
    last = lines[-1].seq if lines else after
    return Excerpt(lines, after, part.more, max(session.lines, last), glossary)


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
    part = excerpt(found, start, PAGE)
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
    at = listing.number(request, "at") or 0
    context = head(found) | context_of(found, excerpt(found, window.start_of(found, at, PAGE), PAGE))
    if request.htmx:
        return render(request, "session.html#pane", context)
    return sessions.full(request, "session.html#pane", context)


@read
def lines(request: Request, public_id: str) -> HttpResponseBase:
    """Return lines of a long dialog: those `after` a line, `before` one, or those around one (`at`)."""
    found = find(public_id)
    if found is None:
        return nothing()
    after, limit = _asked(request, found)
    return render(request, "dialog.html#lines", context_of(found, excerpt(found, after, limit)))


def _asked(request: Request, session: Session) -> tuple[int, int]:
    """Return the number before the first line, and how many lines are asked for."""
    after, until, before, at = (listing.number(request, name) or 0 for name in ("after", "until", "before", "at"))
    if at:
        return window.start_of(session, at, PAGE), PAGE
    if before:
        after = max(0, before - 1 - PAGE)
        return after, max(0, before - 1 - after)
    # What is on a page is fetched once more when its session has ended.
    return after, min(until - after, LONGEST_PAGE) if until > after else PAGE


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
    if record is None:
        return redirect(found)
    at = f"?at={record.seq}" if record.seq > PAGE else ""
    return redirect(f"{found.get_absolute_url()}{at}#L{record.seq}")


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
    part = excerpt(found, after, limit, phase[:_LONGEST_PHASE])
    html = render_to_string("dialog.html#lines", context_of(found, part) | {"live": True})
    done = render_to_string("session.html#header", head(found)) if not found.is_live and not part.more else ""
    return Live(found, part, html, done)
