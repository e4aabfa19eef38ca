"""One connection as octets, lines and tasks: aiosmtpd's protocol on a reader of our own that records as it reads.

What is replaced, and why: aiosmtpd reads through a StreamReader and a task a connection, parses addresses with the
email package, reads DATA line by line and cancels the handler when the client hangs up. Here a command runs to its end
inside `data_received`; only what really waits (a TLS handshake, an AUTH challenge, message data and its commit)
becomes a task.
"""

from __future__ import annotations

import asyncio
import logging
import re
import ssl
from collections.abc import Coroutine
from typing import TYPE_CHECKING, Any, ClassVar, cast

from catcher.dialog.outcome import Close
from catcher.dialog.records import Direction, Kind, Record, Terminator
from catcher.smtp import replies
from catcher.smtp.recorder import LIKE_AUTH, Recorder
from catcher.smtp.tls import reason

if TYPE_CHECKING:
    pass

logger = logging.getLogger(__name__)

# RFC 4954 §4: AUTH lines may be this long, whatever the limit of other commands is.
AUTH_LINE = 12288
# Lines and octets that may wait while a command is under way; beyond it the socket is not read.
MOST_WAITING = 1000
MOST_BUFFERED = 1 << 18

_HTTP = re.compile(rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH|TRACE|PRI) \S+ HTTP/\d")
_TLS_HANDSHAKE = 0x16
# Behind these the meaning of the next octets depends on the answer, so they are not cut into lines before it.
_HOLDING = (b"DATA", b"STARTTLS")


