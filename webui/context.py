"""What every page shows in its rail."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import SafeString, mark_safe

from catcher import __version__, addresses
from catcher.models import Counter, Tag
from webui.messages.saved import saved
from webui.preferences import Preferences
from webui.shortcuts import bindings, by_place


def rail(request: HttpRequest) -> dict[str, Any]:
    """Return the counters, which cost a query only where they are shown, and the addresses."""
    return {
        "version": __version__,
        "smtp": addresses.smtp(),
        "http": addresses.http(),
        "counts": SimpleLazyObject(Counter.all),
        "likes": Preferences.of(request),
        "tags": SimpleLazyObject(Tag.used),
        "saved": SimpleLazyObject(saved),
        "keys": SimpleLazyObject(keys),
        "query": request.GET.get("q", ""),
    }


@cache
def keys() -> SafeString:
    """Return what every page has of keys, the same for all: what they do, the list of them, and the palette."""
    written = render_to_string("shortcuts.html", {"bindings": json.dumps(bindings()), "shortcuts": list(by_place())})
    return mark_safe(written + render_to_string("palette.html"))  # noqa: S308 - templates of ours
