"""Two stored messages -> what is compared of them, section by section."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

from catcher.compare import fields, lines, parts
from catcher.compare.fields import Fields, Named
from catcher.compare.lines import Difference
from catcher.compare.parts import Part, Parts
from catcher.mime import html
from catcher.mime.outline import Node, Outline, outline
from catcher.models import Message

# What of an envelope is new with every message, or says where it came from.
OF_A_CONNECTION = frozenset(("received at", "size", "size parameter", "client"))


class Side:
    """One message with its parts opened."""

    def __init__(self, message: Message) -> None:
        self.message = message
        self.opened: Outline = outline(message.raw())

    @property
    def has_page(self) -> bool:
        return self.opened.html is not None

    @property
    def has_text(self) -> bool:
        return self.opened.text is not None

    @cached_property
    def page(self) -> str:
        return self.opened.html.text() if self.opened.html else ""

    @cached_property
    def text(self) -> str:
        """The plain text, or what the HTML of a message without one says."""
        return self.opened.text.text() if self.opened.text else html.to_text(self.page)

    @cached_property
    def headers(self) -> list[Named]:
        return [(field.name, field.decoded) for field in self.opened.root.fields]

    @cached_property
    def parts(self) -> list[Part]:
        bodies = {id(self.opened.text): "text", id(self.opened.html): "html"}
        leaves = [node for node in self.opened.own if node.part.is_message or not node.holds_parts]
        return [_part(node, bodies.get(id(node), "")) for node in leaves[: parts.MAX_PARTS + 1]]

    @cached_property
    def envelope(self) -> list[Named]:
        message = self.message
        found = [("MAIL FROM", f"<{message.mail_from}>")]
        for parameter in message.mail_parameters.split():
            is_size = parameter.upper().startswith("SIZE=")
            found.append(("SIZE parameter" if is_size else "MAIL parameter", parameter))
        for row in message.recipients.order_by("pk")[: fields.MAX_FIELDS]:
            said = f"<{row.address}> {row.parameters}".rstrip()
            found.append(("RCPT TO", said if row.accepted else f"{said} refused: {row.reply}"))
        found += [("Login", message.username)] if message.username else []
        if message.session is not None:
            found.append(("EHLO", message.session.hello))
            found.append(("Encryption", message.session.tls_version.replace("TLSv", "TLS ") or "none"))
            found.append(("Client", message.session.peer_host))
        found.append(("Received at", f"{message.received_at:%Y-%m-%d %H:%M:%S} UTC"))
        found.append(("Size", f"{message.size:,} octets"))
        return found


def _part(node: Node, body: str) -> Part:
    declared = (node.encoding, f"charset {node.charset}" if node.charset else "", node.disposition)
    return Part(
        path=node.path,
        name="" if body else node.name if node.declared_name or node.content_id else "",
        content_type=node.content_type,
        declared=", ".join(filter(None, declared)),
        size=node.decoded_size,
        checksum=node.checksums.sha256,
        body=body,
    )


@dataclass(frozen=True, slots=True)
class Comparison:
    before: Side
    after: Side
    text: Difference
    page: Difference
    headers: Fields
    parts: Parts
    envelope: Fields

    @property
    def counts(self) -> dict[str, int]:
        return {
            "html": self.page.count,
            "text": self.text.count,
            "headers": self.headers.count,
            "parts": self.parts.count,
            "envelope": self.envelope.count,
        }

    @property
    def is_same(self) -> bool:
        return not any(self.counts.values())


def compare(before: Message, after: Message, ignore_space: bool) -> Comparison:
    a, b = Side(before), Side(after)
    return Comparison(
        before=a,
        after=b,
        text=lines.compare(a.text, b.text, ignore_space=ignore_space),
        page=lines.compare(a.page, b.page, ignore_space=ignore_space, page=True),
        headers=fields.compare(a.headers, b.headers, ignore_space=ignore_space),
        parts=parts.compare(a.parts, b.parts),
        envelope=fields.compare(a.envelope, b.envelope, always=OF_A_CONNECTION),
    )
