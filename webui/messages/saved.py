"""The saved searches as they stand in the rail, with how many messages each finds."""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urlencode

from catcher.models import SavedSearch
from webui.messages.shown import Shown
from webui.preferences import Preferences

# Saved searches that are counted: each costs a search.
MOST_COUNTED = 20


class Saved(NamedTuple):
    name: str
    query: str
    search: str
    found: str = ""


def saved(likes: Preferences | None = None) -> list[Saved]:
    """Return them in their order; counted only where it is said how lists are liked."""
    return [
        Saved(each.name, each.query, f"?{urlencode({'q': each.query})}", _count(each.query, likes, at))
        for at, each in enumerate(SavedSearch.objects.all())
    ]


def _count(query: str, likes: Preferences | None, at: int) -> str:
    if likes is None or at >= MOST_COUNTED:
        return ""
    shown = Shown.query(query, likes)
    return "" if shown.problem else str(shown.tally)
