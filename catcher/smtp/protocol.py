"""The SMTP conversation: aiosmtpd's verbs and envelope on a reader of our own that records as it reads.

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
from collections import deque
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, cast

from aiosmtpd import smtp as aiosmtpd

from catcher.dialog.outcome import Close, Facts, Outcome, Stage, classify
from catcher.dialog.records import Direction, Kind, Record, Terminator
from catcher.ingest import RecipientRow, SaveSession, SessionRow
from catcher.smtp import paths, replies
from catcher.smtp.auth import Authentication
from catcher.smtp.body import Body
from catcher.smtp.tape import Tape

if TYPE_CHECKING:
    from catcher.smtp.listener import Listener

logger = logging.getLogger(__name__)

# RFC 4954 §4: AUTH lines may be this long, whatever the limit of other commands is.
AUTH_LINE = 12288
# Lines and octets that may wait while a command is under way; beyond it the socket is not read.
MOST_WAITING = 1000
MOST_BUFFERED = 1 << 18

_AUTH_COMMAND = re.compile(rb"\s*AUTH\s+[^\s]+\s*", re.IGNORECASE)
_HTTP = re.compile(rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH|TRACE|PRI) \S+ HTTP/\d")
_TLS_HANDSHAKE = 0x16
# Behind these the meaning of the next octets depends on the answer, so they are not cut into lines before it.
_HOLDING = (b"DATA", b"STARTTLS")

Command = Callable[[Any, str], Coroutine[Any, Any, None]]


class Protocol(Authentication, aiosmtpd.SMTP):
    """One connection. The name of each command's method is its verb."""

    _commands: ClassVar[dict[bytes, str]]
    # Commands that wait for something besides the client's line.
    _waiting: ClassVar[frozenset[str]] = frozenset({"AUTH", "DATA", "STARTTLS"})

    def __init__(self, listener: Listener) -> None:
        # aiosmtpd's own __init__ costs more than a whole session here (it looks through all members of both objects,
        # twice, and resolves the host's name); what its remaining methods need is set in its place.
        self.listener = listener
        self.limits = listener.limits
        self.loop = listener.loop
        self.hostname = listener.hostname
        self.event_handler = listener.handler
        self.tls_context = listener.tls_context
        self.transport: asyncio.Transport | None = None  # type: ignore[assignment]
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
        self._line: asyncio.Future[bytes] | None = None
        self._body: Body | None = None
        self._body_done: asyncio.Future[bytes] | None = None
        self._task: asyncio.Task[None] | None = None
        self._held = self._pumping = self._paused = self._full = self._eof = self._closing = False
        self._mask_unknown = False
        self._errors_in_row = 0
        self._transactions = 0
        self._hello_name = ""
        self._oversize_by_far = self.oversize = False
        self.storing = self.is_finished = self._stopping = False

    # -- the connection -------------------------------------------------------------------------------------------

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transports have asyncio's interface without its base class.
        self.transport = cast("asyncio.Transport", transport)
        peer = transport.get_extra_info("peername") or ("", 0)
        self.peer = (str(peer[0]), int(peer[1])) if isinstance(peer, tuple) else (str(peer), 0)
        self.session.peer = peer
        self.tape.note(Kind.OPEN, peer=f"{self.peer[0]}:{self.peer[1]}", listener=self.listener.name)
        if not self.listener.admit(self):
            self._answer(replies.TOO_MANY_CONNECTIONS.format(self.limits.connections))
            self.end(Close.LIMIT)
            return
        self._answer(f"220 {self.hostname} ESMTP Sandpost ready")

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
                self.tape.note(Kind.TLS_FAIL, error=_tls_error(error))
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

    def end(self, reason: Close, text: str = "") -> None:
        """Close from our side; what was written still goes out."""
        if self.close_reason is None:
            self.close_reason = reason
        if text:
            self._answer(text)
        self._closing = True
        self._keep_rest()
        if self.transport is not None:
            self.transport.close()

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

    def abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()

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

    # -- from octets to lines -------------------------------------------------------------------------------------

    def _scan(self) -> None:
        """Cut what has arrived into lines, up to one whose answer decides what the rest is."""
        while not self._held and self._body is None:
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
        if length <= 12 and text[:8].strip().upper() in _HOLDING:
            self._held = True

    def _keep_rest(self) -> None:
        """Record what came but was never answered: half a line, commands behind the end."""
        if self._body is not None:
            self._note_body(None)
        auth = self._line is not None or self._mask_unknown
        if self._buffer:
            record = self.tape.line(
                Direction.CLIENT, bytes(self._buffer), Terminator.NONE, self.tape.now_us(),
                len(self._buffer) + self._overflow,
            )  # fmt: skip
            self._lines.append((record, b""))
        self._buffer.clear()
        for record, text in self._lines:
            if auth or text[:4].upper() == b"AUTH" or record.data[:4].upper() == b"AUTH":
                self._mask(record)
        self._lines.clear()

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
                    waiter.set_result(text)
                elif self._task is None:
                    self._command(*self._lines.popleft())
                    if not self._held and self._buffer:
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

    # -- commands -------------------------------------------------------------------------------------------------

    def _command(self, record: Record, line: bytes) -> None:
        self.facts.commands += 1
        verb, _, argument = line.partition(b" ")
        verb = verb.upper()
        name = self._commands.get(verb)
        if verb == b"AUTH":
            self._mask(record)
        if record.length > (AUTH_LINE if verb == b"AUTH" else self.limits.command_line):
            self._answer(replies.LINE_TOO_LONG.format(self.limits.command_line))
        elif name is None:
            self._unknown(record, line)
        else:
            self._mask_unknown = False
            if verb == b"MAIL" and not self.facts.in_transaction:
                self._transactions += 1
                self.tape.transaction = self._transactions
            record.transaction = self.tape.transaction
            coroutine = getattr(self, name)(argument.strip().decode("utf-8", "backslashreplace"))
            if verb.decode("ascii") in self._waiting:
                self._task = self.loop.create_task(self._run(coroutine))
            else:
                _complete(coroutine)

    def _unknown(self, record: Record, line: bytes) -> None:
        if self._mask_unknown:
            # A client that was refused AUTH goes on as if it had not been: these lines may be its secrets.
            self._mask(record)
        if not self.session.host_name and _HTTP.match(line):
            self.tape.note(Kind.DISCARDED, bytes=len(self._buffer), why="an HTTP request")
            self._buffer.clear()
            self.end(Close.NOT_SMTP, replies.NOT_SMTP)
            return
        word = line.split(b" ", 1)[0]
        self._answer(replies.UNKNOWN_COMMAND if word.isalnum() and word.isascii() else replies.BAD_SYNTAX)

    async def _run(self, coroutine: Coroutine[Any, Any, None]) -> None:
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
            self._held = False
        if self.transport is None:
            if self.close_reason is not None:
                self._finish()
        elif not self._closing:
            self.heard_at = self.loop.time()
            if self._body is None:
                self._scan()
            self._pump()

    async def push(self, status: str | bytes) -> None:  # type: ignore[override]
        """Send a reply; aiosmtpd's methods await it, although nothing here waits."""
        self._answer(status if isinstance(status, str) else status.decode("utf-8", "backslashreplace"))

    def _answer(self, reply: str) -> None:
        """Send and record a reply of one or several lines (separated by line feeds), and count it."""
        if self.transport is None:
            return
        code = reply[0]
        lines = reply.split("\n")
        at_us = self.tape.now_us()
        octets = b""
        for line in lines:
            data = line.encode("utf-8", "backslashreplace")
            self.tape.line(Direction.SERVER, data, Terminator.CRLF, at_us)
            octets += data + b"\r\n"
        self.bytes_out += len(octets)
        self.transport.write(octets)
        if code == "4" or code == "5":
            self.facts.errors += 1
            self.facts.reply = lines[0]
            self._errors_in_row += 1
            if self._errors_in_row >= self.limits.errors > 0 and not self._closing:
                self.end(Close.ERRORS, replies.TOO_MANY_ERRORS.format(self.limits.errors))
        elif code == "2":
            self._errors_in_row = 0

    def _refuse(self, stage: Stage, reply: str) -> None:
        """Answer with an error that decides what comes of the session."""
        self.facts.stage = stage
        if stage is not Stage.AUTH:
            self.facts.refused_commands += 1
        elif not self.facts.authenticated:
            self.facts.auth_failures += 1
        self._answer(reply)

    # -- the verbs ------------------------------------------------------------------------------------------------

    @aiosmtpd.syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:
        self._hello(hostname, "HELO", self.hostname, extended=False)

    @aiosmtpd.syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:
        lines = [self.hostname, "PIPELINING", f"SIZE {self.limits.message_size}", "8BITMIME", "SMTPUTF8"]
        lines.append("ENHANCEDSTATUSCODES")
        if self.tls_context is not None and not self.tape.tls:
            lines.append("STARTTLS")
        lines += ["AUTH PLAIN LOGIN", "HELP"]
        self._hello(hostname, "EHLO", *lines, extended=True)

    def _hello(self, hostname: str, verb: str, *lines: str, extended: bool) -> None:
        if not hostname:
            self._refuse(Stage.HELLO, replies.SYNTAX.format(f"{verb} hostname"))
            return
        self._reset()
        self.session.extended_smtp = extended
        self.session.host_name = self._hello_name = hostname
        self.facts.stage = Stage.HELLO
        self._answer("\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    @aiosmtpd.syntax("MAIL FROM:<address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:
        if not self.session.host_name:
            self._refuse(Stage.MAIL, replies.HELLO_FIRST)
            return
        if self.facts.in_transaction:
            self._refuse(Stage.MAIL, replies.NESTED_MAIL)
            return
        path = paths.parse(arg or "", "FROM")
        if path is None:
            bad = replies.BAD_SENDER if ":" in (arg or "") else replies.SYNTAX.format("MAIL FROM:<address>")
            self._refuse(Stage.MAIL, bad)
            return
        problem = self._mail_parameters(path.parameters)
        if problem is not None:
            self._refuse(Stage.MAIL, problem)
            return
        self.envelope.mail_from = path.address
        self.envelope.mail_options = list(path.parameters)
        self.facts.in_transaction = True
        self.facts.stage = Stage.MAIL
        self._answer(replies.SENDER_OK)

    def _mail_parameters(self, parameters: tuple[str, ...]) -> str | None:
        """Return the reply to parameters that cannot be accepted (RFC 1870, 4954 §5, 6152, 6531)."""
        for parameter in parameters:
            keyword, equals, value = parameter.partition("=")
            known = keyword.upper()
            if not self.session.extended_smtp:
                return replies.UNKNOWN_PARAMETER.format(_shown(keyword))
            if known == "SIZE":
                if not (value.isascii() and value.isdigit() and len(value) <= 20):
                    return replies.BAD_PARAMETER.format("SIZE")
                if int(value) > self.limits.message_size:
                    return replies.TOO_BIG.format(self.limits.message_size)
            elif known == "BODY":
                if value.upper() not in {"7BIT", "8BITMIME"}:
                    return replies.BAD_PARAMETER.format("BODY")
            elif known == "SMTPUTF8":
                if equals:
                    return replies.BAD_PARAMETER.format("SMTPUTF8")
                self.envelope.smtp_utf8 = True
            elif known != "AUTH" or not value:
                return replies.UNKNOWN_PARAMETER.format(_shown(keyword))
        return None

    @aiosmtpd.syntax("RCPT TO:<address>", extended=" [SP <rcpt-parameters>]")
    async def smtp_RCPT(self, arg: str | None) -> None:
        if not self.session.host_name:
            self._refuse(Stage.RCPT, replies.HELLO_FIRST)
            return
        if not self.facts.in_transaction:
            self._refuse(Stage.RCPT, replies.MAIL_FIRST)
            return
        path = paths.parse(arg or "", "TO")
        if path is None or not path.address:
            self._refuse_recipient(arg or "", replies.BAD_ADDRESS)
        elif path.parameters:
            unknown = replies.UNKNOWN_PARAMETER.format(_shown(path.parameters[0].partition("=")[0]))
            self._refuse_recipient(path.address, unknown)
        elif len(self.envelope.rcpt_tos) >= self.limits.recipients:
            self._refuse_recipient(path.address, replies.TOO_MANY_RECIPIENTS.format(self.limits.recipients))
        else:
            self.envelope.rcpt_tos.append(path.address)
            self.recipients.append(RecipientRow(path.address, "", True, replies.RECIPIENT_OK))
            self.facts.accepted += 1
            self.facts.stage = Stage.RCPT
            self._answer(replies.RECIPIENT_OK)

    def _refuse_recipient(self, address: str, reply: str) -> None:
        # Kept up to the limit, like the accepted ones: refusing must not cost more memory than accepting.
        if len(self.recipients) < 2 * self.limits.recipients:
            self.recipients.append(RecipientRow(address[:1000], "", False, reply))
        self.facts.refused += 1
        self.facts.stage = Stage.RCPT
        self._answer(reply)

    @aiosmtpd.syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        refusal = self._data_refusal(arg)
        if refusal is not None:
            self._refuse(Stage.DATA, refusal)
            return
        self.facts.stage = Stage.BODY
        offset = self.bytes_in - len(self._buffer)
        self._body = Body(self.limits.message_size, offset, self.tape.now_us())
        self._body_done = self.loop.create_future()
        self._answer(replies.START_DATA)
        if self._buffer:
            early = bytes(self._buffer)
            self._buffer.clear()
            self._receive(early)
        await self._take_message(await self._body_done)
        self._reset()

    async def _take_message(self, content: bytes) -> None:
        reply = self._content_refusal(content)
        if reply is None:
            self.envelope.content = content
            self.storing = True
            reply = await self.event_handler.handle_DATA(self, self.session, self.envelope)
            self.storing = False
        if reply.startswith("2"):
            self.facts.messages += 1
        else:
            self.facts.rejected_messages += 1
        self.facts.in_transaction = False
        self._answer(reply)
        if self._oversize_by_far:
            self.end(Close.LIMIT)
        elif self._stopping:
            self.end(Close.SHUTDOWN, replies.SHUTDOWN)

    def _data_refusal(self, arg: str) -> str | None:
        if not self.session.host_name:
            return replies.HELLO_FIRST
        if not self.facts.in_transaction:
            return replies.MAIL_FIRST
        if not self.envelope.rcpt_tos:
            return replies.NO_RECIPIENTS if self.recipients else replies.RCPT_FIRST
        return replies.NO_ARGUMENT.format("DATA") if arg else None

    def _receive(self, data: bytes) -> None:
        """Take a read of message data."""
        body = self._body
        assert body is not None and self._body_done is not None
        rest = body.feed(data, self.tape.now_us())
        # A sender that goes on for ever is not read for ever.
        self._oversize_by_far = rest is None and body.received > 2 * self.limits.message_size + (1 << 20)
        if rest is None and not self._oversize_by_far:
            return
        content = b"" if body.oversize else body.content()
        self._note_body(content)
        self._held = False
        self._buffer += rest or b""
        if not self._body_done.done():
            self._body_done.set_result(content)

    def _note_body(self, content: bytes | None) -> None:
        assert self._body is not None
        self.body_info = self._body.summary(None if self._body.oversize else content)
        self.body_info["ended"] = content is not None
        self.oversize = self._body.oversize
        self._body = None
        self.tape.body(self.body_info)

    def _content_refusal(self, content: bytes) -> str | None:
        if self.oversize:
            return replies.TOO_BIG.format(self.limits.message_size)
        most = self.limits.message_line
        if most and len(content) > most and max(map(len, content.split(b"\n"))) > most:
            return replies.LONG_LINE.format(most)
        return None

    @aiosmtpd.syntax("RSET")
    async def smtp_RSET(self, arg: str) -> None:
        if arg:
            self._answer(replies.NO_ARGUMENT.format("RSET"))
            return
        self._answer(replies.OK)
        self._reset()

    @aiosmtpd.syntax("NOOP [ignored]")
    async def smtp_NOOP(self, arg: str) -> None:
        self._answer(replies.OK)

    @aiosmtpd.syntax("QUIT")
    async def smtp_QUIT(self, arg: str) -> None:
        if arg:
            self._answer(replies.NO_ARGUMENT.format("QUIT"))
            return
        self.end(Close.QUIT, replies.BYE)

    @aiosmtpd.syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:
        self._answer(replies.CANNOT_VERIFY if arg else replies.SYNTAX.format("VRFY <address>"))

    async def smtp_EXPN(self, arg: str) -> None:
        self._answer(replies.NOT_IMPLEMENTED.format("EXPN"))

    @aiosmtpd.syntax("HELP [command]")
    async def smtp_HELP(self, arg: str) -> None:
        name = self._commands.get(arg.upper().encode("utf-8")) if arg else None
        if name is not None:
            method = getattr(self, name)
            self._answer(replies.HELP_TOPIC.format(getattr(method, "__smtp_syntax__", arg.upper())))
        elif arg:
            self._answer(replies.SYNTAX.format("HELP [command]"))
        else:
            self._answer(replies.HELP.format(" ".join(sorted(verb.decode() for verb in self._commands))))

    @aiosmtpd.syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:
        if arg:
            self._answer(replies.NO_ARGUMENT.format("STARTTLS"))
        elif self.tape.tls:
            self._answer(replies.TLS_ACTIVE)
        elif self.tls_context is None:
            self._answer(replies.TLS_UNAVAILABLE)
        else:
            await self._start_tls(self.tls_context)

    async def _start_tls(self, context: ssl.SSLContext) -> None:
        assert self.transport is not None
        if self._buffer:
            # RFC 3207 §4: what came before the handshake was not protected by it (CVE-2011-0411).
            self.tape.note(Kind.DISCARDED, bytes=len(self._buffer), why="sent before the TLS handshake")
            self._buffer.clear()
            self._searched = 0
        self.facts.stage = Stage.TLS
        self._answer(replies.START_TLS)
        self.tape.note(Kind.TLS_START)
        plain = self.transport
        try:
            secure = await self.loop.start_tls(plain, self, context, server_side=True)
        except (OSError, asyncio.CancelledError) as error:
            self._tls_failed(plain, error)
            return
        assert secure is not None
        self.transport = secure
        cipher = secure.get_extra_info("cipher") or ("", "", 0)
        layer = secure.get_extra_info("ssl_object")
        self.tls = (str(cipher[1]), str(cipher[0]), str(getattr(layer, "sandpost_sni", "")))
        if layer is not None and layer.version():
            self.tls = (layer.version(), *self.tls[1:])
        self.tape.tls = True
        self.tape.note(Kind.TLS_DONE, version=self.tls[0], cipher=self.tls[1], sni=self.tls[2])
        # RFC 3207 §4.2: the client must forget what it knew, and so must we.
        self._reset()
        self.session = self._create_session()
        self.facts.stage = Stage.TLS
        self.facts.authenticated = False

    def _tls_failed(self, plain: asyncio.Transport, error: BaseException) -> None:
        self.tape.note(Kind.TLS_FAIL, error=_tls_error(error))
        self.facts.errors += 1
        self.close_reason = Close.TLS
        self._closing = True
        self.transport = None
        plain.abort()

    # -- state ----------------------------------------------------------------------------------------------------

    def _reset(self) -> None:
        """Forget the transaction (RFC 5321 §4.1.1.5)."""
        self.envelope = self._create_envelope()
        self.recipients = []
        self.facts.in_transaction = False
        self.tape.transaction = 0

    async def _next_line(self) -> bytes:
        """Return the client's next line as the answer to a challenge; it is masked on the tape."""
        self._line = self.loop.create_future()
        self._pump()
        return await self._line

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
        return self.tape.seq - self._lines[0][0].seq + 1 if self._lines and not self.tape.cut else 0

    def snapshot(self, ended: bool = False, with_tape: bool = False) -> SaveSession:
        """Return what the session's row and the open part of its tape are now."""
        facts = self.facts
        outcome = Outcome.OPEN
        if ended:
            assert self.close_reason is not None
            outcome = classify(facts, self.close_reason)
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
            facts.stage,
            _clean(facts.reply),
            self.close_reason or "",
            self.tape.seq - self.pending,
        )
        return SaveSession(self.row, values, records, ended, outcome.is_failure)


Protocol._commands = {
    name.removeprefix("smtp_").encode("ascii"): name for name in dir(Protocol) if name.startswith("smtp_")
}


def _complete(coroutine: Coroutine[Any, Any, None]) -> None:
    """Run a coroutine that has nothing to wait for; most commands are such, and a task would cost more than they do."""
    try:
        coroutine.send(None)
    except StopIteration:
        return
    coroutine.close()
    raise RuntimeError("a command that waits must be named in Protocol._waiting")


def _shown(text: str) -> str:
    """Return a client's words fit to stand in a reply."""
    return "".join(character if character.isprintable() else "?" for character in text[:60])


def _clean(text: str) -> str:
    return text[:1000].replace("\x00", "\ufffd")


def _tls_error(error: BaseException) -> str:
    """Return OpenSSL's reason in words, such as `tlsv1 alert unknown ca`."""
    if isinstance(error, ssl.SSLError) and error.reason:
        return error.reason.lower().replace("_", " ")
    if isinstance(error, asyncio.CancelledError):
        return "the client closed the connection during the handshake"
    return str(error) or type(error).__name__
