"""S/MIME and PGP named: what is signed or encrypted, by which scheme, with whose certificates; nothing is verified."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catcher.mime.outline import Node, Outline


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate that comes with a signature; times are ISO 8601 in UTC."""

    subject: str
    issuer: str
    addresses: tuple[str, ...]
    not_before: str
    not_after: str


@dataclass(frozen=True, slots=True)
class Protection:
    """One signed, encrypted or key-bearing part."""

    scheme: Literal["S/MIME", "PGP"]
    kind: Literal["signed", "encrypted", "keys", "compressed", "unknown"]
    form: Literal["detached", "opaque", "inline"]
    title: str  # "Signed with S/MIME (sha-256)"
    node: Node  # the part that holds it
    signature: Node | None = None
    certificates: tuple[Certificate, ...] = ()


def protections(outline: Outline) -> list[Protection]:
    """Return what of the message is protected, outermost first, at most 20; never raises."""
    return []
