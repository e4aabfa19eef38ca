"""Template tags and filters of the pages: how sizes, times and hostile text are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.template.base import Parser, TextNode, Token
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from catcher.dialog import story
from catcher.dialog.durations import spell
from catcher.dialog.finding import Severity
from catcher.dialog.outcome import Outcome
from catcher.models import Session
from webui import row as rows
from webui import text
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


def ago(then: dt.datetime, now: dt.datetime) -> str:
    """Return how long ago, as static/js/times.js writes it, which keeps it right afterwards."""
    seconds = (now - then).total_seconds()
    if seconds < 45:
        return "now"
    if seconds < 3570:
        return f"{max(1, round(seconds / 60))} min"
    if seconds < 84600:
        return f"{round(seconds / 3600)} h"
    return f"{round(seconds / 86400)} d"


@register.filter
def relative(when: dt.datetime) -> SafeString:
    # Nothing to escape, and every row of a list has one.
    written = when.isoformat(timespec="milliseconds")
    return SafeString(f'<time datetime="{written}" data-relative>{ago(when, timezone.now())}</time>')


@register.filter
def moment(when: dt.datetime) -> SafeString:
    """Return the absolute time with milliseconds; the browser turns it into its own zone."""
    return format_html(
        '<time datetime="{}" data-moment>{} UTC</time>',
        when.isoformat(timespec="milliseconds"),
        when.time().isoformat(timespec="milliseconds"),
    )


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
