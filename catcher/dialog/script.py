"""SCRIPT -> RECORDS: a conversation written by hand, as the examples of the rules and the tests need it.

    ! open peer=127.0.0.1:40000
    S: 220 sandpost ESMTP          the server's line
    C: EHLO app.example.com        the client's line, in a read of its own
    C+ NOOP                        the client's line in the same read as the one before it (pipelined)
    C~ EHLO app                    ended by LF alone;  C^ ended by CR alone;  C_ not ended at all
    C* AUTH PLAIN                  masked behind what is shown
    = bytes=120 lines=4 message=ID message data, by its summary
    ! tls-done version=TLSv1.3     a note of the recorder, by the name of its kind
    @ 12.5                         the clock stands at 12.5 ms from here on; otherwise each line takes 1 ms more

`\\xNN`, `\\r`, `\\n`, `\\t` and `\\\\` are escapes. MAIL opens a transaction, what ends it is told by the replies.
"""

from __future__ import annotations

import re
import shlex
from typing import Any

from catcher.dialog.records import Direction, Kind, Record, Terminator

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[rnt\\])")
_ESCAPED = {"r": "\r", "n": "\n", "t": "\t", "\\": "\\"}
_TERMINATORS = {"~": Terminator.LF, "^": Terminator.CR, "_": Terminator.NONE}


def records(script: str) -> list[Record]:
    """Return the records that a script tells; raises ValueError for a line that is none of its forms."""
    writer = _Writer()
    for line in script.strip().splitlines():
        if line.strip():
            writer.take(line.strip())
    return writer.records


class _Writer:
    def __init__(self) -> None:
        self.records: list[Record] = []
        self._at_us = 0
        self._reads = 0
        self._tls = False
        self._transactions = self._open = 0
        self._last = ""

    def take(self, line: str) -> None:
        mark, text = line[:2], line[2:].removeprefix(" ")
        if line[0] == "@":
            self._at_us = round(float(line[1:]) * 1000)
        elif line[0] == "=":
            self._add(Direction.CLIENT, Kind.BODY, info=_info(line[1:]))
        elif line[0] == "!":
            self._note(line[1:].strip())
        elif mark == "S:":
            self._reply(_octets(text))
        elif line[0] == "C" and mark[1:] in {":", "+", "*", *_TERMINATORS}:
            self._command(mark[1], _octets(text))
        else:
            raise ValueError(f"not a line of a script: {line!r}")

    def _command(self, mark: str, data: bytes) -> None:
        self._reads += mark != "+"
        verb = data[:4].upper()
        self._last = verb.decode("latin-1")
        if verb == b"MAIL" and not self._open:
            self._transactions += 1
            self._open = self._transactions
        masked = mark == "*"
        record = self._add(Direction.CLIENT, Kind.LINE, data + (b"***" if masked else b""))
        record.masked = masked
        record.terminator = _TERMINATORS.get(mark, Terminator.CRLF)

    def _reply(self, data: bytes) -> None:
        record = self._add(Direction.SERVER, Kind.LINE, data)
        record.terminator = Terminator.CRLF
        if self._last in {"RSET", "EHLO", "HELO"} and data[:1] == b"2":
            self._open = 0

    def _note(self, text: str) -> None:
        name, _, rest = text.partition(" ")
        kind = Kind(name)
        self._add(Direction.NOTE, kind, info=_info(rest))
        self._tls = self._tls or kind is Kind.TLS_DONE

    def _add(self, direction: Direction, kind: Kind, data: bytes = b"", info: dict[str, Any] | None = None) -> Record:
        record = Record(len(self.records) + 1, self._at_us, direction, kind, data, len(data), info=info or {})
        record.tls = self._tls
        record.transaction = self._open
        if direction is Direction.CLIENT:
            self._reads += kind is Kind.BODY
            record.read = self._reads
        if kind is Kind.BODY:
            record.length = int(record.info.get("wire", record.info.get("bytes", 0)))
            self._open = 0
        self._at_us += 1000
        self.records.append(record)
        return record


def _octets(text: str) -> bytes:
    def replaced(match: re.Match[str]) -> str:
        code = match[1]
        return chr(int(code[1:], 16)) if code[0] == "x" else _ESCAPED[code]

    parts: list[bytes] = []
    end = 0
    for match in _ESCAPE.finditer(text):
        parts += [text[end : match.start()].encode(), replaced(match).encode("latin-1")]
        end = match.end()
    return b"".join([*parts, text[end:].encode()])


def _info(text: str) -> dict[str, Any]:
    words = (word.partition("=") for word in shlex.split(text))
    return {name: int(value) if value.isdigit() else value for name, _, value in words}
