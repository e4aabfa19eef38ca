"""The dialog of a session as the page shows it: one `Line` a record, under the heading of its phase.

A page, any part of a long session and a live continuation all go through `lines`; the phase in which the batch before
it ended is looked up, or travels with the cursor, so that no batch needs the ones before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.safestring import SafeString

from catcher.dialog.explain import Span
from catcher.dialog.finding import Finding
from catcher.dialog.outcome import Close
from catcher.dialog.records import Direction, Kind, Record, Terminator
from webui import annotated, phases, text
from webui.annotated import Glossary
from webui.phases import Packet
from webui.reading import Reading
from webui.under import Under, Unders

_REPLY = re.compile(rb"([2-5]\d\d)(?:[ -]([245]\.\d{1,3}\.\d{1,3}))?")
CLOSINGS: Mapping[str, str] = {
    Close.QUIT: "connection closed after QUIT",
    Close.CLIENT: "the client closed the connection without QUIT",
    Close.RESET: "the connection broke or was reset",
    Close.IDLE: "closed because nothing came any more",
    Close.ERRORS: "closed after too many errors",
    Close.LIMIT: "closed at a limit",
    Close.TLS: "closed, because the TLS handshake failed",
    Close.NOT_SMTP: "closed at once: this is not SMTP",
    Close.SHUTDOWN: "closed because Sandpost was stopped",
    Close.FAULT: "closed by a fault that was injected",
    Close.LOST: "Sandpost was killed while this session ran",
}
_STATES = {Kind.TLS_FAIL: "bad", Kind.DISCARDED: "warn", Kind.CUT: "warn"}
WHO = {Direction.CLIENT: "client", Direction.SERVER: "server", Direction.NOTE: "note"}
ARROWS = {Direction.CLIENT: "→", Direction.SERVER: "←", Direction.NOTE: "·"}


@dataclass(slots=True)
class Line:
    """One row of the dialog, ready for the template."""

    seq: int
    at_us: int
    who: str
    arrow: str
    phase: str
    heading: str = ""
    continued: bool = False  # the phase began before the lines that are shown
    lead: str = ""  # the verb or the reply code, which the eye looks for
    code: SafeString = field(default_factory=SafeString)
    wire: SafeString = field(default_factory=SafeString)  # where it differs from the code
    end: str = ""  # the octets that ended it, by name
    read: int = 0
    tls: bool = False
    state: str = ""  # "warn" for a 4xx, "bad" for a 5xx
    masked: bool = False
    transaction: int = 0
    group: str = ""  # its place among the commands of one packet: "first", "inner" or "last"
    offering: bool = False  # told by the table of extensions, and shown as a line only with every octet
    chips: list[str] = field(default_factory=list)
    body: dict[str, Any] | None = None
    subject: str | None = None
    findings: list[Finding] = field(default_factory=list)
    under: Under | None = None

    @property
    def offset(self) -> str:
        """Return milliseconds since the connection was accepted."""
        return f"{self.at_us / 1000:,.1f}"


def message_ids(records: Iterable[Record]) -> list[str]:
    """Return the public ids of the messages that the records carried."""
    return [record.info["message"] for record in records if record.info and record.info.get("message")]


def lines(
    records: Sequence[Record],
    phase: str,
    subjects: Mapping[str, str],
    reading: Reading | None = None,
    glossary: Glossary | None = None,
) -> Iterator[Line]:
    """Yield the lines of records that follow each other; `phase` is the one before the first of them.

    With a `reading` they are explained; the explanations that they name are left in the `glossary`.
    """
    packets = reading.packets if reading is not None else phases.packets(records)
    spans = reading.spans(records) if reading is not None else {}
    glossary = glossary if glossary is not None else Glossary()
    unders = Unders(reading, glossary) if reading is not None else None
    words = Words(reading, glossary, spans)
    for record in records:
        before, phase = phase, phases.after(phase, record)
        line = _line(record, phase, subjects, words)
        line.heading = phase if phase != before else ""
        packet = packets.get(record.read) if phases.is_command(record) else None
        if packet is not None and not (reading is not None and reading.is_foreign):
            _group(line, packet)
        if reading is not None and unders is not None:
            line.offering = record.seq in reading.offering
            line.findings = reading.found_at.get(record.seq, [])
            line.under = unders.under(record.seq, line.findings)
        yield line


def _group(line: Line, packet: Packet) -> None:
    line.group = packet.place(line.seq)
    if line.group == "first":
        line.chips.append(f"{packet.count:,} commands in one packet")


@dataclass(frozen=True, slots=True)
class Words:
    """What the parts of a line mean."""

    reading: Reading | None
    glossary: Glossary
    known: Mapping[int, Sequence[Span]]

    def spans(self, record: Record) -> Sequence[Span]:
        return self.known.get(record.seq, ())

    def secret(self, record: Record) -> int:
        return self.reading.secrets.get(record.seq, -1) if self.reading is not None else -1


def _line(record: Record, phase: str, subjects: Mapping[str, str], words: Words) -> Line:
    line = Line(
        seq=record.seq,
        at_us=record.at_us,
        who=WHO[record.direction],
        arrow=ARROWS[record.direction],
        phase=phase,
        read=record.read,
        tls=record.tls,
        masked=record.masked,
        transaction=record.transaction,
    )
    if record.kind is Kind.LINE:
        _say(line, record, words)
        return line
    about = next((span.about for span in words.spans(record)), None)
    if record.kind is Kind.BODY:
        line.body = record.info or {}
        line.subject = subjects.get(line.body.get("message", ""))
        line.code = annotated.marked("message", about, words.glossary)
    else:
        line.code = annotated.marked(text.line(note(record)), about, words.glossary)
        line.state = _STATES.get(record.kind, "")
    return line


def _say(line: Line, record: Record, words: Words) -> None:
    data = record.data.removesuffix(b"***") if record.masked else record.data
    match = (_REPLY if record.direction is Direction.SERVER else phases.COMMAND).match(data)
    if match and not (record.masked and record.direction is Direction.CLIENT and phases.verb(record) != "AUTH"):
        line.lead = match[0].decode("latin-1")
        if record.direction is Direction.SERVER:
            line.state = {"4": "warn", "5": "bad"}.get(line.lead[0], "")
    secret = words.secret(record)
    line.code = annotated.code(data, len(line.lead), words.spans(record), words.glossary, secret)
    if secret < 0 and not annotated.is_plain(data):
        line.wire = annotated.wire(data)
    line.end = annotated.line_end(record.terminator)
    if record.is_cut:
        line.chips.append(f"{record.length - len(record.data):,} octets cut")
    if record.terminator in {Terminator.LF, Terminator.CR}:
        line.chips.append(f"bare {record.terminator}")
    elif record.terminator is Terminator.NONE and record.direction is Direction.CLIENT:
        line.chips.append("no line end")


def note(record: Record) -> str:
    """Return what the recorder itself has to say, in words."""
    info = record.info or {}
    match record.kind:
        case Kind.OPEN:
            return f"connection from {info.get('peer', 'unknown')} to {info.get('listener', 'Sandpost')}"
        case Kind.TLS_START:
            return "TLS handshake begins"
        case Kind.TLS_DONE:
            sni = f", SNI {info['sni']}" if info.get("sni") else ""
            version = str(info.get("version", "TLS")).replace("TLSv", "TLS ")
            return f"{version}, {info.get('cipher', 'unknown cipher')}{sni}"
        case Kind.TLS_FAIL:
            return f"TLS handshake failed: {info.get('error', 'unknown error')}"
        case Kind.AUTH:
            return _login(info.get("mechanism", ""), info.get("user", ""), bool(info.get("ok")))
        case Kind.DISCARDED:
            why = f": {info['why']}" if info.get("why") else ""
            octets = int(info.get("bytes", record.length))
            return f"{octets:,} octets read and thrown away{why}" if octets else f"this is not SMTP{why}"
        case Kind.CUT:
            return "the session's limit is reached: what follows was not recorded"
        case Kind.CLOSE:
            reason = str(info.get("reason", ""))
            return str(info.get("text") or CLOSINGS.get(reason, reason) or "connection closed")
        case _:
            return record.text


def _login(mechanism: str, user: str, ok: bool) -> str:
    name = f" as {user}" if user else ""
    how = f" by {mechanism}" if mechanism else ""
    return f"login{name}{how} {'accepted' if ok else 'refused'}"
