"""The mark of a row in a list that has findings."""

from __future__ import annotations

from typing import NamedTuple

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from catcher.dialog.finding import Severity
from catcher.models import Message, Session
from webui.icons import svg

register = template.Library()


class Mark(NamedTuple):
    """How a severity is drawn: in a shape of its own, for colour alone says nothing to many."""

    tone: str
    icon: SafeString


_MARKS = {
    severity.value: Mark(tone, mark_safe(svg(icon)))  # noqa: S308 - an icon of ours
    for severity, tone, icon in (
        (Severity.SECURITY, "bad", "shield"),
        (Severity.ERROR, "bad", "wrong"),
        (Severity.WARNING, "warn", "warn"),
        (Severity.INFO, "info", "info"),
    )
}


@register.filter
def findings_mark(row: Session | Message) -> SafeString:
    """Return how many findings a row has and how bad the worst is; nothing where it has none."""
    if not row.findings_count or row.worst not in _MARKS:
        return SafeString("")
    mark = _MARKS[row.worst]
    noun = "finding" if row.findings_count == 1 else "findings"
    return format_html(
        '<span class="found {}" title="{} {}, worst: {}">{}{}<span class="unseen"> {}, worst: {}. </span></span>',
        *(mark.tone, row.findings_count, noun, row.worst, mark.icon, row.findings_count, noun, row.worst),
    )
