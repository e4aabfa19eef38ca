"""When the things take place that a message invites to."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.safestring import SafeString

from catcher.mime.invitation import Event, Moment
from webui import text

register = template.Library()


@register.filter
def event_time(event: Event) -> SafeString:
    """Return when something takes place, in the time zone that it names."""
    if event.start is None:
        return text.line("")
    said = _day(event.start) + _clock(event.start)
    if event.end is not None:
        same = _day(event.end) == _day(event.start)
        said += f" to {_clock(event.end).strip()}" if same and not event.end.is_day else _until(event.end, same)
    elif event.duration:
        said += f", {event.duration}"
    return text.line(f"{said} {'' if event.start.is_day else event.start.zone or 'local time'}".strip())


def _until(end: Moment, same: bool) -> str:
    return "" if same else f" to {_day(end)}{_clock(end)}"


def _day(moment: Moment) -> str:
    return f"{moment.value:%a, %d %b %Y}"


def _clock(moment: Moment) -> str:
    return f" {moment.value:%H:%M}" if isinstance(moment.value, datetime) else ""
