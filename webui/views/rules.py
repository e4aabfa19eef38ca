"""All rules on one page, each with an example; muted and unmuted there."""

from __future__ import annotations

import json

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse

from catcher import actions, findings
from catcher.dialog.finding import Severity
from catcher.dialog.lint import registry
from webui import rules as listed
from webui.views import errors
from webui.views.methods import Request, read, write

MUTED = "{} is muted. What it has found is looked at again in the background."
UNMUTED = "{} speaks again. What is stored is looked at again in the background."


@read
def rules(request: Request) -> HttpResponseBase:
    muted = frozenset(findings.muted() & registry.by_id.keys())
    context = {
        "listing": listed.listing(muted),
        "total": len(registry.by_id),
        "muted_count": len(muted),
        "severities": list(Severity),
        "kinds": listed.KINDS,
        "section": "sessions",
    }
    return render(request, "rules.html", context)


@write
def set_muted(request: Request, rule: str, silent: bool) -> HttpResponseBase:
    if rule not in registry.by_id:
        return errors.not_found(request)
    actions.mute_at_once(rule, silent)
    if not request.htmx:
        return redirect(f"{reverse('rules')}#{rule}")
    context = {"rule": registry.by_id[rule], "muted": silent}
    response: HttpResponse = render(request, "rules.html#muting", context)
    response["HX-Trigger"] = json.dumps({"sandpost:say": {"text": (MUTED if silent else UNMUTED).format(rule)}})
    return response
