"""Template filters of the page that compares: values with the words marked that differ."""

from __future__ import annotations

from django import template
from django.utils.safestring import SafeString

from catcher.compare.words import Spans
from webui.compare import rows

register = template.Library()


@register.filter
def old(spans: Spans) -> SafeString:
    return rows.spans(spans, "del")


@register.filter
def new(spans: Spans) -> SafeString:
    return rows.spans(spans, "ins")
