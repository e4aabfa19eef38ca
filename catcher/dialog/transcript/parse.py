"""TEXT -> TRANSCRIPT: which form it has, which of its connections is shown, and what was not understood."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catcher.dialog.records import Direction, Kind, Record
from catcher.dialog.transcript import bare, marked, postfix, quoted
from catcher.dialog.transcript.assemble import Assembler
from catcher.dialog.transcript.entry import REPLY, Entry, Form

MOST = 2 << 20  # characters of the text
LINE = 64 << 10  # characters of a line
_SAMPLE = 20_000  # lines by which the form is recognised
_COLOURS = re.compile(r"\x1b\[[0-9;]{0,20}m")
_MARKED = (bare.OWN, *marked.FORMS, *quoted.FORMS, *postfix.FORMS, bare.JAVAMAIL)
FORMS = (*_MARKED, bare.PLAIN)
NONE = "none"


@dataclass(frozen=True, slots=True)
class Transcript:
    """What a pasted text holds; `records` are as the recorder would have made them, without the clock of one."""

    records: list[Record]
    form: str  # name of a Form, or "none"
    notes: list[str]  # what was not understood, cut or inferred, for the one who pasted it
    label: str = ""  # the form in words
    # Message data by the sequence number of its BODY record: only what the text shows.
    bodies: dict[int, bytes] = field(default_factory=dict)
    is_timed: bool = False  # the text has times; otherwise every offset is 0


def parse(text: str) -> Transcript:
    """Return the conversation in a pasted text; nothing raises, and a text without one has the form "none"."""
    lines, notes = _lines(text)
    form = _recognised(lines)
    if form is None:
        return Transcript([], NONE, [*notes, "No line here looks like part of an SMTP conversation."])
    entries = list(form.read(lines))
    sessions = list(_sessions(entries))
    chosen = _chosen(sessions)
    assembler = Assembler(form, chosen)
    records = assembler.run()
    if len(sessions) > 1:
        which = "the first with an error" if _has_error(chosen) else "the first"
        notes.append(f"The text holds {len(sessions)} connections; this is {which}, from line {_begin(chosen)} on.")
    notes += assembler.notes() + _remarks(chosen, entries)
    if not any(record.direction is not Direction.NOTE for record in records):
        return Transcript([], NONE, [*notes, "No line here says what client or server said."])
    return Transcript(records, form.name, notes, form.label, assembler.bodies, assembler.is_timed)


def _lines(text: str) -> tuple[list[str], list[str]]:
    notes = []
    if len(text) > MOST:
        notes.append(f"The text is cut after {MOST >> 20} MiB: {len(text) - MOST} characters are left out.")
        text = text[:MOST]
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    if "\x1b" in text:
        text = _COLOURS.sub("", text)
    lines = text.split("\n")
    long = [number for number, line in enumerate(lines, 1) if len(line) > LINE]
    for number in long:
        lines[number - 1] = lines[number - 1][:LINE]
    if long:
        notes.append(f"{_counted(len(long), 'line is', 'lines are')} cut after 64 KiB, first line {long[0]}.")
    return lines, notes


def _recognised(lines: list[str]) -> Form | None:
    """Return the form that most lines have; marks are believed before looks."""
    sample = lines[:_SAMPLE]
    best = max(_MARKED, key=lambda form: form.score(sample))
    score, plain = best.score(sample), bare.PLAIN.score(lines)
    if score and (score > 1 or score >= plain):
        return best
    return bare.PLAIN if plain else None


def _sessions(entries: list[Entry]) -> Iterator[list[Entry]]:
    """Sort the lines by connection; what names none belongs to the one that spoke last."""
    current: dict[str, list[Entry]] = {}
    said_bye: dict[str, bool] = {}
    last = ""
    for entry in entries:
        last = stream = entry.stream or last
        lines = current.setdefault(stream, [])
        greets = entry.direction is not Direction.CLIENT and entry.data.startswith(b"220")
        if (entry.opens or (greets and said_bye.get(stream))) and any(map(_is_said, lines)):
            yield lines
            lines = current[stream] = []
            said_bye[stream] = False
        elif entry.direction is not Direction.CLIENT and entry.data.startswith((b"221", b"421")):
            said_bye[stream] = True
        lines.append(entry)
    yield from (lines for lines in current.values() if any(map(_is_said, lines)))


def _is_said(entry: Entry) -> bool:
    return entry.kind is Kind.LINE and (entry.direction in (Direction.CLIENT, Direction.SERVER) or _may_be_said(entry))


def _may_be_said(entry: Entry) -> bool:
    return (
        entry.direction is None
        and not entry.idle
        and bare.PLAIN.sign.match(entry.data[:200].decode("latin-1")) is not None
    )


def _chosen(sessions: list[list[Entry]]) -> list[Entry]:
    """Return the first connection with an error: it is why somebody pasted the log."""
    first = min(sessions, key=_begin, default=[])
    failing = sorted(filter(_has_error, sessions), key=_begin)
    return failing[0] if failing else first


def _begin(session: list[Entry]) -> int:
    return next((entry.line for entry in session if _is_said(entry)), 1)


def _has_error(session: list[Entry]) -> bool:
    return any(
        entry.direction is not Direction.CLIENT
        and entry.data[:1] in {b"4", b"5"}
        and REPLY.match(entry.data[:4].decode("latin-1"))
        for entry in session
        if not entry.idle
    )


def _remarks(chosen: list[Entry], entries: list[Entry]) -> list[str]:
    """Return what the program itself says about its trouble, in or behind the chosen connection."""
    found = [entry for entry in chosen if entry.remark] or [entry for entry in entries if entry.remark]
    return [f"Line {entry.line} says: {_shown(entry.remark)}" for entry in found[:5]]


def _shown(text: str) -> str:
    line = "".join(character if character.isprintable() else " " for character in text[:300]).strip()
    return line if len(text) <= 300 else f"{line}..."


def _counted(count: int, one: str, many: str) -> str:
    return f"{count} {one if count == 1 else many}"
