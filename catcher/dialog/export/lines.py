"""CONVERSATION -> TEXT: a line each, as it is copied into a mail or kept beside a test, and read again.

        0.000     -- open peer=127.0.0.1:40000
        0.100     S: 220 sandpost ESMTP
       12.345 TLS C: EHLO app.example.com

The offset is in milliseconds since the connection; `TLS` stands where the line was encrypted; `--` is what Sandpost
noted and nobody said. `catcher.dialog.transcript` reads this form.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator

from catcher.dialog.conversation import Conversation
from catcher.dialog.export.escaping import visible
from catcher.dialog.export.redaction import redacted
from catcher.dialog.records import Direction, Kind, Record, Terminator

ENDED = {Terminator.LF: "LF alone", Terminator.CR: "CR alone", Terminator.NONE: "nothing"}
_MARKS = {Direction.CLIENT: "C:", Direction.SERVER: "S:", Direction.NOTE: "--"}


def text(conversation: Conversation, redact: bool = False) -> str:
    """Return the whole conversation as text, each line ended by a line feed."""
    shown = redacted(conversation) if redact else conversation
    return "".join(f"{line}\n" for record in shown.records for line in _lines(record))


def _lines(record: Record) -> Iterator[str]:
    if record.kind is Kind.LINE:
        yield _line(record, _MARKS[record.direction], visible(record.data))
        if record.is_cut:
            yield _line(record, "--", f"the line above is cut: {record.length} octets in all")
        if record.terminator is not Terminator.CRLF:
            yield _line(record, "--", f"the line above is ended by {ENDED[record.terminator]}")
    else:
        yield _line(record, "--", note(record))


def note(record: Record) -> str:
    """Return a record of the recorder's own in one line: its kind, and its facts as `name=value`."""
    facts = (f"{visible(name.encode())}={_value(value)}" for name, value in record.info.items())
    return " ".join([record.kind, *facts])


def _value(value: object) -> str:
    return shlex.quote(visible(str(value).encode("utf-8", "surrogatepass")))


def _line(record: Record, mark: str, words: str) -> str:
    return f"{record.at_us / 1000:11.3f} {'TLS' if record.tls else '   '} {mark} {words}"
