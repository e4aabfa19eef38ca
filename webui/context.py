"""What every page shows in its rail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from catcher import __version__, addresses
from catcher.models import Counter, Tag
from webui.messages.saved import saved
from webui.preferences import Preferences


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
        "query": request.GET.get("q", ""),
    }
