"""The envelope of a message beside its header: who is in it and not named, who is named and was never sent to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from catcher.dialog.conversation import Step, Transaction
from catcher.mime.address_notes import unicode_host
from catcher.models import Message, Recipient
from webui import reading

SHOWN_RECIPIENTS = 8
FIELDS = ("To", "Cc", "Bcc")


@dataclass(frozen=True, slots=True)
class Sent:
    """A recipient of the envelope; field is the header field that names it, '' for a blind copy."""

    recipient: Recipient
    field: str


@dataclass(frozen=True, slots=True)
class Unsent:
    """An address of the header that the envelope does not have, or whose RCPT was refused."""

    address: str
    field: str
    refused: bool


class Envelope:
    """Who was to get the message, as RCPT said it, beside what its header says."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.recipients: list[Recipient] = list(message.recipients.order_by("pk"))

    @cached_property
    def named(self) -> dict[str, tuple[str, str]]:
        """Each address of the header, compared as mail systems do, with its field and how it is written."""
        found: dict[str, tuple[str, str]] = {}
        for field in FIELDS:
            for _, address in self.message.addresses.get(field) or []:
                if address:
                    found.setdefault(same(address), (field, address))
        return found

    @cached_property
    def sent(self) -> list[Sent]:
        return [Sent(row, self.named.get(same(row.address), ("", ""))[0]) for row in self.recipients]

    @cached_property
    def unsent(self) -> list[Unsent]:
        reached = {same(row.address): row.accepted for row in self.recipients}
        return [
            Unsent(address, field, key in reached)
            for key, (field, address) in self.named.items()
            if not reached.get(key)
        ]

    @cached_property
    def bcc(self) -> frozenset[int]:
        """The rows that no header names, or the Bcc header only, which reaches nobody."""
        return frozenset(each.recipient.pk for each in self.sent if each.field in {"", "Bcc"})

    @property
    def first(self) -> list[Recipient]:
        return self.recipients[:SHOWN_RECIPIENTS]

    @property
    def others(self) -> int:
        return len(self.recipients) - len(self.first)

    @property
    def differs(self) -> bool:
        """Whether MAIL FROM is none of the addresses in From, as with bounce addresses and senders on behalf."""
        authors = {same(address) for _, address in self.message.addresses.get("From") or []}
        return same(self.message.mail_from) not in authors

    @cached_property
    def transaction(self) -> Transaction | None:
        """The transaction as it was said, where the session is over and short enough to be read."""
        session = self.message.session
        if session is None or not reading.is_whole(session):
            return None
        conversation = reading.whole(session).conversation
        found: Iterable[Transaction] = conversation.transactions
        return next((each for each in found if each.message == self.message.public_id), None)

    @property
    def replies(self) -> list[tuple[str, Step]]:
        """MAIL and the end of the data, with what the server answered."""
        said = self.transaction
        if said is None:
            return []
        steps = [("MAIL", said.mail), ("the message", said.content)]
        return [(name, step) for name, step in steps if step is not None and step.reply is not None]


def same(address: str) -> str:
    """Return an address as two of them are compared: no case, the domain in letters (RFC 5890)."""
    local, at, domain = address.strip().casefold().rpartition("@")
    return f"{local}{at}{unicode_host(domain)}"
