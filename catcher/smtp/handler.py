"""What happens to a message that has come in whole: aiosmtpd's handler, with its hooks named after the verbs."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from catcher.ingest import Inlet, StoreMessage
from catcher.smtp import replies

if TYPE_CHECKING:
    from aiosmtpd.smtp import Envelope, Session

    from catcher.smtp.recorder import Recorder


class Handler:
    """Stores every message and acknowledges it after the commit."""

    def __init__(self, inlet: Inlet) -> None:
        self._inlet = inlet

    async def handle_DATA(self, server: Recorder, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        message = StoreMessage(
            row=server.row,
            session=None if server.row.id else server.snapshot(),
            transaction=server.tape.transaction,
            mail_from=envelope.mail_from or "",
            mail_parameters=" ".join(envelope.mail_options),
            recipients=server.recipients,
            raw=content,
            username=server.auth_user,
        )
        server.body_info["message"] = message.public_id
        # Shielded: cancelling whoever waits here must not cancel the store (promise 4).
        done = asyncio.shield(self._inlet.store(message))
        try:
            return replies.STORED.format(await done)
        except asyncio.CancelledError:
            raise
        except Exception as error:
            del server.body_info["message"]
            return replies.NOT_STORED.format(_first_line(error))


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return lines[0][:200] if lines else type(error).__name__
