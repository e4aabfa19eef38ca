"""SESSION -> ROW: the HTML of one session in the list; written here, for fifty of them are most of a page's time."""

from __future__ import annotations

from functools import cache

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catcher.models import Session
from webui import text
from webui.icons import svg
from webui.templatetags.findings import findings_mark
from webui.templatetags.sandpost import duration, outcome_bar, outcome_words, relative, tls

_UNKNOWN = "unknown"
_LOOPBACK = frozenset({"127.0.0.1", "::1"})


def row(session: Session, search: str, is_open: bool) -> SafeString:
    """Return the row; `search` is the filter that its link keeps."""
    name = session.hello or _program(session) or "(no EHLO)"
    current = ' aria-current="true"' if is_open else ""
    return mark_safe(  # noqa: S308 - every piece is escaped or written here
        f'<li class="row session {outcome_bar(session)}" data-row="{session.pk}" data-id="{session.public_id}">'
        f'<a href="{_path()}{session.public_id}/{escape(search)}"{current}>'
        '<span class="bar-mark" aria-hidden="true"></span>'
        f'<span class="name"><b>{text.line(name)}</b>{_secure(session)}'
        f'<span class="peer">{text.line(_peer(session))}</span></span>'
        f'<span class="when">{relative(session.started_at)}</span>'
        f'<span class="words">{_words(session)}</span>'
        f'<span class="took">{findings_mark(session)}{_took(session)}</span></a></li>'
    )


@cache
def _path() -> str:
    return reverse("sessions")


def _program(session: Session) -> str:
    return "" if session.client == _UNKNOWN else session.client_name


def _peer(session: Session) -> str:
    """Return what else is known of the client: its program, and its address where that is not this machine's own."""
    program = _program(session) if session.hello else ""
    host = "" if program and session.peer_host in _LOOPBACK else session.peer_host
    return " · ".join(part for part in (program, host) if part)


def _secure(session: Session) -> str:
    if not session.tls_version:
        return ""
    version = escape(tls(session.tls_version))
    title = f"{version}, {escape(session.tls_cipher)}"
    return f'<span class="secure" title="{title}">{svg("lock")}<span class="unseen">{version}</span></span>'


def _words(session: Session) -> str:
    live = '<span class="chip acc pulse">live</span> ' if session.is_live else ""
    errors = f"{session.errors} error{'' if session.errors == 1 else 's'}"
    told = f'<span class="faint">, </span><span class="errors">{errors}</span>' if session.errors else ""
    return f"{live}{text.line(outcome_words(session))}{told}"


def _took(session: Session) -> str:
    return '<span class="unseen">still running</span>' if session.is_live else escape(duration(session.duration_us))
