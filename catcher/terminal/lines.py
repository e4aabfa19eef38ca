"""Lines of a dialog and what frames them, as a terminal shows them; all of it comes as JSON of the API."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from catcher.dialog.durations import spell
from catcher.terminal.paint import Paint, plain

_MARKS = {"C": "C:", "S": "S:", "!": "--"}
TAG = 5  # of an id: its end, for the beginning is the time
# Columns before the text: offset, TLS, mark.
MARGIN = 18
_BAD, _WARN = ("red",), ("yellow",)


def tag(public_id: str) -> str:
    return public_id[-TAG:]


def line(told: Mapping[str, Any], paint: Paint) -> str:
    """Return `   12.3 TLS C: EHLO app`: the offset is in milliseconds since the connection."""
    secured = "TLS" if told["Tls"] else "   "
    mark = _MARKS.get(str(told["Dir"]), "??")
    head = f"{told['Offset']:>10,.1f} {secured} "
    return paint(head, "dim") + paint(f"{mark} {plain(str(told['Text']))}", *_colours(told))


def _colours(told: Mapping[str, Any]) -> tuple[str, ...]:
    if told["Dir"] == "!":
        return ("dim",)
    if told["Dir"] == "C":
        return ("bold",)
    code = told["Code"] or 0
    return _BAD if code >= 500 else _WARN if code >= 400 else ("green",)


def remark(told: Mapping[str, Any], paint: Paint, width: int) -> Iterator[str]:
    """Yield the box under a line that went wrong."""
    words = told.get("Remark")
    if words:
        yield from aside(f"{words['Title']} {words['Text']} ({words['Source']})", paint, width, "yellow")


def lesson(told: Mapping[str, Any], paint: Paint, width: int) -> Iterator[str]:
    """Yield what happens in the step that begins with a line."""
    if told.get("Lesson"):
        yield from aside(str(told["Lesson"]), paint, width, "blue")


def aside(words: str, paint: Paint, width: int, colour: str) -> Iterator[str]:
    room = max(40, width - MARGIN - 2)
    for part in textwrap.wrap(plain(words), room, break_on_hyphens=False):
        yield f"{' ' * MARGIN}{paint('| ' + part, colour)}"


def opening(session: Mapping[str, Any]) -> str:
    """Return who connected, and by which id the session is found again."""
    return f"{clock(session)} session {plain(str(session['ID']))} from {plain(str(session['Client']) or 'nowhere')}"


def closing(session: Mapping[str, Any]) -> str:
    """Return what came of a session that has ended."""
    found = session["Findings"]
    findings = f", {found} finding{'' if found == 1 else 's'}" if found else ""
    return f"{session['Outcome']}{findings}: {plain(str(session['Summary']))}"


def outcome_colours(session: Mapping[str, Any]) -> tuple[str, ...]:
    if session["Outcome"] in {"delivered", "probe", "open"}:
        return ("green",) if session["Outcome"] == "delivered" else ()
    return _BAD


def duration(session: Mapping[str, Any]) -> str:
    return spell(round(float(session["Duration"]) * 1000))


def clock(session: Mapping[str, Any]) -> str:
    """Return when a session began, in the time of this machine."""
    return when(session).strftime("%H:%M:%S")


def when(session: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(str(session["Started"])).astimezone()
