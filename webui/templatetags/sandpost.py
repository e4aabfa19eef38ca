"""Template tags and filters of the pages: how sizes, times and hostile text are written."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import template
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from catcher.models import Session
from webui import story, text

register = template.Library()

# Drawn for Sandpost on a grid of 24, stroke 1.7: one set, so that the weights agree.
ICONS = {
    "inbox": '<path d="M4 13.500h4.500l1.500 2.500h4l1.500-2.500H20"/><path d="M6 5h12l2.500 8.500V18a1.500 1.500 0 0 1-1.500 1.500H5A1.500 1.500 0 0 1 3.500 18v-4.500z"/>',
    "sessions": '<path d="M4 5.500h11a1 1 0 0 1 1 1V13a1 1 0 0 1-1 1H9l-4 3.500V14H4a1 1 0 0 1-1-1V6.500a1 1 0 0 1 1-1z"/><path d="M19 9.500h1a1 1 0 0 1 1 1V17a1 1 0 0 1-1 1h-1v3l-3.500-3H12"/>',
    "connect": '<path d="M9 3v5M15 3v5M6.500 8h11v3.500a5.500 5.500 0 0 1-11 0zM12 17v4"/>',
    "settings": '<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2"/><circle cx="9" cy="17" r="2"/>',
    "check": '<path d="m5 12.500 4.500 4.500L19.500 7"/>',
    "trash": '<path d="M4.500 7h15M9.500 7V4.500h5V7M6.500 7l.8 12.500h9.400L17.500 7M10.500 11v5M13.500 11v5"/>',
    "back": '<path d="M19 12H5.500M11 6l-6 6 6 6"/>',
    "clip": '<path d="m19.500 11.500-8 8a4.800 4.800 0 0 1-6.800-6.800l8.200-8.200a3.200 3.200 0 0 1 4.500 4.500l-8 8a1.600 1.600 0 0 1-2.300-2.300l7.400-7.300"/>',
    "download": '<path d="M12 4v11M7.500 11l4.500 4.500 4.500-4.500M5 20h14"/>',
    "lock": '<rect x="5.500" y="11" width="13" height="9" rx="2"/><path d="M8.500 11V8a3.500 3.500 0 0 1 7 0v3"/>',
    "copy": '<rect x="8.500" y="8.500" width="11" height="11" rx="2"/><path d="M15.500 5.500v-1h-11v11h1"/>',
    "image": '<rect x="4" y="5" width="16" height="14" rx="2"/><path d="m4 16 4.500-4 3.500 3 3.500-4 4.500 4.500"/><circle cx="9" cy="9" r="1"/>',
    "dot": '<circle cx="12" cy="12" r="4" fill="currentColor" stroke="none"/>',
    "warn": '<path d="M12 4.500 21 19.500H3zM12 10v4.500M12 17v.2"/>',
    "keys": '<rect x="3" y="6.500" width="18" height="11" rx="2"/><path d="M7 10.500h.1M10.500 10.500h.1M14 10.500h.1M17.200 10.500h.1M8.500 14h7"/>',
    "sun": '<circle cx="12" cy="12" r="3.500"/><path d="M12 3.500v2M12 18.500v2M3.500 12h2M18.500 12h2M6 6l1.400 1.400M16.600 16.600 18 18M18 6l-1.400 1.400M7.400 16.600 6 18"/>',
    "moon": '<path d="M19.500 14.500A8 8 0 0 1 9.500 4.500a8 8 0 1 0 10 10z"/>',
    "auto": '<circle cx="12" cy="12" r="7.500"/><path d="M12 4.500a7.500 7.500 0 0 1 0 15z" fill="currentColor"/>',
    "up": '<path d="M12 19V6M6.500 11 12 5.500l5.500 5.500"/>',
    "mail": '<rect x="3.500" y="6" width="17" height="12.500" rx="2"/><path d="m4.500 8 7.500 5.500L19.500 8"/>',
    "unread": '<rect x="3.500" y="7.500" width="14" height="11" rx="2"/><path d="m4.500 9.500 6 4.500 6-4.500"/><circle cx="19" cy="6" r="2.500" fill="currentColor" stroke="none"/>',
    "source": '<path d="m8.500 7-5 5 5 5M15.500 7l5 5-5 5"/>',
}  # fmt: skip


@register.simple_tag
def icon(name: str) -> SafeString:
    return mark_safe(  # noqa: S308 - a constant of this module
        '<svg class="icon" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="1.7" '
        f'stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">{ICONS[name]}</svg>'
    )


@register.filter
def octets(number: int) -> str:
    """Return a size as people say it, in powers of 1,000: `842 B`, `4.2 kB`, `12 MB`."""
    if number < 1000:
        return f"{number} B"
    value = float(number)
    for unit in ("kB", "MB", "GB"):
        value /= 1000
        if value < 999.5:
            break
    return f"{value:.1f} {unit}" if value < 9.95 else f"{value:.0f} {unit}"


@register.filter
def duration(microseconds: int) -> str:
    """Return how long something took: `38 ms`, `4.2 s`, `5 min 10 s`."""
    if microseconds < 999_500:
        return f"{microseconds / 1000:.0f} ms" if microseconds >= 9_950 else f"{microseconds / 1000:.1f} ms"
    seconds = microseconds / 1_000_000
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, seconds = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {seconds} s"
    return f"{minutes // 60} h {minutes % 60} min"


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


@register.simple_tag
def relative(when: dt.datetime) -> SafeString:
    return format_html(
        '<time datetime="{}" data-relative title="{}">{}</time>',
        when.isoformat(timespec="milliseconds"),
        f"{when:%Y-%m-%d %H:%M:%S} UTC",
        ago(when, timezone.now()),
    )


@register.simple_tag
def moment(when: dt.datetime) -> SafeString:
    """Return the absolute time with milliseconds; the browser turns it into its own zone."""
    shown = f"{when:%H:%M:%S}.{when.microsecond // 1000:03d}"
    return format_html(
        '<time datetime="{}" data-moment title="{}">{}</time>',
        when.isoformat(timespec="milliseconds"),
        f"{when:%Y-%m-%d} {shown} UTC",
        shown,
    )


register.filter("visible", text.line)
register.filter("visible_block", text.block)
register.filter("linked", text.linked)


@register.filter
def outcome_words(session: Session) -> str:
    return story.words(session)


@register.filter
def outcome_bar(session: Session) -> str:
    return story.bar(session)


@register.filter
def tls(version: str) -> str:
    """Return `TLS 1.3` for what the library calls `TLSv1.3`."""
    return version.replace("TLSv", "TLS ")


@register.filter
def count(number: Any) -> str:
    return f"{int(number):,}"
