"""Sessions: lists by filter and cursor, one with its lines, several to be followed, and their end.

A cursor is opaque to whoever asks: it comes with one answer and goes into the next request.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from django.db.models import Max
from django.http import HttpRequest, HttpResponseBase, JsonResponse

from catcher import actions
from catcher.dialog import story
from catcher.dialog.query import Query
from catcher.dialog.timing import timing
from catcher.ids import PATTERN
from catcher.models import Counter, Session, TapeChunk
from catcher.search import sessions as search
from catcher.search.look import Look
from webui.api import shape
from webui.api.answers import Refused, answers, flag, number, query, reads

DEFAULT_LIMIT = 50
MOST = 1000  # sessions in one answer
MOST_SKIPPED = 10_000  # further down, a cursor goes faster
MOST_FOLLOWED = 100
MOST_LINES = 2000  # of the sessions that are followed, in one answer
LATEST, LATEST_FAILED = "latest", "latest-failed"


def find(public_id: str) -> Session:
    """Return a session by its id, `latest` or `latest-failed`; refuses what there is not."""
    rows = Session.objects.order_by("-pk")
    found = None
    if public_id == LATEST:
        found = rows.first()
    elif public_id == LATEST_FAILED:
        found = rows.filter(failed=True).first()
    elif PATTERN.fullmatch(public_id):
        found = rows.filter(public_id=public_id).first()
    if found is None:
        raise Refused(404, "Session not found")
    return found


@answers("GET", "HEAD", "DELETE")
def sessions(request: HttpRequest) -> HttpResponseBase:
    return delete(request) if request.method == "DELETE" else listed(request)


def listed(request: HttpRequest) -> JsonResponse:
    """List sessions, newest first: `before` and `after` are cursors, `start` skips.

    `more` says that there may be others: a request looks at so many sessions only, and `before` goes on from there.
    """
    wanted = query(request.GET.get("query", ""))
    start, before, after = number(request, "start") or 0, number(request, "before"), number(request, "after")
    limit = min(number(request, "limit") or DEFAULT_LIMIT, MOST)
    if start > MOST_SKIPPED:
        raise Refused(400, f"start must be at most {MOST_SKIPPED}: use the cursor `before` to go further down")
    # Read first: what begins while the rows are read comes with the next request.
    newest = Session.objects.aggregate(newest=Max("pk"))["newest"] or 0
    found = search.look(wanted, before, after, start + limit + 1)
    while start and found.end is not None:  # whoever skips has no cursor to go on with
        further = search.look(wanted, found.end, after, start + limit + 1 - len(found.keys))
        found = Look(found.keys + further.keys, further.end)
    more = len(found.keys) > start + limit
    # The first ones above a cursor stand at the end of the page.
    keys = found.keys[-limit:] if after is not None and more else found.keys[start : start + limit]
    shown = list(search.rows(keys))
    answer = _envelope(start, shown, more, after, newest, found.end)
    return JsonResponse(answer | {"sessions": [shape.session(row) for row in shown]})


def _envelope(
    start: int, shown: list[Session], more: bool, after: int | None, newest: int, end: int | None
) -> dict[str, Any]:
    """Say what the page is of; where looking ended before the page was full, `before` goes on from there."""
    counts = Counter.all()
    upwards = after is not None and more
    last = shown[-1].pk if shown else ""
    above = shown[0].pk if upwards else max([newest, *(row.pk for row in shown[:1])])
    return {
        "total": counts[Counter.SESSIONS],
        "failed": counts[Counter.FAILED],
        "count": len(shown),
        "start": start,
        "more": more or end is not None,
        "before": str(last if end is None else end),
        "after": str(above),
    }


def delete(request: HttpRequest) -> JsonResponse:
    """Delete the ended sessions that the body names; a body that does not is refused and deletes nothing."""
    return JsonResponse({"Deleted": actions.delete_sessions(_chosen(request))})


def _chosen(request: HttpRequest) -> Any:
    """Return what `actions.delete_sessions` takes; None, which is all, only for `{"All": true}`."""
    try:
        asked = json.loads(request.body)
    except (ValueError, RecursionError):
        asked = None
    match asked:
        case {"IDs": list(ids), **others} if not others and all(isinstance(one, str) for one in ids):
            return ids
        case {"Query": str(given), **others} if not others:
            return search.matching(_narrow(given))
        case {"All": True, **others} if not others:
            return None
    raise Refused(400, 'the body must be {"IDs": [...]}, {"Query": "..."} or {"All": true}; nothing was deleted')


def _narrow(given: str) -> Query:
    wanted = query(given)
    if not wanted.terms:
        raise Refused(400, 'an empty query would mean all sessions: say {"All": true}; nothing was deleted')
    return wanted


@answers("GET", "HEAD", "DELETE")
def session(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return a session and its lines: all, those behind `after`, or the last ones for a negative `after`."""
    row = find(public_id)
    if request.method == "DELETE":
        return _delete_one(row)
    after = cursor(row, request.GET.get("after", ""))
    spoken = shape.conversation(row, after)
    lines = shape.lines(spoken, after)
    if flag(request, "explain"):
        lines = shape.explained(spoken, lines)
    # Of a part of the conversation, the whole cannot be told.
    summary = story.plain(story.tell(row, spoken, timing(spoken))) if after <= shape.CONTEXT else ""
    return JsonResponse(shape.session(row, summary) | {"Lines": lines})


