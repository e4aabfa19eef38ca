"""MESSAGE -> ENTRY: what the index is told of a message, field by field."""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from catcher.mime.digest import Digest
from catcher.models import Message
from catcher.search.messages import facts
from catcher.search.messages.text import plain
from catcher.search.messages.tree import FIELDS

# Characters of one field; the body is bounded by its digest.
MOST_OF_FIELD = 20_000
MOST_OF_BODY = 120_000
# Between two values, and behind the last: nothing that is searched for goes on from one to the other.
END = "\n"
_HEADER_FIELDS = {"from": "From", "to": "To", "cc": "Cc", "bcc": "Bcc", "reply-to": "Reply-To"}


class Entry(NamedTuple):
    """What a message is found by: `columns` are those of `FIELDS`, then facts and characters."""

    pk: int
    columns: tuple[str, ...]

    @property
    def size(self) -> int:
        return sum(map(len, self.columns))

    def pack(self) -> bytes:
        return zlib.compress(json.dumps(self.columns, ensure_ascii=False).encode(), 1)

    @classmethod
    def unpack(cls, pk: int, packed: bytes) -> Entry:
        return cls(pk, tuple(json.loads(zlib.decompress(packed))))


def entry(
    message: Message,
    people: Iterable[tuple[str, bool]],
    found: Digest,
    row: Mapping[str, Any],
    links: Iterable[str] = (),
) -> Entry:
    """Return the entry of a message; `people` are addresses and whether accepted, `row` what its digest writes."""
    texts = {name: _people(message, field) for name, field in _HEADER_FIELDS.items()}
    named = {address.lower() for field in ("To", "Cc") for _, address in message.addresses.get(field) or []}
    texts["bcc"] += [address for address, accepted in people if accepted and address.lower() not in named]
    texts |= {
        "return-path": [message.mail_from],
        "subject": [message.subject],
        "filename": [*found.names],
        "body": [found.search_text, *links],
        "message-id": [message.message_id],
        "header": [f"{name}: {value}" for name, value in found.fields],
        "type": [*dict.fromkeys(found.types)],
        "user": [message.username],
    }
    columns = [_column(texts[field], MOST_OF_BODY if field == "body" else MOST_OF_FIELD) for field in FIELDS]
    known = "".join(facts.characters(at, {*column} - {END}) for at, column in enumerate(columns) if column)
    return Entry(message.pk, (*columns, "".join(_facts(message, found, row)), known))


def _people(message: Message, field: str) -> list[str]:
    return [f"{name} {address}" for name, address in message.addresses.get(field) or []]


def _column(values: Iterable[str], most: int) -> str:
    kept = [text for value in values if (text := plain(value[:most]))]
    joined = END.join(kept)[:most]
    return f"{joined}{END}" if joined else ""


def _facts(message: Message, found: Digest, row: Mapping[str, Any]) -> Iterable[str]:
    yield facts.ALL
    yield from facts.sizes(message.size)
    for name, number in (
        ("attachment", row["attachments"]),
        ("inline", found.inlines),
        ("link", row["links_count"]),
        ("code", row["codes_count"]),
        ("finding", row["findings_count"]),
    ):
        if number:
            yield facts.code(f"has={name}")
    for rule in dict.fromkeys(row["findings"]):
        yield facts.code(f"finding={rule}")
