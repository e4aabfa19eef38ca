"""A session as a file: the forms in which it leaves Sandpost."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse

from catcher import addresses
from catcher.dialog import chart, export
from catcher.dialog.conversation import Conversation
from catcher.dialog.export import scripts
from catcher.dialog.export.scripts import Repetition
from catcher.dialog.timing import timing
from catcher.models import Body, Session
from webui.api import sessions, shape
from webui.api.answers import Refused, flag, reads
from webui.views.downloads import SANDBOX

_ANY = frozenset({"0.0.0.0", "::"})  # noqa: S104 - recognised, not listened on


class Form(NamedTuple):
    """One form: what its file is called and what writes it; the flag says whether names are replaced."""

    ending: str
    content_type: str
    write: Callable[[Session, Conversation, bool], str | bytes]


def _json(row: Session, spoken: Conversation, redact: bool) -> str:
    return json.dumps(export.as_json(spoken), ensure_ascii=False, indent=2) + "\n"


def _pcap(row: Session, spoken: Conversation, redact: bool) -> bytes:
    # Message data names people wherever it likes: of a redacted session it stays away.
    return export.pcap(spoken, None if redact else _body, row.started_at)


def _body(public_id: str) -> bytes | None:
    found = Body.objects.filter(message__public_id=public_id).first()
    return bytes(found.raw) if found is not None else None


def _script(write: Callable[[Repetition], str]) -> Callable[[Session, Conversation, bool], str]:
    def written(row: Session, spoken: Conversation, redact: bool) -> str:
        smtp = addresses.smtp()
        host = "127.0.0.1" if smtp.host in _ANY else smtp.host
        return write(scripts.repetition(spoken, host, smtp.port))

    return written


FORMS: Mapping[str, Form] = {
    "text": Form(".txt", "text/plain; charset=utf-8", lambda row, spoken, redact: export.text(spoken)),
    "markdown": Form(
        ".md", "text/markdown; charset=utf-8", lambda row, spoken, redact: export.markdown(spoken, redact=False)
    ),
    "json": Form(".json", "application/json", _json),
    "pcap": Form(".pcap", "application/vnd.tcpdump.pcap", _pcap),
    "svg": Form(".svg", "image/svg+xml", lambda row, spoken, redact: chart.export(timing(spoken))),
    "swaks": Form("-swaks.sh", "text/x-shellscript; charset=utf-8", _script(scripts.swaks)),
    "curl": Form("-curl.sh", "text/x-shellscript; charset=utf-8", _script(scripts.curl)),
    "python": Form(".py", "text/x-python; charset=utf-8", _script(scripts.python)),
    "nodemailer": Form(".js", "text/javascript; charset=utf-8", _script(scripts.nodemailer)),
}


@reads
def session(request: HttpRequest, public_id: str, form: str) -> HttpResponse:
    """Return a session as a file; `redact=1` replaces addresses, names and credentials."""
    row = sessions.find(public_id)
    if form not in FORMS:
        raise Refused(404, f"a session can be had as {', '.join(FORMS)}")
    chosen, redact = FORMS[form], flag(request, "redact")
    spoken = shape.conversation(row)
    content = chosen.write(row, export.redacted(spoken) if redact else spoken, redact)
    octets = content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
    response = HttpResponse(octets, content_type=chosen.content_type)
    response["Content-Disposition"] = f'attachment; filename="session-{row.public_id}{chosen.ending}"'
    response["Content-Security-Policy"] = SANDBOX
    return response
