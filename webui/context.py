"""What every page shows in its rail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from catcher import __version__, addresses
from catcher.models import Counter


def rail(request: HttpRequest) -> dict[str, Any]:
    """Return the counters and the addresses; a partial for htmx has no rail, so it costs no query there."""
    shared = {"version": __version__, "smtp": addresses.smtp(), "http": addresses.http()}
    htmx = getattr(request, "htmx", None)
    return shared if htmx else {**shared, "counts": Counter.all()}
