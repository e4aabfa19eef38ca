"""Two messages beside each other, and the page that asks which."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse

from webui.compare import choosing, rows, sides
from webui.compare.sides import Comparison
from webui.message.stored import find
from webui.views import errors
from webui.views.methods import Request, read


@dataclass(frozen=True, slots=True)
class Section:
    """A tab: a section without a count has nothing that could be counted."""

    name: str
    title: str
    count: int | None = None

    @property
    def words(self) -> str:
        return "difference" if self.count == 1 else "differences"


@read
def compare(request: Request, before_id: str, after_id: str) -> HttpResponseBase:
    """Show what differs from one message to another; `space=ignore` leaves white space out of it."""
    before, after = find(before_id), find(after_id)
    if before is None or after is None:
        return errors.not_found(request)
    ignore_space = request.GET.get("space") == "ignore"
    comparison = sides.compare(before, after, ignore_space)
    return render(request, "compare.html", context(comparison, ignore_space))


def context(comparison: Comparison, ignore_space: bool) -> dict[str, Any]:
    before, after = comparison.before.message, comparison.after.message
    query = "?space=ignore" if ignore_space else ""
    here = reverse("compare", args=[before.public_id, after.public_id])
    sections = sections_of(comparison)
    return {
        "section": "inbox",
        "comparison": comparison,
        "messages": [("before", before), ("after", after)],
        "is_later": after.pk > before.pk,
        "sections": sections,
        "current": next((each.name for each in sections if each.count), sections[0].name),
        "total": sum(comparison.counts.values()),
        "text": rows.shown(comparison.text),
        "page": rows.shown(comparison.page),
        "ignore_space": ignore_space,
        "swapped": reverse("compare", args=[after.public_id, before.public_id]) + query,
        "toggled": here if ignore_space else f"{here}?space=ignore",
    }


def sections_of(comparison: Comparison) -> list[Section]:
    counts = comparison.counts
    has_page = comparison.before.has_page or comparison.after.has_page
    found = [Section("html", "HTML source", counts["html"])] if has_page else []
    found.append(Section("text", "Text", counts["text"]))
    found.append(Section("headers", "Headers", counts["headers"]))
    found.append(Section("parts", "Parts", counts["parts"]))
    found.append(Section("envelope", "Envelope", counts["envelope"]))
    return [Section("rendering", "Rendering"), *found] if has_page else found


@read
def choose(request: Request, public_id: str) -> HttpResponseBase:
    """Ask which message to compare with; `q` narrows the list."""
    found = find(public_id)
    if found is None:
        return errors.not_found(request)
    choice = choosing.choice(found, request.GET.get("q", ""))
    template = "compare_choose.html#list" if request.htmx.target == "choices" else "compare_choose.html"
    proposed = choosing.pairs(found, [choice.proposed]) if choice.proposed else []
    others = choosing.pairs(found, choice.others)
    told = {"section": "inbox", "message": found, "choice": choice, "proposed": proposed, "others": others}
    return render(request, template, told)
