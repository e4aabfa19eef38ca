"""What the palette offers: the commands once, and what words find while somebody types."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import render

from webui.palette.commands import commands
from webui.palette.found import found
from webui.preferences import Preferences
from webui.views.methods import Request, read


@read
def palette(request: Request) -> HttpResponseBase:
    """Return every command, or with `q` the messages and sessions that have its words."""
    text = request.GET.get("q")
    offered = commands(Preferences.of(request)) if text is None else found(text)
    return render(request, "palette.html#options", {"commands": offered})
