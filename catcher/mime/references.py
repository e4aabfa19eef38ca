"""Which messages a message belongs to: the ids in References and In-Reply-To (RFC 5322, section 3.6.4)."""

import re
from collections.abc import Iterable
from hashlib import blake2b
from typing import Final

from catcher.mime.headers import Field, field_text

MAX_REFERENCES: Final = 20
_MAX_RAW: Final = 100_000  # octets of one field that are looked at
_ID: Final = re.compile(r"<([^<>\s]{1,500})>")


def references(fields: Iterable[Field]) -> list[str]:
    """Return the ids without their brackets, each once: the first, which began the thread, and the last ones."""
    found: dict[str, None] = {}
    for name, raw in fields:
        if name.lower() in ("references", "in-reply-to"):
            found.update(dict.fromkeys(_ID.findall(field_text(raw[:_MAX_RAW]))))
    ids = list(found)
    return ids if len(ids) <= MAX_REFERENCES else [ids[0], *ids[1 - MAX_REFERENCES :]]


def hashed(text: str) -> int:
    """Return 64 bits that stand for a text, as a number that a database keeps in eight octets."""
    return int.from_bytes(blake2b(text.encode(errors="surrogatepass"), digest_size=8).digest(), "big", signed=True)