def cursor(row: Session, given: str) -> int:
    """Return behind which line to read; -10 is behind the tenth from the end, of what is stored by now."""
    digits = given.removeprefix("-")
    if not given:
        return 0
    if not (digits.isascii() and digits.isdigit() and len(digits) < 10):
        raise Refused(400, "after must be the number of a line, or -N for the last N lines")
    if not given.startswith("-"):
        return int(given)
    last = TapeChunk.objects.filter(session=row).aggregate(last=Max("last_seq"))["last"] or 0
    return max(0, int(last) - int(digits))


def _delete_one(row: Session) -> JsonResponse:
    if row.is_live:
        raise Refused(409, "Session is still running")
    return JsonResponse({"Deleted": actions.delete_sessions([row.public_id])})


@reads
def follow(request: HttpRequest) -> JsonResponse:
    """Return the named sessions that a filter finds by now, each with its lines behind the one that was read last.

    `of=ID.SEQ,ID.SEQ`; `waiting` names those that may be found later. One that is in neither never will be.
    """
    wanted = query(request.GET.get("query", ""))
    places = dict(_places(request.GET.get("of", "")))
    rows = list(Session.objects.filter(public_id__in=list(places)))
    found = {row.public_id for row in search.named(wanted, places)} if wanted.terms else set(places)
    matching = sorted((row for row in rows if row.public_id in found), key=lambda row: row.pk)
    told, more = [], False
    room = MOST_LINES
    for row in matching:
        lines, rest = _some(row, places[row.public_id], room)
        room -= len(lines)
        more = more or rest
        told.append(shape.session(row) | {"Lines": lines})
    waiting = [row.public_id for row in rows if row.public_id not in found and not row.examined]
    return JsonResponse({"sessions": told, "waiting": waiting, "more": more})


def _places(of: str) -> Iterator[tuple[str, str]]:
    named = of.split(",")
    if len(named) > MOST_FOLLOWED:
        raise Refused(400, f"name at most {MOST_FOLLOWED} sessions")
    for one in named:
        public_id, _, seq = one.partition(".")
        if PATTERN.fullmatch(public_id):
            yield public_id, seq


def _some(row: Session, given: str, room: int) -> tuple[list[dict[str, Any]], bool]:
    """Return the next lines, as many as there is room for, and whether there are more."""
    after = cursor(row, given)
    if room <= 0 or row.lines <= after:
        return [], row.lines > after
    lines = shape.lines(shape.conversation(row, after, room + 1), after)
    return lines[:room], len(lines) > room
