"""The inbox: the list of messages, beside it the reading pane."""

from __future__ import annotations

import json
from functools import cache, lru_cache
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from catcher import bulk
from catcher.models import Message, SavedSearch
from catcher.search.messages.keys import KEYS
from webui import text
from webui.messages.row import rows as written
from webui.messages.shown import Rows, Shown
from webui.messages.suggestions import suggestions
from webui.organise.asking import messages
from webui.preferences import Preference
from webui.views import changing, connect, listing
from webui.views.methods import Request, nothing, read, write

EMPTY_PANE = "inbox.html#nothing"
# Messages that a notification names.
NAMED = 3


def listed(shown: Shown, selected: str = "") -> dict[str, Any]:
    """Return what the list shows, around the message that is open."""
    found = shown.around(selected) if selected else shown.first()
    # A filter may leave out the newest, which has been seen all the same.
    cursor = found.newest if found.messages and not (found.newer or shown.is_active) else _newest()
    context = {"shown": shown, "found": found, "cursor": cursor, "likes": shown.likes}
    context["rows"] = written(found, shown.likes, shown.search, selected, highlights=shown.highlights)
    if shown.is_active:
        context |= {"tally": shown.tally, "saved_as": SavedSearch.objects.filter(query=shown.text).first()}
    return context


def _newest() -> int:
    return Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


@lru_cache(maxsize=64)
def _menu(asked: tuple[tuple[Preference, tuple[str, ...]], ...]) -> SafeString:
    """Return the menu of how the list looks: the same as long as the answers are."""
    return mark_safe(render_to_string("inbox.html#viewing", {"asked": asked}))  # noqa: S308 - a template of ours


def full(request: Request, pane: str, context: dict[str, Any], status: int = 200) -> HttpResponse:
    """Render the whole page with `pane` on its right."""
    context = listed(Shown.of(request), context.get("selected", "")) | {"pane": pane, "section": "inbox"} | context
    context["menu"] = _menu(context["likes"].asked_in_list)
    context["help"] = search_help()
    if not context["found"].messages and not context["shown"].is_active:
        context |= connect.guide(request)
    return render(request, "inbox.html", context, status=status)


@read
def inbox(request: Request) -> HttpResponseBase:
    if request.htmx.target == "pane":
        return render(request, EMPTY_PANE)
    if request.htmx.target == "list":
        return render(request, "inbox.html#list", listed(Shown.of(request), request.GET.get("around", "")))
    return full(request, EMPTY_PANE, {})


@cache
def search_help() -> SafeString:
    """Return what the search box explains: the same for every page as long as the program runs."""
    return mark_safe(render_to_string("message_search.html#help", {"keys": KEYS}))  # noqa: S308 - a template of ours


@read
def suggest(request: Request) -> HttpResponseBase:
    """Return what may stand where someone types: `q` is the text, `at` the column of the cursor."""
    typed = request.GET.get("q", "")
    at = listing.number(request, "at")
    found = suggestions(typed, len(typed) if at is None else at)
    return render(request, "search.html#suggestions", {"suggestions": found})


@read
def above(request: Request) -> HttpResponseBase:
    """Return what stands above the list, as it is now."""
    shown = Shown.of(request)
    return render(request, "message_search.html#above", {"shown": shown, "tally": shown.tally})


@read
def rows(request: Request) -> HttpResponseBase:
    """Return rows by cursor: `before` for the next page down, `after` for the next one up, or what has arrived."""
    before, after = listing.number(request, "before"), listing.number(request, "after")
    shown = Shown.of(request)
    if after is not None:
        return _answer(shown, shown.after(after))
    return _answer(shown, shown.first() if before is None else shown.before(before))


def _answer(shown: Shown, found: Rows) -> HttpResponse:
    response = HttpResponse(written(found, shown.likes, shown.search, folded=False, highlights=shown.highlights))
    response["X-More"] = "1" if found.older or found.newer else "0"
    return response


@read
def refresh(request: Request) -> HttpResponseBase:
    """Return the named rows as they are now; one that is missing is gone, or is not among what is shown.

    The one that is open stays while it is there: someone is just reading it.
    """
    shown, names = Shown.of(request), listing.named(request)
    found = shown.named(names)
    being_read = request.GET.get("open", "")
    if being_read in names and being_read not in {message.public_id for message in found.messages}:
        both = [*found.messages, *Message.objects.filter(public_id=being_read)]
        found = Rows(sorted(both, key=lambda each: -each.pk), tags=found.tags, threads=found.threads)
    return _answer(shown, found)


@read
def news(request: Request) -> HttpResponseBase:
    """Say how many messages came behind a cursor, without marking or showing them, and name the first few."""
    shown, after = Shown.of(request), listing.number(request, "after") or 0
    behind = shown.found.filter(pk__gt=after).order_by("-pk")
    named = list(behind.only("public_id", "subject", "mail_from", "addresses", "recipient")[:NAMED])
    number = len(behind.values_list("pk", flat=True)[:1000])
    told = [
        {
            "id": each.public_id,
            "subject": text.plain(each.subject or "(no subject)")[:200],
            "from": text.plain(each.sender_name)[:100],
            "to": text.plain(each.recipient)[:100],
        }
        for each in named
    ]
    return JsonResponse({"new": number, "newest": _newest(), "messages": told})


@write
def read_all(request: Request) -> HttpResponseBase:
    bulk.set_read(None, True)
    return nothing('{"sandpost:refresh": {}}') if request.htmx else redirect("inbox")


@write
def delete_all(request: Request) -> HttpResponseBase:
    done = bulk.discard(None)
    if not request.htmx:
        return redirect("inbox")
    said = changing.told(done, f"{messages(done.count)} deleted")
    return nothing(json.dumps({"sandpost:emptied": {}, "sandpost:done": said}))
