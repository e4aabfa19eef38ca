"""What is done to many messages at once, by name or by search, and how it is taken back."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Q
from django.http import HttpResponseBase, JsonResponse
from django.shortcuts import redirect

from catcher import bulk
from catcher.bulk import Chosen, Done
from catcher.models import Message
from webui.messages.shown import Shown
from webui.views import errors, listing
from webui.views.methods import Request, write

# Ids in one request: as many rows as a page can hold, and more.
MOST_IDS = 2000
Act = Callable[[Chosen, str], Done]

_ACTIONS: dict[str, tuple[Act, str]] = {
    "read": (lambda chosen, _: bulk.set_read(chosen, True), "marked read"),
    "unread": (lambda chosen, _: bulk.set_read(chosen, False), "marked unread"),
    "star": (lambda chosen, _: bulk.set_starred(chosen, True), "starred"),
    "unstar": (lambda chosen, _: bulk.set_starred(chosen, False), "no longer starred"),
    "tag": (bulk.add_tag, "tagged"),
    "untag": (bulk.remove_tag, "no longer tagged"),
    "delete": (lambda chosen, _: bulk.discard(chosen), "deleted"),
}


@write
def act(request: Request, action: str) -> HttpResponseBase:
    """Do one thing to the messages of `ids`, or with `all` to what `q` finds up to the one with the key `newest`."""
    if action not in _ACTIONS:
        return errors.not_found(request)
    chosen = _chosen(request)
    if chosen is None:
        return errors.bad_request(request)
    do, words = _ACTIONS[action]
    try:
        done = do(chosen, request.POST.get("tag", ""))
    except ValueError as error:
        return JsonResponse({"error": str(error)}, status=400)
    if not request.htmx:
        return redirect("inbox")
    said = f"{done.count:,} message{'' if done.count == 1 else 's'} {words}"
    return JsonResponse({"count": done.count, "undo": done.undo, "said": said})


def _chosen(request: Request) -> Chosen:
    """Return what is meant; None where that is nothing, or a search that is not understood."""
    if request.POST.get("all") == "1":
        shown, newest = Shown.of(request), request.POST.get("newest", "")
        if shown.problem or not (newest.isascii() and newest.isdigit() and len(newest) < 19):
            return None
        return shown.found.filter(pk__lte=int(newest))
    ids = listing.known(request.POST.get("ids", "").split(","), MOST_IDS)
    return _together(request, ids) if ids else None


def _together(request: Request, ids: list[str]) -> Chosen:
    """A row that stands for a thread stands for all of its messages, as far as they were there when it was shown."""
    if request.POST.get("threads") != "1":
        return ids
    shown = Message.objects.filter(public_id__in=ids)
    newest = shown.order_by("-pk").values_list("pk", flat=True).first() or 0
    threads = list(shown.exclude(thread=None).values_list("thread", flat=True))
    return Message.objects.filter(Q(public_id__in=ids) | Q(thread__in=threads, pk__lte=newest))


@write
def undo(request: Request, token: str) -> HttpResponseBase:
    """Take back what an answer of `act` named; what is too old, or done already, is not known any more."""
    count = bulk.undo(token)
    if not request.htmx:
        return redirect("inbox")
    if count is None:
        return JsonResponse({"error": "That can no longer be undone."}, status=410)
    return JsonResponse({"count": count, "said": f"Undone for {count:,} message{'' if count == 1 else 's'}"})
