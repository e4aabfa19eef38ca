"""How the rows and groups of the session list are named and linked."""

from __future__ import annotations

import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catcher.models import Session
from catcher.search.clients import Group
from webui.sessions.client import client
from webui.sessions.filtering import Filter
from webui.sessions.row import row

register = template.Library()
_TICKS = re.compile(r"`([^`]*)`")


@register.simple_tag
def session_row(session: Session, current: Filter, selected: str = "") -> SafeString:
    return row(session, current.search, session.public_id == selected)


@register.simple_tag
def client_group(group: Group, current: Filter) -> SafeString:
    return client(group, current)


@register.filter
def ticked(text: str) -> SafeString:
    """Return a text in which what stands between backticks is code."""
    pieces: list[str] = [escape(piece) for piece in _TICKS.split(text)]
    pieces[1::2] = [f"<code>{piece}</code>" for piece in pieces[1::2]]
    return mark_safe("".join(pieces))  # noqa: S308 - every piece is escaped above
