"""A session as a file of the API, in the forms of webui/exported.py."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from catcher import addresses
from catcher.dialog import export
from catcher.dialog.conversation import Conversation
from catcher.dialog.export import scripts
from catcher.models import Session
from webui import exported
from webui.api import sessions
from webui.api.answers import Refused, flag, reads
from webui.views.downloads import SANDBOX

_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised, not listened on


class Form(NamedTuple):
    """What the file of a form is called, and its type."""

    ending: str
    content_type: str


FORMS: Mapping[str, Form] = {
    "text": Form(".txt", "text/plain; charset=utf-8"),
    "markdown": Form(".md", "text/markdown; charset=utf-8"),
    "json": Form(".json", "application/json"),
    "pcap": Form(".pcap", "application/vnd.tcpdump.pcap"),
    "svg": Form(".svg", "image/svg+xml"),
    "swaks": Form("-swaks.sh", "text/x-shellscript; charset=utf-8"),
    "curl": Form("-curl.sh", "text/x-shellscript; charset=utf-8"),
    "python": Form(".py", "text/x-python; charset=utf-8"),
    "nodemailer": Form(".js", "text/javascript; charset=utf-8"),
}


@reads
def session(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """Return a session as a file; `redact=1` replaces addresses, names and credentials. X-Cut tells of a long one."""
    row = sessions.find(public_id)
    if form not in FORMS:
        raise Refused(404, f"a session can be had as {', '.join(FORMS)}")
    redact = flag(request, "redact")
    spoken, cut = exported.bounded(row, exported.COPIED if form in exported.SCRIPTS else exported.EXPORTED)
    response = HttpResponse(
        _octets(row, export.redacted(spoken) if redact else spoken, form, redact), content_type=FORMS[form].content_type
    )
    response["Content-Disposition"] = f'attachment; filename="session-{row.public_id}{FORMS[form].ending}"'
    response["Content-Security-Policy"] = SANDBOX
    if cut:
        response["X-Cut"] = cut
    return response


def _octets(row: Session, spoken: Conversation, form: str, redact: bool) -> bytes:
    if form == "pcap":
        # Message data names people wherever it likes: of a redacted session it stays away.
        return exported.capture(row, spoken, with_messages=not redact)
    if form not in exported.SCRIPTS:
        return exported.written(form, spoken)
    smtp = addresses.smtp()
    host = "127.0.0.1" if smtp.host in _ANY else smtp.host
    return exported.octets(exported.SCRIPTS[form](scripts.repetition(spoken, host, smtp.port)))
