"""One SESSION told: what happened, the facts, the dialog with its remarks, and on demand lessons and findings."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from catcher.dialog import report
from catcher.dialog.report.text import lines as reported
from catcher.terminal import lines
from catcher.terminal.paint import Paint, plain


def tell(session: Mapping[str, Any], paint: Paint, width: int) -> Iterator[str]:
    """Yield the story of a session and its facts."""
    for part in textwrap.wrap(plain(str(session["Summary"])), width, break_on_hyphens=False):
        yield paint(part, "bold", *lines.outcome_colours(session))
    yield ""
    for name, value in facts(session):
        yield f"{paint(f'{name:<10}', 'dim')} {value}"
    yield ""


def facts(session: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what is known, a line each; what is empty is left out."""
    stage = f" at {session['Stage']}" if session["Stage"] else ""
    told = {
        "Session": session["ID"],
        "Began": lines.when(session).isoformat(sep=" ", timespec="milliseconds"),
        "Took": lines.duration(session)
        if session["Ended"]
        else f"{lines.duration(session)} so far: it is still running",
        "Client": session["Client"],
        "EHLO": session["Ehlo"],
        "TLS": session["Tls"],
        "Login": session["User"],
        "Outcome": f"{session['Outcome']}{stage}",
        "Closed": session["Close"],
        "Messages": session["Messages"],
        "Findings": session["Findings"],
    }
    for name, value in told.items():
        if value not in {"", None}:
            yield name, plain(str(value))


def dialog(told: Sequence[Mapping[str, Any]], paint: Paint, width: int, lessons: bool = False) -> Iterator[str]:
    """Yield the lines of a dialog, each with the remark that belongs to it."""
    for one in told:
        if lessons:
            yield from lines.lesson(one, paint, width)
        yield lines.line(one, paint)
        yield from lines.remark(one, paint, width)


def findings(entries: Sequence[report.Entry], width: int) -> Iterator[str]:
    yield ""
    yield from reported(report.Report("Findings", entries), width)
