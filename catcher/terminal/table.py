"""SESSIONS -> TABLE as wide as the terminal: what came of each takes what the other columns leave."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from catcher.terminal.lines import clock, duration, outcome_colours, when
from catcher.terminal.paint import Paint, cells, fit, plain

Session = Mapping[str, Any]
GAP = "  "
LEAST = 20  # columns of the last column, whatever the terminal's width


class Column(NamedTuple):
    title: str
    most: int  # columns that it takes at the most
    value: Callable[[Session], str]


def _client(session: Session) -> str:
    return plain(str(session["Client"]))


def _findings(session: Session) -> str:
    return str(session["Findings"] or "") if session["Findings"] is not None else "?"


_FIRST = (
    Column("ID", 22, lambda session: str(session["ID"])),
    Column("BEGAN", 19, clock),
    Column("CLIENT", 39, _client),
    Column("EHLO", 24, lambda session: plain(str(session["Ehlo"]))),
    Column("OUTCOME", 12, lambda session: str(session["Outcome"])),
    Column("MAIL", 6, lambda session: str(session["Messages"] or "")),
    Column("FOUND", 5, _findings),
    Column("TOOK", 12, duration),
)
# Which columns go first where there is little room.
_DROPPED = ("EHLO", "TOOK", "CLIENT", "FOUND", "MAIL")


def table(
    sessions: Sequence[Session], paint: Paint, width: int | None = None, now: datetime | None = None
) -> Iterator[str]:
    """Yield the lines of the table, newest session first; without a width nothing is cut."""
    columns = _fitting(list(_dated(sessions, now)), sessions, width)
    widths = [_width(column, sessions, width) for column in columns]
    left = width - sum(widths) - len(GAP) * len(widths) if width is not None else None
    heads = GAP.join(fit(column.title, room) for column, room in zip(columns, widths, strict=True))
    yield paint(f"{heads}{GAP}WHAT HAPPENED", "dim")
    for session in sessions:
        cut = [fit(column.value(session), room) for column, room in zip(columns, widths, strict=True)]
        words = plain(happened(session))
        words = words if left is None else fit(words, max(LEAST, left)).rstrip()
        yield GAP.join([*cut, paint(words, *outcome_colours(session))])


def happened(session: Session) -> str:
    """Return of the summary what no other column says: what went wrong, or else all behind who connected."""
    summary = str(session["Summary"])
    _, semicolon, trouble = summary.partition("; ")
    if semicolon:
        return trouble
    return summary.removeprefix(f"{session['Ehlo']} connected from {session['Client']} ")


def _dated(sessions: Sequence[Session], now: datetime | None) -> Iterator[Column]:
    """Yield the columns; times have their date where not all are of today."""
    today = (now or datetime.now().astimezone()).date()
    dates = any(when(session).date() != today for session in sessions)
    for column in _FIRST:
        if column.title == "BEGAN" and dates:
            yield column._replace(value=lambda session: when(session).strftime("%Y-%m-%d %H:%M:%S"))
        else:
            yield column


def _fitting(columns: list[Column], sessions: Sequence[Session], width: int | None) -> list[Column]:
    for title in _DROPPED:
        room = sum(_width(column, sessions, width) + len(GAP) for column in columns)
        if width is None or room + LEAST <= width:
            break
        columns = [column for column in columns if column.title != title]
    return columns


def _width(column: Column, sessions: Sequence[Session], width: int | None) -> int:
    needed = max([cells(column.title), *(cells(column.value(session)) for session in sessions)])
    return needed if width is None else min(needed, column.most)
