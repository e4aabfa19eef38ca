"""The tape's records and the form in which they are stored: JSON, octets as Latin-1 characters, compressed."""

from __future__ import annotations

import json
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

# Below this many octets, compressing costs the path to the commit more than it saves on the disk.
SMALL = 2048


class Direction(StrEnum):
    CLIENT = "C"
    SERVER = "S"
    NOTE = "!"


class Kind(StrEnum):
    """What a record is; everything but LINE and BODY is a note of the recorder's own."""

    LINE = "line"
    BODY = "body"  # message data, summarised in `info`: the bytes are stored once, with the message
    OPEN = "open"
    TLS_START = "tls-start"
    TLS_DONE = "tls-done"
    TLS_FAIL = "tls-fail"
    AUTH = "auth"
    DISCARDED = "discarded"  # octets that were read and thrown away, and why
    CUT = "cut"  # from here on the session's limit keeps records away
    CLOSE = "close"


class Terminator(StrEnum):
    """What ended a line on the wire."""

    CRLF = "CRLF"
    LF = "LF"
    CR = "CR"
    NONE = ""


@dataclass(slots=True)
class Record:
    """One entry of the tape.

    `at_us` is monotonic microseconds since the connection was accepted; `read` numbers the read from the socket in
    which the octets came (0 for the server's own), which shows pipelining; `length` counts the octets on the wire
    without terminator, of which `data` keeps the first ones; `transaction` is 0 outside of any.
    """

    seq: int
    at_us: int
    direction: Direction
    kind: Kind
    data: bytes = b""
    length: int = 0
    terminator: Terminator = Terminator.NONE
    read: int = 0
    tls: bool = False
    transaction: int = 0
    masked: bool = False
    info: dict[str, Any] = field(default_factory=dict)

    @property
    def is_cut(self) -> bool:
        return not self.masked and len(self.data) < self.length

    @property
    def text(self) -> str:
        """Return the octets as text: UTF-8 where they are, otherwise with `\\xNN` for what is not."""
        return self.data.decode("utf-8", "backslashreplace")


def pack(records: Sequence[Record]) -> bytes:
    """Return consecutive records as JSON, compressed unless it is small.

    What a row has at its end is left out where it is the usual.
    """
    rows: list[list[Any]] = [[records[0].seq if records else 0]]
    for record in records:
        data = record.data
        row = [
            record.at_us,
            record.direction + record.kind,
            data.decode("latin-1"),
            record.transaction,
            record.read,
            "L" if record.tls else "",
            record.length - len(data),
            record.terminator,
            record.masked,
            record.info,
        ]
        if not record.info and not record.masked:
            if record.terminator is not Terminator.CRLF or record.length != len(data):
                del row[8:]
            elif record.tls:
                del row[6:]
            else:
                del row[5 if record.read else 4 :]
        rows.append(row)
    text = _encode(rows).encode("ascii")
    return text if len(text) < SMALL else zlib.compress(text, 1)


def unpack(data: bytes | memoryview) -> list[Record]:
    rows = json.loads(_text(data))
    first = rows[0][0]
    return [_record(first + index, *row) for index, row in enumerate(rows[1:])]


def may_hold(data: bytes | memoryview, pattern: re.Pattern[bytes]) -> bool:
    """Tell whether a pattern is found in the stored text of records: most of a long tape need not be unpacked."""
    return pattern.search(_text(data)) is not None


def _text(data: bytes | memoryview) -> bytes:
    octets = bytes(data)
    return octets if octets.startswith(b"[") else zlib.decompress(octets)


def _record(
    seq: int,
    at_us: int,
    what: str,
    text: str,
    transaction: int,
    read: int = 0,
    tls: str = "",
    more: int = 0,
    terminator: str = "CRLF",
    masked: bool = False,
    info: dict[str, Any] | None = None,
) -> Record:
    data = text.encode("latin-1")
    return Record(
        seq,
        at_us,
        Direction(what[0]),
        Kind(what[1:]),
        data,
        len(data) + more,
        Terminator(terminator),
        read,
        bool(tls),
        transaction,
        masked,
        info or {},
    )


# An encoder of its own: json.dumps with separators makes a new one each time.
_encode = json.JSONEncoder(separators=(",", ":")).encode
