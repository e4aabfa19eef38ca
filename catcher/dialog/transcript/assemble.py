"""ENTRIES -> RECORDS: the lines of one connection in the state that the protocol is in when they are said."""

from __future__ import annotations

import re
from collections import deque
from typing import Any

from catcher.dialog.records import Direction, Kind, Record, Terminator
from catcher.dialog.transcript.clock import Clock
from catcher.dialog.transcript.content import Content
from catcher.dialog.transcript.entry import COMMAND, REPLY, Entry, Form
from catcher.dialog.transcript.login import Login

_CODE = re.compile(rb"([2-5]\d\d)([- ]|$)")
_VERB = re.compile(rb"[ \t]*([A-Za-z]{4,8})(?=[ \t:]|$)")
_CONTENT = "CONTENT"  # message data as what a reply answers
_ANSWER = "ANSWER"  # a line of an AUTH exchange


class Assembler:
    """Makes the records of a connection; `bodies` and `is_timed` are there once `run` has returned."""

    def __init__(self, form: Form, entries: list[Entry]) -> None:
        self.bodies: dict[int, bytes] = {}
        self._form = form
        self._entries = entries
        self._records: list[Record] = []
        self._clock = Clock()
        self._waiting: deque[str] = deque()  # what the next replies answer
        self._reads = self._transaction = self._open = 0
        self._tls = self._upgrading = False
        self._content: Content | None = None
        self._login = Login()
        self._in_reply = self._closed = False
        self._lost: list[int] = []
        self._inferred = 0
        self._has_server = any(entry.direction is not Direction.CLIENT for entry in entries)
        dots = [index for index, entry in enumerate(entries) if entry.data.rstrip() == b"."]
        self._last_dot = dots[-1] if dots else -1

    @property
    def is_timed(self) -> bool:
        return self._clock.is_set

    def run(self) -> list[Record]:
        for index, entry in enumerate(self._entries):
            if entry.direction is Direction.NOTE:
                self._note(entry)
            elif self._is_content(entry, index):
                self._take_content(entry)
            else:
                self._take(entry)
        if self._content is not None:
            self._end_content(None, ended=False)
        if self._closed:
            self._add(Direction.NOTE, Kind.CLOSE, info={"reason": "quit"})
        return self._records

    def notes(self) -> list[str]:
        notes = []
        if self._lost:
            count = len(self._lost)
            which = f"line {self._lost[0]} is" if count == 1 else f"{count} lines are"
            first = "" if count == 1 else f", first line {self._lost[0]}"
            notes.append(f"{which[0].upper()}{which[1:]} not understood and left out{first}.")
        if self._inferred:
            notes.append(f"{self._inferred} lines are not in the text: they must have been said before what it tells.")
        return notes

    # -- lines ------------------------------------------------------------------------------------------

    def _take(self, entry: Entry) -> None:
        direction = entry.direction if entry.direction is not None else self._guess(entry)
        if direction is Direction.CLIENT:
            self._client(entry)
        elif direction is Direction.SERVER:
            if self._content is not None:
                self._end_content(entry, ended=True)
            for line in entry.data.removesuffix(b"\r\n").split(b"\r\n"):
                self._server(entry, line.rstrip(b"\r\n"))
        elif entry.data.strip() and not entry.idle:
            self._lost.append(entry.line)

    def _guess(self, entry: Entry) -> Direction | None:
        """Return who said a line that bears no mark."""
        if not self._form.guesses:
            return None
        text = entry.data[:400].decode("utf-8", "replace").strip()
        if REPLY.match(text):
            return Direction.SERVER
        if COMMAND.match(text) or (self._login.continues and text):
            return Direction.CLIENT
        return None

    def _client(self, entry: Entry) -> None:
        lines = entry.data.removesuffix(b"\r\n").split(b"\r\n") if b"\n" in entry.data else [entry.data]
        for index, line in enumerate(lines):
            if self._content is not None:
                self._end_content(entry, ended=False)
            self._command(entry, line.rstrip(b"\r\n"), index > 0)

    def _command(self, entry: Entry, line: bytes, same_write: bool) -> None:
        self._enter_tls(entry)
        match = _VERB.match(line)
        verb = match[1].decode("ascii").upper() if match else ""
        is_pipelined = same_write or (self._has_server and bool(self._waiting) and self._waiting[-1] != _CONTENT)
        self._reads += not is_pipelined
        if verb == "MAIL" and not self._open:
            self._transaction += 1
            self._open = self._transaction
        continues = self._login.continues
        shown, masked = self._login.said(line, verb)
        record = self._add(Direction.CLIENT, Kind.LINE, shown, entry)
        record.length = len(line) if masked else len(shown)
        record.terminator, record.masked, record.read = Terminator.CRLF, masked, self._reads
        self._waiting.append(_ANSWER if continues else verb)
        if verb in {"RSET", "EHLO", "HELO"} and not continues:
            self._open = 0
        if entry.inferred:
            record.info["inferred"] = True

    def _server(self, entry: Entry, line: bytes) -> None:
        match = _CODE.match(line)
        is_last = match is None or match[2] != b"-"
        code = int(match[1]) if match else 0
        if not self._in_reply:
            self._enter_tls(entry)
            if self._waiting and self._waiting[0] in {"AUTH", _ANSWER} and code != 334:
                info = self._login.result(code)
                if info is not None and not self._form.has_notes:
                    self._add(Direction.NOTE, Kind.AUTH, entry=entry, info=info)
        record = self._add(Direction.SERVER, Kind.LINE, line, entry)
        record.terminator = Terminator.CRLF
        if entry.inferred:
            record.info["inferred"] = True
            self._inferred += 1
        self._in_reply = not is_last
        if is_last:
            self._replied(code, entry)

    def _replied(self, code: int, entry: Entry) -> None:
        asked = self._waiting.popleft() if self._waiting else ""
        self._login.replied(code, asked in {"AUTH", _ANSWER})
        if asked == "MAIL" and code >= 400:
            self._open = 0
        elif asked == "DATA" and code == 354:
            self._content = Content()
        elif asked == "STARTTLS" and code == 220 and not self._form.has_notes:
            self._add(Direction.NOTE, Kind.TLS_START, entry=entry)
            self._upgrading = True
        elif asked == "QUIT" and code == 221 and not self._form.has_notes:
            self._closed = True

    # -- notes and TLS ----------------------------------------------------------------------------------

    def _note(self, entry: Entry) -> None:
        if entry.changes is not None and self._records:
            entry.changes(self._records[-1])
        elif entry.kind is Kind.BODY:
            self._content = None
            self._body(entry, entry.info, b"")
        elif entry.kind is not Kind.LINE and not (entry.kind is Kind.TLS_DONE and self._tls):
            self._add(Direction.NOTE, entry.kind, entry=entry, info=entry.info)
            self._upgrading = self._upgrading and entry.kind is not Kind.TLS_FAIL
            if entry.kind is Kind.TLS_DONE:
                self._begin_tls()

    def _enter_tls(self, entry: Entry) -> None:
        """What is said behind an accepted STARTTLS is said inside TLS: the handshake itself is in few logs."""
        if entry.tls is not None:
            self._upgrading = False
            if entry.tls and not self._tls and not self._form.has_notes:
                self._add(Direction.NOTE, Kind.TLS_DONE, entry=entry)
                self._begin_tls()
            self._tls = entry.tls
        elif self._upgrading:
            self._add(Direction.NOTE, Kind.TLS_DONE, entry=entry)
            self._begin_tls()

    def _begin_tls(self) -> None:
        self._tls = True
        self._upgrading = False
        self._open = 0

    # -- message data -----------------------------------------------------------------------------------

    def _is_content(self, entry: Entry, index: int) -> bool:
        if self._content is None or entry.direction is Direction.SERVER:
            return False
        if entry.direction is Direction.CLIENT or entry.size or self._form.has_bare_content:
            return True
        if not self._form.guesses:
            return False
        # Without marks only a final dot shows that this is message data, and a reply at once that there is none.
        is_reply = not self._content.lines and REPLY.match(entry.data[:4].decode("latin-1")) is not None
        return index <= self._last_dot and not is_reply

    def _take_content(self, entry: Entry) -> None:
        content = self._content
        assert content is not None
        if entry.size:
            content.counted += entry.size
            return
        rest = content.take(entry.data, self._clock.offset(entry.at_us))
        if rest is not None:
            self._end_content(entry, ended=True)
            if rest:
                self._client(Entry(entry.line, Direction.CLIENT, rest, entry.at_us, entry.tls))

    def _end_content(self, entry: Entry | None, ended: bool) -> None:
        content, self._content = self._content, None
        assert content is not None
        at_us = self._clock.offset(entry.at_us if entry is not None else None)
        self._body(entry, content.summary(at_us, ended), content.octets())

    def _body(self, entry: Entry | None, info: dict[str, Any], octets: bytes) -> None:
        self._reads += 1
        record = self._add(Direction.CLIENT, Kind.BODY, entry=entry, info=info)
        wire = info.get("wire", info.get("bytes", 0))
        record.length = wire if isinstance(wire, int) else 0
        record.read = self._reads
        if octets:
            self.bodies[record.seq] = octets
        self._waiting.append(_CONTENT)
        self._open = 0

    # -- records ----------------------------------------------------------------------------------------

    def _add(
        self,
        direction: Direction,
        kind: Kind,
        data: bytes = b"",
        entry: Entry | None = None,
        info: dict[str, Any] | None = None,
    ) -> Record:
        at_us = self._clock.offset(entry.at_us if entry is not None else None)
        record = Record(len(self._records) + 1, at_us, direction, kind, data, len(data), info=dict(info or {}))
        record.tls, record.transaction = self._tls, self._open
        self._records.append(record)
        return record
