"""What can be taken out of a session's page: copies that name nobody, files as recorded, scripts that repeat it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import islice
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.urls import reverse

from catcher.dialog import conversation as dialog
from catcher.dialog import export
from catcher.dialog.conversation import Conversation
from catcher.dialog.export import scripts
from catcher.dialog.export.scripts import Repetition
from catcher.dialog.records import Direction, Kind, Record
from catcher.models import Body, Message, Session
from webui.views import connect, errors
from webui.views import session as page
from webui.views.downloads import SANDBOX, attachment
from webui.views.methods import read

# Of a longer session, its first lines are copied, or repeated: a clipboard is for what somebody reads.
COPIED = 5_000
EXPORTED = 100_000
# Octets of messages that one capture takes.
LARGEST_CAPTURE = 64_000_000
COPIES: Mapping[str, Callable[[Conversation], str]] = {
    "text": export.text,
    "markdown": lambda shown: export.markdown(shown, redact=False),
}


class Script(NamedTuple):
    """One way to say the same again."""

    title: str
    file: str
    write: Callable[[Repetition], str]
    says: str


SCRIPTS: Mapping[str, Script] = {
    "swaks": Script("swaks", "repeat-swaks.sh", scripts.swaks, "A command for each transaction."),
    "curl": Script(
        "curl", "repeat-curl.sh", scripts.curl, "A command for each message; what sent none becomes a login."
    ),
    "python": Script("Python", "repeat.py", scripts.python, "Says every command as it was said."),
    "nodemailer": Script(
        "Nodemailer", "repeat.js", scripts.nodemailer, "Sends the same messages; what sent none becomes a login."
    ),
}


@read
def copy(request: HttpRequest, public_id: str, form: str) -> HttpResponseBase:
    """Return a session as text for the clipboard; with `addresses=1` it names people, but gives no secret away."""
    found = page.find(public_id)
    if found is None or form not in COPIES:
        return errors.not_found(request)
    spoken, cut = bounded(found, COPIED)
    shown = export.masked(spoken) if request.GET.get("addresses") == "1" else export.redacted(spoken)
    response = HttpResponse(_octets(COPIES[form](shown)), content_type="text/plain; charset=utf-8")
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
    spoken, _ = bounded(found, EXPORTED)
    response = attachment(FILES[form](found, spoken), f"sandpost-{public_id}.{ENDINGS.get(form, form)}")
    if form == "json":
        response["Link"] = f'<{request.build_absolute_uri(reverse("session-schema"))}>; rel="describedby"'
    return response


def _json(_: Session, spoken: Conversation) -> bytes:
    return _octets(json.dumps(export.as_json(spoken), ensure_ascii=False, indent=1) + "\n")


def _pcap(session: Session, spoken: Conversation) -> bytes:
    left = LARGEST_CAPTURE

    def content(public_id: str) -> bytes | None:
        nonlocal left
        found = Message.objects.filter(public_id=public_id).values_list("pk", "size").first()
        if found is None or found[1] > left:
            return None
        left -= found[1]
        raw = Body.objects.filter(pk=found[0]).values_list("raw", flat=True).first()
        return bytes(raw) if raw is not None else None

    return export.pcap(spoken, content, session.started_at)


FILES: Mapping[str, Callable[[Session, Conversation], bytes]] = {
    "text": lambda _, spoken: _octets(export.text(spoken)),
    "json": _json,
    "pcap": _pcap,
}
ENDINGS = {"text": "txt"}


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
    written = [(name, script, script.write(repetition)) for name, script in SCRIPTS.items()]
    context = {"session": found, "scripts": written, "files": files, "login": repetition.auth, "cut": cut}
    return render(request, "session_export.html#repeat", context)


@read
def script(request: HttpRequest, public_id: str, name: str) -> HttpResponseBase:
    """Return one of the scripts as a file."""
    found = page.find(public_id)
    if found is None or name not in SCRIPTS:
        return errors.not_found(request)
    chosen = SCRIPTS[name]
    return attachment(_octets(chosen.write(_repetition(request, found)[0])), chosen.file)


def _repetition(request: HttpRequest, session: Session) -> tuple[Repetition, str]:
    spoken, cut = bounded(session, COPIED)
    where = connect.guide(request)
    return scripts.repetition(spoken, str(where["mail_host"]), int(where["mail_port"])), cut


def bounded(session: Session, most: int) -> tuple[Conversation, str]:
    """Return the first lines of a session, and what to say where there are more: a note at its end says so, too."""
    records = list(islice(session.records(), most))
    if len(records) < most or session.lines <= most:
        return dialog.read(records), ""
    words = f"the first {most:,} of {session.lines:,} lines"
    last = records[-1]
    end = Record(last.seq + 1, last.at_us, Direction.NOTE, Kind.CUT, info={"why": f"these are {words}"})
    return dialog.read([*records, end]), words


def _octets(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
