"""The SMTP listener: accepts connections, writes their tapes while they run, ends the idle ones."""

from __future__ import annotations

import asyncio
import contextlib
import socket
import ssl
from dataclasses import dataclass
from typing import Any

from catcher.ingest import Inlet
from catcher.smtp.connection import Connection
from catcher.smtp.handler import Handler
from catcher.smtp.protocol import Protocol

# A running session's tape is written this often, seconds; a busy one (over BUSY new records) less often.
FLUSH = 0.03
FLUSH_BUSY = 0.5
BUSY = 32
# A session that is done within a blink, in microseconds, is written once, at its end.
BLINK = 50_000
BACKLOG = 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """What a session may do; sizes in octets, `idle` in seconds."""

    message_size: int
    recipients: int
    command_line: int
    message_line: int
    errors: int
    connections: int
    idle: float
    tape_line: int
    tape: int
    keep_credentials: bool
    login: tuple[str, str] | None

    @classmethod
    def of(cls, settings: dict[str, Any]) -> Limits:
        return cls(
            message_size=settings["max_message_size"],
            recipients=settings["max_recipients"],
            command_line=settings["max_command_length"],
            message_line=settings["max_line_length"],
            errors=settings["max_errors"],
            connections=settings["max_connections"],
            idle=settings["idle_timeout"],
            tape_line=settings["max_tape_line"],
            tape=settings["max_tape"],
            keep_credentials=settings["keep_credentials"],
            login=settings["smtp_login"],
        )


class Listener:
    """One listening socket and the sessions that came through it."""

    def __init__(
        self,
        loop: asyncio.AbstractEventLoop,
        inlet: Inlet,
        limits: Limits,
        hostname: str,
        tls_context: ssl.SSLContext | None,
        name: str,
    ) -> None:
        self.loop = loop
        self.limits = limits
        self.hostname = hostname
        self.tls_context = tls_context
        self.name = name
        self.handler = Handler(inlet)
        self._inlet = inlet
        self._server: asyncio.Server | None = None
        self._open: set[Connection] = set()
        self._dirty: set[Connection] = set()
        self._flusher: asyncio.TimerHandle | None = None
        self._sweeper: asyncio.TimerHandle | None = None
        self._stopping = False
        self._all_closed = asyncio.Event()

    async def start(self, sock: socket.socket) -> None:
        self._server = await self.loop.create_server(lambda: Protocol(self), sock=sock, backlog=BACKLOG)
        self._sweep()

    @property
    def is_stopping(self) -> bool:
        return self._stopping

    async def stop(self, patience: float = 10.0) -> None:
        """Take no more connections, let messages that are being stored get their reply, and end the rest with 421."""
        self._stopping = True
        if self._server is not None:
            self._server.close()
        for timer in (self._sweeper, self._flusher):
            if timer is not None:
                timer.cancel()
        for protocol in list(self._open):
            protocol.shut_down()
        if not await self._closed(patience):
            for protocol in list(self._open):
                protocol.abort()
            # What was cut off leaves its session, too: its end is told in the loop's next turns.
            await self._closed(1.0)

    async def _closed(self, patience: float) -> bool:
        if self._open:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._all_closed.wait(), patience)
        return not self._open

    # -- what protocols tell ---------------------------------------------------------------------------------------

    def admit(self, protocol: Connection) -> bool:
        self._inlet.gatherer.heard()
        self._open.add(protocol)
        self._inlet.gatherer.senders = len(self._open)
        return len(self._open) <= self.limits.connections and not self._stopping

    def touched(self, protocol: Connection) -> None:
        self._inlet.gatherer.heard()
        self._dirty.add(protocol)
        if self._flusher is None and not self._stopping:
            self._flusher = self.loop.call_later(FLUSH, self._flush)

    def finished(self, protocol: Connection) -> None:
        self._dirty.discard(protocol)
        self._open.discard(protocol)
        self._inlet.gatherer.senders = len(self._open)
        self._inlet.save(protocol.snapshot(ended=True, with_tape=True))
        if self._stopping and not self._open:
            self._all_closed.set()

    # -- timers ----------------------------------------------------------------------------------------------------

    def _flush(self) -> None:
        self._flusher = None
        now = self.loop.time()
        later = set()
        for protocol in self._dirty:
            if protocol.storing or protocol.flush_at > now or protocol.tape.now_us() < BLINK:
                later.add(protocol)
                continue
            busy = protocol.tape.dirty > BUSY
            protocol.flush_at = now + (FLUSH_BUSY if busy else 0)
            self._inlet.save(protocol.snapshot(with_tape=True))
        self._dirty = later
        if later:
            self._flusher = self.loop.call_later(FLUSH, self._flush)

    def _sweep(self) -> None:
        now = self.loop.time()
        for protocol in list(self._open):
            if now - protocol.heard_at > self.limits.idle:
                protocol.expire()
        self._sweeper = self.loop.call_later(min(1.0, self.limits.idle / 10), self._sweep)
