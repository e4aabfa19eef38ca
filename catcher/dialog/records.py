"""The tape's records and the form in which they are stored: zlib over JSON, octets as Latin-1 characters."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any


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


def pack(records: Iterable[Record]) -> bytes:
    rows = [
        (
            record.seq,
            record.at_us,
            record.direction,
            record.kind,
            record.data.decode("latin-1"),
            record.length,
            record.terminator,
            record.read,
            record.tls,
            record.transaction,
            record.masked,
            record.info,
        )
        for record in records
    ]
    return zlib.compress(json.dumps(rows, separators=(",", ":")).encode("ascii"), 1)


def unpack(data: bytes | memoryview) -> list[Record]:
    return [
        Record(
            seq=row[0],
            at_us=row[1],
            direction=Direction(row[2]),
            kind=Kind(row[3]),
            data=row[4].encode("latin-1"),
            length=row[5],
            terminator=Terminator(row[6]),
            read=row[7],
            tls=row[8],
            transaction=row[9],
            masked=row[10],
            info=row[11],
        )
        for row in json.loads(zlib.decompress(data))
    ]
