"""How somebody likes the pages, and every setting of the server: to be read here, changed by option or variable."""

from __future__ import annotations

from typing import Any

from django.conf import settings as django_settings
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone

from catcher import actions, addresses
from catcher.env import Setting
from catcher.models import AllowedSender
from catcher.options import SETTINGS
from webui.clock import zones
from webui.views.methods import read, write


def value(setting: Setting, current: Any) -> str:
    """Return a value as a person would write it; a secret only says whether there is one."""
    if setting.secret:
        return "••••••" if current is not None else "any"
    if setting.is_flag:
        return "yes" if current else "no"
    if isinstance(current, list):
        return ", ".join(current) or "(none)"
    if setting.metavar == "SIZE" and current:
        return binary(current)
    return f"{current:,}" if isinstance(current, int) else str(current)


def binary(number: int) -> str:
    """Return a size in the units in which settings are given, powers of 1,024."""
    for power, unit in ((30, "GiB"), (20, "MiB"), (10, "KiB")):
        if number % (1 << power) == 0:
            return f"{number >> power} {unit}"
    return f"{number:,} B"


@read
def settings(request: HttpRequest) -> HttpResponseBase:
    # With port 0 the system chose: the page says where Sandpost really listens.
    real = {"smtp": addresses.smtp(), "http": addresses.http()}
    groups: dict[str, list[dict[str, object]]] = {}
    for setting in SETTINGS:
        current = real.get(setting.name, django_settings.SANDPOST[setting.name])
        row = {"setting": setting, "value": value(setting, current)}
        groups.setdefault(setting.group, []).append(row)
    context = {"groups": groups, "section": "settings", "zones": zones(), "now": timezone.now()}
    context["senders"] = AllowedSender.objects.order_by("address")
    return render(request, "settings.html", context)


@write
def block_sender(request: HttpRequest) -> HttpResponseBase:
    """Take back that mail of a sender may load remote content."""
    actions.allow_remote(request.POST.get("address", ""), False)
    return redirect(f"{reverse('settings')}#senders")
