"""Template tags and filters of the pages: how sizes, times and hostile text are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.base import Parser, TextNode, Token
from django.utils import timezone
from django.utils.safestring import SafeString

from catcher.dialog import story
from catcher.dialog.durations import spell
from catcher.dialog.finding import Severity
from catcher.dialog.outcome import Outcome
from catcher.models import Session
from webui import clock, text
from webui import row as rows
from webui.dialog import Line
from webui.icons import svg
from webui.row import Here

register = template.Library()
_SEVERITIES = {Severity.SECURITY: "bad", Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: "info"}
_BARS = {
    Outcome.OPEN: "open",
    Outcome.DELIVERED: "ok",
    Outcome.PROBE: "warn",
    Outcome.IDLE: "warn",
    Outcome.PARTIAL: "bad",
}


@register.tag
def icon(parser: Parser, token: Token) -> TextNode:
    """Put an icon there when the template is compiled: a list shows hundreds of them."""
    return TextNode(svg(token.split_contents()[1].strip('"')))


@register.filter
def drawn(name: str) -> SafeString:
    """Return the icon of a name that is only known when the page is written."""
    return SafeString(svg(name))


@register.filter
def octets(number: int) -> str:
    """Return a size as people say it, in powers of 1,000: `842 B`, `4.2 kB`, `12 MB`."""
    if number < 1000:
        return f"{number} B"
    value, unit = number / 1000, "kB"
    for larger in ("MB", "GB"):
        if value >= 999.5:
            value, unit = value / 1000, larger
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


@register.filter
def duration(microseconds: int) -> str:
    return spell(microseconds)


@register.filter
def lasted(microseconds: int) -> str:
    """Return how long something took, empty where it took no time at all."""
    if 0 < microseconds < 50:
        return "under 0.1 ms"
    return spell(microseconds) if microseconds else ""


@register.filter
def relative(when: dt.datetime) -> SafeString:
    """Return how long ago that was, or when, as this browser likes it."""
    return clock.current().brief(when, timezone.now())


@register.filter
def moment(when: dt.datetime) -> SafeString:
    """Return day and time with milliseconds, in this browser's zone."""
    return clock.current().full(when)


register.filter("visible", text.line)
register.filter("plain", text.plain)
register.filter("visible_block", text.block)
register.filter("linked", text.linked)


@register.filter
def outcome_words(session: Session) -> str:
    return story.words(session)


@register.filter
def outcome_bar(session: Session) -> str:
    """Return the colour in which a session's outcome is drawn; the words stand beside it."""
    return _BARS.get(Outcome(session.outcome), "bad")


@register.filter
def severity(found: Severity) -> str:
    """Return the colour of a finding; the word stands beside it."""
    return _SEVERITIES[found]


@register.filter
def row(line: Line, here: Here) -> SafeString:
    return rows.row(line, here)


@register.filter
def tls(version: str) -> str:
    """Return `TLS 1.3` for what the library calls `TLSv1.3`."""
    return version.replace("TLSv", "TLS ")


@register.filter
def count(number: Any) -> str:
    return f"{int(number):,}"
