"""STARTTLS (RFC 3207): the handshake inside the conversation, and what must be forgotten after it."""

from __future__ import annotations

import asyncio
import ssl

from aiosmtpd import smtp as aiosmtpd

from catcher.dialog.outcome import Close, Stage
from catcher.dialog.records import Kind
from catcher.smtp import replies
from catcher.smtp.connection import Connection
from catcher.smtp.tls import reason


class StartTLS(Connection):
    """The STARTTLS verb."""

    @aiosmtpd.syntax("STARTTLS", when="tls_context")
    async def smtp_STARTTLS(self, arg: str) -> None:
        if arg:
            self._answer(replies.NO_ARGUMENT.format("STARTTLS"))
        elif self.tape.tls:
            self._answer(replies.TLS_ACTIVE)
        elif self.tls_context is None:
            # Not counted as a refusal: a client that goes on without TLS loses nothing by it.
            self.facts.stage = Stage.TLS
            self.facts.fail(Stage.TLS, replies.TLS_UNAVAILABLE)
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
        self._in_handshake = True
        try:
            secure = await self.loop.start_tls(plain, self, context, server_side=True)
            # Where we closed it ourselves there is no error: asyncio hands out None, uvloop a transport of nothing.
            if secure is None or self._closing:
                raise ConnectionAbortedError("Sandpost closed the connection during the handshake")
        except (OSError, asyncio.CancelledError) as error:
            self._tls_failed(plain, error)
            return
        finally:
            self._in_handshake = False
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
        why = reason(error)
        self.tape.note(Kind.TLS_FAIL, error=why)
        self.facts.fail(Stage.TLS, why)
        self.facts.errors += 1
        if self.close_reason is None or self.close_reason in (Close.CLIENT, Close.RESET):
            self.close_reason = Close.TLS
        self._closing = True
        self.transport = None
        plain.abort()
