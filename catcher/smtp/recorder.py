"""The state of one connection and what is said on it: replies, secrets kept off the tape, the session's row."""

from __future__ import annotations

import asyncio
import re
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from aiosmtpd import smtp as aiosmtpd

from catcher.dialog.outcome import Close, Facts, Outcome, Stage, classify, verdict
from catcher.dialog.records import Direction, Record, Terminator
from catcher.ingest import RecipientRow, SaveSession, SessionRow
from catcher.smtp import replies
from catcher.smtp.body import Body
from catcher.smtp.tape import Tape

if TYPE_CHECKING:
    from catcher.smtp.listener import Listener

# What may be shown of an AUTH command. Only known mechanisms: a client that forgets its own sends the secret there.
_AUTH_COMMAND = re.compile(
    rb"\s*AUTH(?:\s+(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|SCRAM-SHA-[0-9]+(?:-PLUS)?|XOAUTH2?|OAUTHBEARER|NTLM|GSSAPI|EXTERNAL))?"
    rb"(?:\s+|$)",
    re.IGNORECASE,
)
LIKE_AUTH = re.compile(rb"\s*AUTH", re.IGNORECASE)


class Recorder(aiosmtpd.SMTP):
    """aiosmtpd's protocol with our state in place of its own."""

    session: aiosmtpd.Session
    envelope: aiosmtpd.Envelope
    transport: asyncio.Transport | None

    def __init__(self, listener: Listener) -> None:
        # aiosmtpd's own __init__ costs more than a whole session here (it looks through all members of both objects,
        # twice, and resolves the host's name); what its remaining methods need is set in its place.
        self.listener = listener
        self.limits = listener.limits
        self.loop = listener.loop
        self.hostname = listener.hostname
        self.event_handler = listener.handler
        self.tls_context = listener.tls_context
        self.transport: asyncio.Transport | None = None
        self.session = self._create_session()
        self.envelope = self._create_envelope()
        self.tape = Tape(self.limits.tape_line, self.limits.tape)
        self.facts = Facts()
        self.row = SessionRow()
        self.recipients: list[RecipientRow] = []
        self.body_info: dict[str, Any] = {}
        self.started_at = datetime.now(UTC)
        self.peer = ("", 0)
        self.bytes_in = self.bytes_out = 0
        self.tls: tuple[str, str, str] = ("", "", "")
        self.auth_mechanism = self.auth_user = ""
        self.close_reason: Close | None = None
        self.heard_at = self.loop.time()
        self.flush_at = 0.0
        self._buffer = bytearray()
        self._searched = 0
        self._overflow = 0
        self._lines: deque[tuple[Record, bytes]] = deque()
        self._line: asyncio.Future[bytes | None] | None = None
        self._body: Body | None = None
        self._body_done: asyncio.Future[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        # The line that the next octets wait for, because its answer decides what they are.
        self._holder: Record | None = None
        self._pumping = self._paused = self._full = self._eof = self._closing = False
        self._mask_unknown = self._in_handshake = False
        self._errors_in_row = 0
        self._transactions = 0
        self._hello_name = self._last_error = ""
        self._oversize_by_far = self.oversize = False
        self.storing = self.is_finished = self._stopping = False

    def end(self, reason: Close, text: str = "") -> None:
        """Close from our side; what was written still goes out."""
        if self.close_reason is None:
            self.close_reason = reason
        # First: the last words may be one error too many, which ends the session in turn.
        self._closing = True
        if text:
            if reason is not Close.QUIT:
                self.facts.farewell = text
            if not self._in_handshake:  # clear text would only break the handshake
                self._answer(text)
        self._keep_rest()
        if self.transport is not None:
            self.transport.close()

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    def _keep_rest(self) -> None:
        """Record what came but was never answered: half a line, commands behind the end."""
        if self._body is not None:
            self._note_body(None)
        if self._buffer:
            record = self.tape.line(
                Direction.CLIENT, bytes(self._buffer), Terminator.NONE, self.tape.now_us(),
                len(self._buffer) + self._overflow,
            )  # fmt: skip
            self._lines.append((record, b""))
        self._buffer.clear()
        auth = self._line is not None or self._mask_unknown
        for record, _ in self._lines:
            # What stands behind an AUTH that nobody answered is its secrets.
            auth = auth or LIKE_AUTH.match(record.data) is not None
            if auth:
                self._mask(record)
        self._lines.clear()

    async def push(self, status: str | bytes) -> None:
        """Send a reply; aiosmtpd's methods await it, although nothing here waits."""
        self._answer(status if isinstance(status, str) else status.decode("utf-8", "backslashreplace"))

    def _answer(self, reply: str) -> None:
        """Send and record a reply of one or several lines (separated by line feeds), and count it."""
        if self.transport is None:
            return
        code = reply[0]
        at_us = self.tape.now_us()
        octets = b""
        for data in reply.encode("utf-8", "backslashreplace").split(b"\n"):
            self.tape.line(Direction.SERVER, data, Terminator.CRLF, at_us)
            octets += data + b"\r\n"
        self.bytes_out += len(octets)
        self.transport.write(octets)
        if code == "4" or code == "5":
            self.facts.errors += 1
            first = reply.partition("\n")[0]
            self._last_error = first
            if self.facts.trouble is None:
                self.facts.reply = first
            self._errors_in_row += 1
            if self._errors_in_row >= self.limits.errors > 0 and not self._closing:
                self.end(Close.ERRORS, replies.TOO_MANY_ERRORS.format(self.limits.errors))
        elif code == "2":
            self._errors_in_row = 0
            self._mask_unknown = False  # a client whose commands succeed does not take them for answers

    def _refuse(self, stage: Stage, reply: str, what: str | None = None) -> None:
        """Answer with an error that decides what comes of the session, unless `what` is accepted later."""
        self.facts.stage = stage
        self.facts.fail(stage, reply, what)
        if stage is not Stage.AUTH:
            self.facts.refused_commands += 1
        elif not self.facts.authenticated:
            self.facts.auth_failures += 1
        self._answer(reply)

    def _reset(self) -> None:
        """Forget the transaction (RFC 5321 §4.1.1.5)."""
        self.envelope = self._create_envelope()
        self.recipients = []
        self.facts.in_transaction = False
        self.tape.transaction = 0

    def _mask(self, record: Record) -> None:
        if self.limits.keep_credentials:
            return
        match = _AUTH_COMMAND.match(record.data)
        if match is None:
            self.tape.mask(record)
        elif match.end() < len(record.data):
            self.tape.mask(record, keep=match.end())

    @property
    def pending(self) -> int:
        """Records at the end of the tape that are not to be stored yet: lines that may still have to be masked."""
        return self.tape.seq - self._lines[0][0].seq + 1 if self._lines else 0

    def snapshot(self, ended: bool = False, with_tape: bool = False) -> SaveSession:
        """Return what the session's row and the open part of its tape are now."""
        facts = self.facts
        outcome = Outcome.OPEN
        if ended:
            assert self.close_reason is not None
            outcome = classify(facts, self.close_reason)
        stage, reply = verdict(facts, outcome)
        now_us = self.tape.now_us()
        records = self.tape.take(self.pending) if with_tape else []
        values = (
            self.row.public_id,
            self.started_at,
            self.started_at + timedelta(microseconds=now_us) if ended else None,
            now_us,
            self.listener.name,
            self.peer[0],
            self.peer[1],
            _clean(self.session.host_name or self._hello_name),
            *self.tls,
            self.auth_mechanism,
            _clean(self.auth_user),
            facts.commands,
            facts.errors,
            facts.messages,
            facts.accepted,
            facts.refused,
            self.bytes_in,
            self.bytes_out,
            outcome,
            outcome.is_failure,
            stage,
            _clean(reply),
            self.close_reason or "",
            self.tape.seq - self.pending,
        )
        return SaveSession(self.row, values, records, ended, outcome.is_failure)

    def _note_body(self, content: bytes | None) -> None:
        """Record message data by its summary; without content where it never came to its end."""
        raise NotImplementedError


def _clean(text: str) -> str:
    return text[:1000].replace("\x00", "\ufffd")
