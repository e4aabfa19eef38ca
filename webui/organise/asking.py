"""A bulk action as a form asks for it: `action`, the `tag` where it is about one, and which messages are meant."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

from catcher import bulk
from catcher.bulk import Chosen, Done
from catcher.ids import PATTERN
from catcher.models import Message, clean_name
from catcher.search.matching import QueryError, matching

MOST_IDS = 1000
_MOST_DIGITS = 18


class Unclear(ValueError):
    """The form does not say what is to be done; the text says why."""


@dataclass(frozen=True, slots=True)
class Action:
    """What is done to messages, and how the page says that it was; `{}` is the tag."""

    change: Callable[[Chosen, str], Done]
    said: str
    is_tagging: bool = False


ACTIONS = {
    "read": Action(lambda chosen, _: bulk.set_read(chosen, True), "marked read"),
    "unread": Action(lambda chosen, _: bulk.set_read(chosen, False), "marked unread"),
    "star": Action(lambda chosen, _: bulk.set_starred(chosen, True), "starred"),
    "unstar": Action(lambda chosen, _: bulk.set_starred(chosen, False), "not starred any more"),
    "tag": Action(bulk.add_tag, "tagged {}", is_tagging=True),
    "untag": Action(bulk.remove_tag, "without the tag {}", is_tagging=True),
    "delete": Action(lambda chosen, _: bulk.discard(chosen), "deleted"),
}


def messages(count: int) -> str:
    return "1 message" if count == 1 else f"{count:,} messages"


def run(form: QueryDict) -> tuple[Done, str]:
    """Do what a form asks for; return that, and the sentence about it. Raises Unclear."""
    action = ACTIONS.get(form.get("action", ""))
    if action is None:
        raise Unclear(f"The action is one of {', '.join(ACTIONS)}.")
    tag = clean_name(form.get("tag", ""))
    if action.is_tagging and not tag:
        raise Unclear("A tag is made of letters, digits, spaces and . _ @ -")
    done = action.change(chosen(form), tag)
    return done, f"{messages(done.count)} {action.said.format(tag)}" if done.count else "Nothing to change"


def chosen(form: QueryDict) -> Chosen:
    """Return which messages are meant: `ids` by commas, what `q` finds up to row `newest`, or `all`."""
    if ids := [one for value in form.getlist("ids") for one in value.split(",") if one]:
        if len(ids) > MOST_IDS or not all(PATTERN.fullmatch(one) for one in ids):
            raise Unclear(f"Name at most {MOST_IDS} messages by their ids, or give a search.")
        return _with_kin(ids) if form.get("threads") == "1" else ids
    text = form.get("q", "").strip()
    if not text and form.get("all") != "1":
        raise Unclear("Say which messages: ids, q or all.")
    try:
        found = matching(text)
    except QueryError as error:
        raise Unclear(str(error)) from error
    newest = form.get("newest", "")
    is_number = newest.isascii() and newest.isdigit() and len(newest) <= _MOST_DIGITS
    return found.filter(pk__lte=int(newest)) if is_number else found


def _with_kin(ids: list[str]) -> QuerySet[Message]:
    """A row that stands for a thread stands for all of its messages that were there when it was shown."""
    shown = Message.objects.filter(public_id__in=ids)
    newest = shown.order_by("-pk").values_list("pk", flat=True).first() or 0
    threads = list(shown.exclude(thread=None).values_list("thread", flat=True))
    return Message.objects.filter(Q(public_id__in=ids) | Q(thread__in=threads, pk__lte=newest))


def wants_answer(request: HttpRequest) -> bool:
    """Whether a script asks, which reads JSON; a form without one is led back to the list."""
    return bool(getattr(request, "htmx", None))
