"""How the rows and groups of the session list are named and linked."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catcher.models import Session
from catcher.search.clients import Group
from webui.sessions.filtering import Filter, link, quoted

register = template.Library()
_UNKNOWN = "unknown"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})
_TICKS = re.compile(r"`([^`]*)`")


@register.filter
def row_name(session: Session) -> str:
    """Return the name that a session is listed under: what it said in EHLO, or the program that it was."""
    return session.hello or _program(session) or "(no EHLO)"


@register.filter
def row_peer(session: Session) -> str:
    """Return what else is known of the client: its program, and its address where that is not this machine's own."""
    program = _program(session) if session.hello else ""
    host = "" if program and session.peer_host in _LOOPBACK else session.peer_host
    return " · ".join(part for part in (program, host) if part)


def _program(session: Session) -> str:
    return "" if session.client == _UNKNOWN else session.client_name


@register.filter
def group_search(group: Group, current: Filter) -> str:
    """Return the filter for the sessions of a group, on top of the one there is."""
    terms = f"client={quoted(group.host)}" if group.host else ""
    if group.name:
        terms = f"client={quoted(group.name)} {terms}"
    return link(current.with_(terms.strip()))


@register.filter
def group_times(group: Group) -> str:
    return urlencode({"client": group.name, "host": group.host})


@register.filter
def ticked(text: str) -> SafeString:
    """Return a text in which what stands between backticks is code."""
    pieces: list[str] = [escape(piece) for piece in _TICKS.split(text)]
    pieces[1::2] = [f"<code>{piece}</code>" for piece in pieces[1::2]]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
