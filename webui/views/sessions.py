"""The sessions: every connection, with what came of it, beside its dialog."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from catcher.dialog.query import KEYS, Query, Term
from catcher.models import Counter, Session
from catcher.search import clients
from catcher.search import sessions as search
from webui.sessions.chips import chips
from webui.sessions.filtering import CLIENTS, MOST_COUNTED, Count, Filter, count, link
from webui.views import listing
from webui.views.methods import Request, read

EMPTY_PANE = "sessions.html#nothing"
# Terms of a filter without results that are tried without.
MOST_TRIED = 6


class Drop(NamedTuple):
    """A term without which a filter would find something."""

    term: str
    search: str
    found: Count


def page_of(asked: Filter, before: int | None = None, after: int | None = None) -> listing.Page[Session]:
    """Return what a filter shows: nothing where it is not understood."""
    if not asked.is_understood:
        return listing.Page([], False)
    most = listing.PAGE if after is None else listing.CATCH_UP
    found = search.look(asked.query, before, after, most + 1)
    # Upwards, what does not fit is the newest: it comes with the next request, and no row between is skipped.
    shown = found.keys[:most] if after is None else found.keys[-most:]
    return listing.Page(list(search.rows(shown)), len(found.keys) > most or found.end is not None, found.end)


def overview(asked: Filter, found: Count | None = None) -> dict[str, Any]:
    """Return what stands above the list: the chips with their counts, and what failed or was found."""
    counts = Counter.all()
    context: dict[str, Any] = {"filter": asked, "chips": chips(asked, counts), "tally": counts}
    if not asked.is_active:
        return context | {"failing": Session.objects.failed().order_by("-pk").first() if counts["failed"] else None}
    if found is None and asked.is_understood:
        found = count(asked.query)
    return context | {"found": found}


def groups(asked: Filter) -> dict[str, Any]:
    """Return the clients, or those of the newest sessions that a filter finds."""
    look = search.look(asked.query, limit=MOST_COUNTED + 1) if asked.is_active and asked.is_understood else None
    found = clients.groups(clients.MOST + 1, look and look.keys) if asked.is_understood else []
    context = {"groups": found[: clients.MOST], "more_groups": len(found) > clients.MOST, "cursor": 0}
    return overview(asked, look and Count.of(look, MOST_COUNTED)) | context


def listed(asked: Filter) -> dict[str, Any]:
    """Return what the list shows under a filter."""
    if asked.view == CLIENTS:
        return groups(asked)
    if not asked.is_active or not asked.is_understood:
        page = page_of(asked)
        return overview(asked) | {"page": page, "cursor": page.newest}
    # What is counted begins with what is shown: one search is enough.
    found = search.look(asked.query, limit=MOST_COUNTED + 1)
    rows = list(search.rows(found.keys[: listing.PAGE]))
    more = len(found.keys) > listing.PAGE
    page = listing.Page(rows, more or found.end is not None, None if more else found.end)
    # Sessions newer than the first row shown may exist: the cursor counts them as seen.
    newest = Session.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    told = {"page": page, "cursor": newest, "drops": [] if rows or page.more else drops(asked)}
    return overview(asked, Count.of(found, MOST_COUNTED)) | told


def drops(asked: Filter) -> list[Drop]:
    """Return the terms without which there would be something to show."""
    terms = asked.query.terms[:MOST_TRIED] if len(asked.query.terms) > 1 else ()
    tried = [
        Drop(
            asked.text[term.start : term.end], link(asked.without([term])), count(Query(_others(asked.query, at)), 100)
        )
        for at, term in enumerate(terms)
    ]
    return [drop for drop in tried if drop.found.number]


def _others(query: Query, at: int) -> tuple[Term, ...]:
    return (*query.terms[:at], *query.terms[at + 1 :])


@cache
def search_help() -> SafeString:
    """Return what the search box explains: the same for every page as long as the program runs."""
    return mark_safe(render_to_string("search.html#help", {"keys": KEYS}))  # noqa: S308 - a template of ours


def full(request: Request, pane: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the whole page with `pane` on its right."""
    base = {"pane": pane, "section": "sessions", "help": search_help(), **listed(Filter.of(request))}
    return render(request, "sessions.html", base | context, status=status)


@read
def sessions(request: Request) -> HttpResponseBase:
    if request.htmx.target == "pane":
        return render(request, EMPTY_PANE)
    if request.htmx.target == "list":
        return render(request, "sessions.html#list", listed(Filter.of(request)))
    return full(request, EMPTY_PANE, {})


@read
def rows(request: Request) -> HttpResponseBase:
    """Return rows by cursor: `before` for the next page down, `after` for what has begun since."""
    before, after = listing.number(request, "before"), listing.number(request, "after")
    asked = Filter.of(request)
    page = page_of(asked, before, after)
    context = {"page": page, "arrived": after is not None, "filter": asked}
    response = render(request, "sessions.html#rows", context)
    response["X-More"] = "1" if page.more else "0"
    return response


@read
def refresh(request: Request) -> HttpResponseBase:
    """Return the named rows as they are now; one that is missing is gone, or does not meet the filter.

    The one that is open stays, whatever becomes of it: someone is just reading it.
    """
    asked, names = Filter.of(request), listing.named(request)
    found = search.named(asked.query, names) if asked.is_understood else []
    being_read = request.GET.get("open", "")
    if being_read in names and being_read not in {session.public_id for session in found}:
        found = sorted((*found, *Session.objects.filter(public_id=being_read)), key=lambda session: -session.pk)
    context = {"page": listing.Page(found, False), "arrived": True, "filter": asked}
    return render(request, "sessions.html#rows", context)


@read
def above(request: Request) -> HttpResponseBase:
    """Return what stands above the list, as it is now, and the groups where these are shown."""
    asked = Filter.of(request)
    if asked.view == CLIENTS:
        return render(request, "sessions.html#list", listed(asked))
    return render(request, "search.html#overview", overview(asked))
