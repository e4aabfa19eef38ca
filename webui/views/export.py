"""What can be taken out of a session's page: copies that name nobody, files as recorded, scripts that repeat it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from catcher.dialog import export
from catcher.dialog.export import scripts
from catcher.dialog.export.scripts import Repetition
from catcher.models import Message, Session
from webui import exported
from webui.views import connect, errors
from webui.views import session as page
from webui.views.downloads import SANDBOX, attachment
from webui.views.methods import read

COPIES = ("text", "markdown")
FILES = {"text": "txt", "json": "json", "pcap": "pcap"}


class Script(NamedTuple):
    """One way to say the same again."""

    title: str
    file: str
    says: str


SCRIPTS: Mapping[str, Script] = {
    "swaks": Script("swaks", "repeat-swaks.sh", "A command for each transaction."),
    "curl": Script("curl", "repeat-curl.sh", "A command for each message; what sent none becomes a login."),
    "python": Script("Python", "repeat.py", "Says every command as it was said."),
    "nodemailer": Script("Nodemailer", "repeat.js", "Sends the same messages; what sent none becomes a login."),
}


@read
def copy(request: HttpRequest, public_id: str, form: str) -> HttpResponseBase:
    """Return a session as text for the clipboard; with `addresses=1` it names people, but gives no secret away."""
    found = page.find(public_id)
    if found is None or form not in COPIES:
        return errors.not_found(request)
    spoken, cut = exported.bounded(found, exported.COPIED)
    shown = export.masked(spoken) if request.GET.get("addresses") == "1" else export.redacted(spoken)
    response = HttpResponse(exported.written(form, shown), content_type="text/plain; charset=utf-8")
    response["Content-Security-Policy"] = SANDBOX
    response["Cache-Control"] = "no-store"
    if cut:
        response["X-Cut"] = cut
    return response


@read
def download(request: HttpRequest, public_id: str, form: str) -> HttpResponseBase:
    """Return a session as a file, as it was recorded."""
    found = page.find(public_id)
    if found is None or form not in FILES:
        return errors.not_found(request)
    spoken, _ = exported.bounded(found, exported.EXPORTED)
    octets = exported.capture(found, spoken) if form == "pcap" else exported.written(form, spoken)
    response = attachment(octets, f"sandpost-{public_id}.{FILES[form]}")
    if form == "json":
        response["Link"] = f'<{request.build_absolute_uri(reverse("session-schema"))}>; rel="describedby"'
    return response


@read
def schema(request: HttpRequest) -> HttpResponseBase:
    """Return the JSON Schema of a session's JSON."""
    return JsonResponse(export.schema(), json_dumps_params={"indent": 2}, content_type="application/schema+json")


@read
def repeat(request: HttpRequest, public_id: str) -> HttpResponseBase:
    """Return the scripts that say the same again, for the sheet of the page."""
    found = page.find(public_id)
    if found is None:
        return errors.not_found(request)
    repetition, cut = _repetition(request, found)
    stored = Message.objects.filter(public_id__in=filter(None, repetition.files.values()))
    known = set(stored.values_list("public_id", flat=True))
    files = [(name, message if message in known else "") for name, message in repetition.files.items()]
    written = [(name, script, exported.SCRIPTS[name](repetition)) for name, script in SCRIPTS.items()]
    context = {"session": found, "scripts": written, "files": files, "login": repetition.auth, "cut": cut}
    return render(request, "session_export.html#repeat", context)


@read
def script(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """Return one of the scripts as a file."""
    found = page.find(public_id)
    if found is None or name not in SCRIPTS:
        return errors.not_found(request)
    chosen = SCRIPTS[name]
    return attachment(exported.octets(exported.SCRIPTS[name](_repetition(request, found)[0])), chosen.file)


def _repetition(request: HttpRequest, session: Session) -> tuple[Repetition, str]:
    spoken, cut = exported.bounded(session, exported.COPIED)
    where = connect.guide(request)
    return scripts.repetition(spoken, str(where["mail_host"]), int(where["mail_port"])), cut