class Connection(Recorder):
    """Reads, records and dispatches; the verbs are the subclasses', each a method that is named after it."""

    commands: ClassVar[dict[bytes, str]]
    # Commands that wait for something besides the client's line.
    waiting: ClassVar[frozenset[str]] = frozenset({"AUTH", "DATA", "STARTTLS"})

    # -- the connection ---------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have asyncio's interface without its base class.
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername") or ("", 0)
        self.peer = (str(peer[0]), int(peer[1])) if isinstance(peer, tuple) else (str(peer), 0)
        self.tape.note(Kind.OPEN, peer=f"{self.peer[0]}:{self.peer[1]}", listener=self.listener.name)
        if not self.listener.admit(self):
            if self.listener.is_stopping:
                self.end(Close.SHUTDOWN, replies.SHUTDOWN)
            else:
                self.end(Close.LIMIT, replies.TOO_MANY_CONNECTIONS.format(self.limits.connections))
            return
        self._answer(f"220 {self.hostname} ESMTP Sandpost ready")
        self.listener.touched(self)  # a client that never says anything is worth seeing, too

    def data_received(self, data: bytes) -> None:
        if self._closing:
            return
        self.heard_at = self.loop.time()
        self.tape.reads += 1
        self.bytes_in += len(data)
        if self.tape.reads == 1 and data[0] == _TLS_HANDSHAKE and not self.tape.tls:
            self._not_smtp(data, "a TLS handshake on a port where STARTTLS comes first")
            return
        if self._body is not None:
            self._receive(data)
        else:
            self._buffer += data
            self._scan()
        self._pump()

    def eof_received(self) -> bool:
        """The client will send no more, but may still read: it gets the replies that are under way (promise 4)."""
        self._eof = True
        self._pump()
        if (self._body is not None or self._line is not None) and not self._closing:
            self.end(Close.CLIENT)
        return self._task is not None and not self.tape.tls

    def connection_lost(self, error: Exception | None) -> None:
        self.transport = None
        if self.close_reason is None:
            if isinstance(error, ssl.SSLError):
                self.tape.note(Kind.TLS_FAIL, error=reason(error))
            self.close_reason = Close.CLIENT if error is None else Close.RESET
        self._closing = True
        self._keep_rest()
        for waiter in (self._line, self._body_done):
            if waiter is not None and not waiter.done():
                waiter.cancel()
        if self._task is None:
            self._finish()

    def pause_writing(self) -> None:
        """The client does not read its replies: it is not read either until it does."""
        self._full = True
        self._flow()

    def resume_writing(self) -> None:
        self._full = False
        self._flow()
        self._pump()

    def expire(self) -> None:
        """Nothing was heard for too long (RFC 5321 §4.5.3.2.7)."""
        if self._closing:
            self.abort()  # it does not even read our goodbye
        elif not self.storing:
            self.facts.errors += 1
            self.end(Close.IDLE, replies.IDLE.format(self.limits.idle))

    def shut_down(self) -> None:
        """Sandpost stops: a message that is being stored is stored and acknowledged first."""
        self._stopping = True
        if not self.storing and not self._closing:
            self.end(Close.SHUTDOWN, replies.SHUTDOWN)

    def _finish(self) -> None:
        """Write the end of the tape; nothing of this connection happens after it."""
        if self.is_finished:
            return
        self.is_finished = True
        assert self.close_reason is not None
        self.tape.note(Kind.CLOSE, reason=str(self.close_reason))
        self.listener.finished(self)

    def _not_smtp(self, data: bytes, why: str) -> None:
        self.tape.line(Direction.CLIENT, data, Terminator.NONE, self.tape.now_us())
        self.tape.note(Kind.DISCARDED, bytes=len(data), why=why)
        self.facts.errors += 1
        self.end(Close.NOT_SMTP)

    # -- from octets to lines ---------------------------------------------------------------------------

    def _scan(self) -> None:
        """Cut what has arrived into lines, up to one whose answer decides what the rest is."""
        while self._holder is None and self._body is None:
            end = self._buffer.find(b"\n", self._searched)
            if end < 0:
                self._searched = len(self._buffer)
                self._shorten()
                return
            self._record(bytes(self._buffer[: end + 1]))
            del self._buffer[: end + 1]
            self._searched = 0

    def _shorten(self) -> None:
        """Keep the beginning of a line that will be refused for its length anyway."""
        most = max(self.limits.command_line, self.limits.tape_line, AUTH_LINE)
        if len(self._buffer) > most:
            self._overflow += len(self._buffer) - most
            del self._buffer[most:]
            self._searched = most
            if self._overflow > self.limits.message_size:
                self.end(Close.LIMIT, replies.TOO_MUCH_DATA)

    def _record(self, line: bytes) -> None:
        if line.endswith(b"\r\n"):
            text, terminator = line[:-2], Terminator.CRLF
        else:
            text, terminator = line[:-1], Terminator.LF
        length = len(text) + self._overflow
        self._overflow = 0
        record = self.tape.line(Direction.CLIENT, text, terminator, self.tape.now_us(), length)
        self._lines.append((record, text))
        # Exactly what will be dispatched as such: a hold without its command would never end.
        if length <= self.limits.command_line and text[:9].partition(b" ")[0].upper() in _HOLDING:
            self._holder = record

    def _pump(self) -> None:
        """Answer the lines that wait, one after the other, until one of them has to wait itself."""
        if self._pumping:
            return
        self._pumping = True
        try:
            while self._lines and not self._closing and not self._full:
                if self._line is not None:
                    record, text = self._lines.popleft()
                    self._mask(record)
                    waiter, self._line = self._line, None
                    waiter.set_result(text if record.length <= AUTH_LINE else None)
                    if self._holder is record:
                        self._holder = None  # it looked like a command, but was an answer
                        self._scan()
                elif self._task is None:
                    self._command(*self._lines.popleft())
                    if self._holder is None and self._buffer:
                        self._scan()
                else:
                    break
        finally:
            self._pumping = False
        if self._eof and self._task is None and not self._lines and not self._closing:
            self.end(Close.CLIENT)
        self._flow()
        if not self._closing:
            self.listener.touched(self)

    def _flow(self) -> None:
        wait = self._full or len(self._lines) > MOST_WAITING or len(self._buffer) > MOST_BUFFERED
        if wait is not self._paused and self.transport is not None and not self._closing:
            self._paused = wait
            if wait:
                self.transport.pause_reading()
            else:
                self.transport.resume_reading()

    # -- commands and replies ---------------------------------------------------------------------------

    def _command(self, record: Record, line: bytes) -> None:
        self.facts.commands += 1
        verb, _, argument = line.partition(b" ")
        verb = verb.upper()
        name = self.commands.get(verb)
        if verb == b"AUTH":
            self._mask_unknown = True
            self._mask(record)
        elif name is None and (self._mask_unknown or LIKE_AUTH.match(line)):
            # A client that was refused AUTH goes on as if it had not been: these lines may be its secrets.
            self._mask_unknown = True
            self._mask(record)
        if verb == b"AUTH" and record.length > AUTH_LINE:
            self._answer(replies.AUTH_LINE_TOO_LONG.format(AUTH_LINE))
        elif verb != b"AUTH" and record.length > self.limits.command_line:
            self._answer(replies.LINE_TOO_LONG.format(self.limits.command_line))
        elif name is None:
            self._unknown(record, line)
        else:
            if verb == b"MAIL" and not self.facts.in_transaction:
                self._transactions += 1
                self.tape.transaction = self._transactions
            record.transaction = self.tape.transaction
            coroutine = getattr(self, name)(argument.strip().decode("utf-8", "backslashreplace"))
            if verb.decode("ascii") in self.waiting:
                self._task = self.loop.create_task(self._run(coroutine, record))
            else:
                _complete(coroutine)

    def _unknown(self, record: Record, line: bytes) -> None:
        if not self.session.host_name and _HTTP.match(line):
            self._hide_fields()
            self.tape.note(Kind.DISCARDED, bytes=len(self._buffer), why="an HTTP request")
            self._buffer.clear()
            self.end(Close.NOT_SMTP, replies.NOT_SMTP)
            return
        word = line.split(b" ", 1)[0]
        self._answer(replies.UNKNOWN_COMMAND if word.isalnum() and word.isascii() else replies.BAD_SYNTAX)

    def _hide_fields(self) -> None:
        """Keep the names of an HTTP request's header fields, and of nothing else: cookies and tokens are secrets."""
        if self.limits.keep_credentials:
            return
        for record, _ in self._lines:
            if record.data:
                self.tape.mask(record, keep=record.data.find(b":") + 1)
        self._lines.clear()

    async def _run(self, coroutine: Coroutine[Any, Any, None], record: Record) -> None:
        """Carry a command that waits; the next line is read only after it."""
        try:
            await coroutine
        except asyncio.CancelledError:
            pass  # the client hung up: what it left behind is on the tape
        except Exception:
            logger.exception("a command failed")
            self._answer("451 4.3.0 Something went wrong in Sandpost itself; see its log")
        finally:
            self._task = None
            if self._holder is record:  # and not a later one, which came while this one waited
                self._holder = None
        if self.transport is None:
            if self.close_reason is not None:
                self._finish()
        elif not self._closing:
            self.heard_at = self.loop.time()
            if self._body is None:
                self._scan()
            self._pump()

    # -- state ------------------------------------------------------------------------------------------

    async def _next_line(self) -> bytes | None:
        """Return the client's next line, None if too long, as the answer to a challenge; it is masked on the tape."""
        answer: asyncio.Future[bytes | None] = self.loop.create_future()
        self._line = answer
        self._pump()  # which takes the future away where the answer is here already
        return await answer

    def _receive(self, data: bytes) -> None:
        """Take a read of message data."""
        raise NotImplementedError


def _complete(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that has nothing to wait for; most commands are such, and a task would cost more than they do."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a command that waits must be named in Connection.waiting")
