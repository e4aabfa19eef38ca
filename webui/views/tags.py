"""The page of tags and of the rules that give them."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import redirect, render

from catcher import tagging
from catcher.models import COLOURS, Tag, TagRule
from catcher.search.matching import matching
from webui.organise.asking import messages
from webui.views import errors
from webui.views.methods import Request, read, write


def context(**more: Any) -> dict[str, Any]:
    return {
        "tags": list(Tag.objects.order_by("key")),
        "rules": list(TagRule.objects.select_related("tag").order_by("pk")),
        "colours": COLOURS,
        "section": "tags",
        **more,
    }


@read
def tags(request: Request) -> HttpResponseBase:
    """Return the page, or its lists alone for a page that hears of a change."""
    return render(request, "tags.html#lists" if request.htmx else "tags.html", context())


@read
def names(request: Request) -> HttpResponseBase:
    """Return the tags that messages have, for the page's side and for completion."""
    found = [{"name": tag.name, "colour": tag.colour, "total": tag.total} for tag in Tag.used()]
    return JsonResponse({"tags": found})


@read
def count(request: Request) -> HttpResponseBase:
    """Say how many messages `q` finds now."""
    text = request.GET.get("q", "").strip()
    if not text:
        return HttpResponse("")
    try:
        tagging.check_query(text)
        found = matching(text).count()
    except ValueError as error:
        return render(request, "tags.html#unclear", {"error": str(error)})
    return render(request, "tags.html#found", {"found": found})


def _done(request: Request, change: Callable[[], str]) -> HttpResponseBase:
    """Do something, and show the lists as they are then, with what was said or refused."""
    try:
        text, error = change(), ""
    except ValueError as refusal:
        text, error = "", str(refusal)
    if not request.htmx:
        return redirect("tags") if not error else render(request, "tags.html", context(error=error), status=400)
    response = render(request, "tags.html#lists", context(error=error))
    if text:
        response["HX-Trigger"] = json.dumps({"sandpost:say": {"text": text}})
    return response


@write
def change(request: Request, pk: int) -> HttpResponseBase:
    """Give a tag the `name` and the `colour` of the form; "" is the colour that comes from the name."""
    tag = Tag.objects.filter(pk=pk).first()
    if tag is None:
        return errors.not_found(request)
    name, colour = request.POST.get("name"), request.POST.get("colour")

    def save() -> str:
        if name is not None and name != tag.name:
            tagging.rename(tag, name)
        if colour is not None and colour != tag.chosen_colour:
            tagging.recolour(tag, colour)
        return f"{Tag.objects.get(pk=pk).name} is saved."

    return _done(request, save)


@write
def delete(request: Request, pk: int) -> HttpResponseBase:
    tag = Tag.objects.filter(pk=pk).first()
    if tag is None:
        return errors.not_found(request)
    return _done(request, lambda: f"{tag.name} is taken off {messages(tagging.delete(tag))}.")


@write
def add_rule(request: Request) -> HttpResponseBase:
    def save() -> str:
        rule = tagging.add_rule(request.POST.get("q", ""), request.POST.get("tag", ""))
        return f"New mail that fits gets {rule.tag.name}."

    return _done(request, save)


@write
def delete_rule(request: Request, pk: int) -> HttpResponseBase:
    rule = TagRule.objects.filter(pk=pk).first()
    if rule is None:
        return errors.not_found(request)

    def remove() -> str:
        tagging.delete_rule(rule)
        return "The rule is deleted. What it has tagged stays so."

    return _done(request, remove)


@write
def apply_rule(request: Request, pk: int) -> HttpResponseBase:
    """Tag what is there already."""
    rule = TagRule.objects.select_related("tag").filter(pk=pk).first()
    if rule is None:
        return errors.not_found(request)
    return _done(request, lambda: f"{messages(tagging.apply_rule(rule).count)} tagged {rule.tag.name}.")
