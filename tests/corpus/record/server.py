"""The listener that recordings are made against: Sandpost's own, which also refuses what some addresses ask for."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from catcher.dialog.outcome import Close, Stage
from catcher.smtp import listener
from catcher.smtp.protocol import Protocol
from tests.catcher.sandbox import Sandbox

# Mailbox -> what it is answered.
REFUSALS = {
    "nobody@example.com": "550 5.1.1 No such user",
    "later@example.com": "451 4.7.1 Try again later",
    "denied@example.com": "550 5.7.1 Sender refused",
    "closing@example.com": "421 4.3.2 Closing down",
    "no-data@example.com": "554 5.7.1 No mail for this one",
}
NO_LOGIN = "503 5.5.1 AUTH is not offered here"
NO_TLS_NOW = "454 4.7.0 TLS not available due to temporary reason"


class Refusing(Protocol):
    """Sandpost's protocol, with people in it who do not take mail."""

    is_mute = False
    refuses_tls = False
    offers_login = True

    def _hello(self, hostname: str, verb: str, *lines: str, extended: bool) -> None:
        offered = [line for line in lines if self.offers_login or not line.startswith("AUTH")]
        super()._hello(hostname, verb, *offered, extended=extended)

    async def smtp_STARTTLS(self, arg: str) -> None:
        if self.refuses_tls:
            self._answer(NO_TLS_NOW)
        else:
            await super().smtp_STARTTLS(arg)

    def _answer(self, reply: str) -> None:
        if not self.is_mute:
            super()._answer(reply)

    async def smtp_AUTH(self, arg: str) -> None:
        if self.offers_login:
            await super().smtp_AUTH(arg)
        else:
            self._refuse(Stage.AUTH, NO_LOGIN)

    async def smtp_MAIL(self, arg: str | None) -> None:
        if "denied@example.com" in (arg or ""):
            self._refuse(Stage.MAIL, REFUSALS["denied@example.com"])
        else:
            await super().smtp_MAIL(arg)

    async def smtp_RCPT(self, arg: str | None) -> None:
        said = arg or ""
        if "drop@" in said:
            self.abort()
        elif "silent@" in said:
            self.is_mute = True
        elif "closing@" in said:
            self.end(Close.SHUTDOWN, REFUSALS["closing@example.com"])
        else:
            for address in ("nobody@example.com", "later@example.com"):
                if address in said:
                    self._refuse_recipient(address, REFUSALS[address])
                    return
            await super().smtp_RCPT(arg)

    async def smtp_DATA(self, arg: str) -> None:
        if "no-data@example.com" in self.envelope.rcpt_tos:
            self._refuse(Stage.DATA, REFUSALS["no-data@example.com"])
        else:
            await super().smtp_DATA(arg)

    def _receive(self, data: bytes) -> None:
        if "cut@example.com" in self.envelope.rcpt_tos:
            self.close_reason = Close.FAULT
            self.abort()
        else:
            super()._receive(data)

    async def _take_message(self, content: bytes) -> None:
        if "hang@example.com" in self.envelope.rcpt_tos:
            self.is_mute, self.storing = True, False
        else:
            await super()._take_message(content)


@contextmanager
def running(
    folder: Path, with_tls: bool, refuses_tls: bool = False, offers_login: bool = True, **limits: Any
) -> Iterator[Sandbox]:
    Refusing.refuses_tls, Refusing.offers_login = refuses_tls, offers_login
    listener.Protocol = Refusing  # type: ignore[attr-defined]
    sandbox = Sandbox(folder, asyncio.SelectorEventLoop(), with_tls, **limits)
    try:
        yield sandbox
    finally:
        sandbox.stop()
