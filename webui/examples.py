"""RULE -> EXAMPLE: what a rule finds, shown on the example that it brings along: a short dialog or a message.

The rule itself is run on its example, so that what is marked is what it would mark in a session or a message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from catcher.dialog import conversation, script
from catcher.dialog.finding import Evidence, Rule
from catcher.dialog.lint.examples import open_example
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.session import Session
from catcher.dialog.records import Direction, Kind, Record, Terminator
from webui import dialog, text

# Of a longer example, what stands around the marked lines is shown.
MOST_ROWS = 32
_AROUND = 3
_LONGEST = 240  # octets of a line, or of a marked piece of one
_KEPT = 60  # octets at each end of what is longer
_ENDS = {Terminator.LF: "ended by LF alone", Terminator.CR: "ended by CR alone", Terminator.NONE: "not ended"}


@dataclass(slots=True)
class Row:
    """One line of an example; `code` is HTML."""

    who: str
    code: SafeString
    is_marked: bool = False
    chips: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Example:
    """What is shown, and what the rule says about it."""

    rows: list[Row]
    seen: list[str]


def of_session(rule: Rule) -> Example:
    records = script.records(rule.example)
    evidence = list(rule.check(Session(conversation.read(records))))
    marked = {seq for each in evidence for seq in each.lines}
    rows = [_said(record, record.seq in marked) for record in records if record.kind is not Kind.OPEN]
    for row, together in zip(rows, _together(records), strict=True):
        row.chips += ["in the same packet"] if together else []
    return Example(_short(rows), _seen(evidence))


def _together(records: Sequence[Record]) -> Iterator[bool]:
    """Tell of each record but the first note whether it came in one read with the command before it."""
    last = 0
    for record in records:
        if record.kind is not Kind.OPEN:
            yield record.kind is Kind.LINE and record.read > 0 and record.read == last
        last = record.read or last


def _said(record: Record, is_marked: bool) -> Row:
    if record.kind is Kind.BODY:
        octets, lines = record.info.get("bytes", 0), record.info.get("lines", 0)
        return Row("client", format_html("message, {} bytes, {} lines", octets, lines), is_marked)
    if record.kind is not Kind.LINE:
        return Row("note", text.line(dialog.note(record)), is_marked)
    data = record.data.removesuffix(b"***") if record.masked else record.data
    row = Row(dialog.WHO[record.direction], _line(data), is_marked)
    if record.masked:
        row.chips.append("masked")
    if record.direction is Direction.CLIENT and record.terminator in _ENDS:
        row.chips.append(_ENDS[record.terminator])
    return row


def of_message(rule: Rule) -> Example:
    opened = open_example(rule.example)
    evidence = list(rule.check(opened))
    ranges = sorted(each for found in evidence for each in found.octets)
    return Example([*_envelope(opened), *_short(list(_lines(opened.raw, ranges)))], _seen(evidence))


def _envelope(opened: Opened) -> Iterator[Row]:
    envelope = opened.envelope
    if envelope is not None:
        yield Row("client", text.line(" ".join((f"MAIL FROM:<{envelope.mail_from}>", *envelope.mail_parameters))))
        for address in envelope.accepted:
            yield Row("client", text.line(f"RCPT TO:<{address}>"))
        for address in envelope.refused:
            yield Row("client", text.line(f"RCPT TO:<{address}>"), chips=["refused"])
    if opened.received_at is not None:
        yield Row("note", text.line(f"received {opened.received_at:%a, %d %b %Y %H:%M} UTC"))
    for name, value in opened.facts.items():
        yield Row("note", text.line(f"on the wire: {name.replace('_', ' ')} {value}"))


def _lines(raw: bytes, ranges: Sequence[tuple[int, int]]) -> Iterator[Row]:
    start = 0
    for line in raw.removesuffix(b"\r\n").split(b"\r\n"):
        end = start + len(line)
        # A range may be that of the line's end alone.
        is_marked = any(first < end + 2 and last > start for first, last in ranges)
        yield Row("octets", _pieces(raw, start, end, ranges), is_marked)
        start = end + 2


def _pieces(raw: bytes, start: int, end: int, ranges: Sequence[tuple[int, int]]) -> SafeString:
    pieces: list[str] = []
    at = start
    for first, last in ranges:
        left, right = max(first, at), min(last, end)
        if left < right:
            pieces += [_line(raw[at:left]), "<mark>", _line(raw[left:right]), "</mark>"]
            at = right
    pieces.append(_line(raw[at:end]))
    return mark_safe("".join(pieces))  # noqa: S308 - text.line escapes every octet


def _line(data: bytes) -> SafeString:
    if len(data) <= _LONGEST:
        return text.line(data)
    left_out = f"{len(data) - 2 * _KEPT:,} more octets"
    return format_html('{} <i class="left-out">{}</i> {}', text.line(data[:_KEPT]), left_out, text.line(data[-_KEPT:]))


def _short(rows: list[Row]) -> list[Row]:
    """Return what stands around the marked rows, at the beginning and at the end, where there are many."""
    if len(rows) <= MOST_ROWS:
        return rows
    marked = [at for at, row in enumerate(rows) if row.is_marked][:_AROUND]
    near = {at for centre in (0, *marked, len(rows) - 1) for at in range(centre - _AROUND, centre + _AROUND + 1)}
    shown: list[Row] = []
    last = -1
    for at in sorted(near & set(range(len(rows)))):
        if at > last + 1:
            shown.append(Row("gap", format_html("{} more lines", at - last - 1)))
        shown.append(rows[at])
        last = at
    return shown


def _seen(evidence: Iterable[Evidence]) -> list[str]:
    return list(dict.fromkeys(each.seen for each in evidence if each.seen))
