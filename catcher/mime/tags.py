"""The tags that a sender gives: X-Tags fields, and what stands behind a plus in an address, as Mailpit reads them."""

from collections.abc import Iterable
from typing import Final

from catcher.mime.charsets import one_line
from catcher.mime.headers import Field, field_text
from catcher.mime.words import decode_words

MAX_TAGS: Final = 100
_MAX_RAW: Final = 20_000  # octets of one field that are looked at


def in_header(fields: Iterable[Field]) -> list[str]:
    """Return what X-Tags fields list, by commas, as it is written."""
    found: list[str] = []
    for name, raw in fields:
        if name.lower() == "x-tags":
            found += one_line(decode_words(field_text(raw[:_MAX_RAW]))).split(",")
    return [tag.strip() for tag in found if tag.strip()][:MAX_TAGS]


def in_addresses(addresses: Iterable[str]) -> list[str]:
    """Return the tags of `user+tag@example.com`; several are separated by plus signs (subaddresses of RFC 5233)."""
    found: dict[str, None] = {}
    for address in addresses:
        local, at, _ = address.rpartition("@")
        if at and "+" in local and len(found) < MAX_TAGS:
            found.update(dict.fromkeys(tag for tag in local.strip('"').split("+")[1:] if tag.strip()))
    return list(found)[:MAX_TAGS]
