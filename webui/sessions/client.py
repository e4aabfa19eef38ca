"""GROUP -> HTML of one client; written here, as rows are, for a hundred of them are most of a page's time."""

from __future__ import annotations

from functools import cache
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catcher.search.clients import Group
from webui import text
from webui.sessions.filtering import Filter, link, quoted
from webui.templatetags.sandpost import count, relative


def client(group: Group, current: Filter) -> SafeString:
    """Return the group, whose link asks for its sessions on top of the filter there is."""
    times = escape(urlencode({"client": group.name, "host": group.host}))
    return mark_safe(  # noqa: S308 - every piece is escaped or written here
        f'<article class="client-group{" bad" if group.failing else ""}">'
        f'<a class="client-link" href="{_path("sessions")}{escape(_search(group, current))}" data-filter>'
        '<span class="bar-mark" aria-hidden="true"></span>'
        f'<b>{text.line(group.name or "unknown client")}</b><span class="when">{relative(group.last_seen)}</span>'
        f'<span class="words">from {text.line(group.host)} <span aria-hidden="true">–</span> {_told(group)}</span></a>'
        f'<details data-group="{escape(f"{group.name} {group.host}")}" hx-get="{_path("client-times")}?{times}" '
        'hx-trigger="toggle once" hx-target="find .times" hx-swap="innerHTML" hx-push-url="false">'
        '<summary>How fast it is</summary><div class="times faint">Summing up</div></details></article>'
    )


@cache
def _path(name: str) -> str:
    return reverse(name)


def _told(group: Group) -> str:
    failing = f', <span class="errors">{count(group.failing)} failing</span>' if group.failing else ""
    return f"{count(group.sessions)} session{'' if group.sessions == 1 else 's'}{failing}"


def _search(group: Group, current: Filter) -> str:
    terms = [f"client={quoted(value)}" for value in (group.name, group.host) if value]
    return link(current.with_(" ".join(terms)))
