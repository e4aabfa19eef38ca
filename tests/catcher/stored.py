"""Messages as they are stored and digested, without a socket."""

from __future__ import annotations

from collections.abc import Sequence

from catcher.digest import digest_some
from catcher.ingest import RecipientRow, StoreMessage
from catcher.models import Message
from tests.catcher.test_ingest import commit


def store(*raws: bytes, to: Sequence[str] = ("jane@example.com",), digested: bool = True) -> list[Message]:
    """Store messages in the order of arrival."""
    people = [RecipientRow(address, "", True, "250 2.1.5 ok") for address in to]
    works = [StoreMessage(None, None, 0, "bounce@acme.test", "", people, raw) for raw in raws]
    commit(*works)
    while digested and digest_some(20):
        pass
    return [Message.objects.get(public_id=work.public_id) for work in works]


def mail(subject: str = "Hello", text: str = "Hi.", **fields: str) -> bytes:
    """Return a message; `In_Reply_To="<a@t>"` becomes a field of that name."""
    lines = ["From: Acme <shop@acme.test>", "To: jane@example.com", f"Subject: {subject}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in fields.items()]
    return ("\r\n".join(lines) + f"\r\n\r\n{text}\r\n").encode()
