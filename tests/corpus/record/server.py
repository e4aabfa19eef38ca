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
}


class Refusing(Protocol):
    """Sandpost's protocol, with people in it who do not take mail."""

    is_mute = False

    def _answer(self, reply: str) -> None:
        if not self.is_mute:
            super()._answer(reply)

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


@contextmanager
def running(folder: Path, with_tls: bool, **limits: Any) -> Iterator[Sandbox]:
    listener.Protocol = Refusing  # type: ignore[attr-defined]
    sandbox = Sandbox(folder, asyncio.SelectorEventLoop(), with_tls, **limits)
    try:
        yield sandbox
    finally:
        sandbox.stop()
