"""What reading a file of mail comes to: messages, and what could not be read, with a reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

# Octets of one message that are taken in; beyond that it is none.
LARGEST: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class Found:
    """A message: where it stood, its exact octets, and the envelope sender where the file names it."""

    name: str
    raw: bytes
    sender: str = ""


@dataclass(frozen=True, slots=True)
class Unreadable:
    """Something that is no message, and why, in words for people."""

    name: str
    reason: str


Entry = Found | Unreadable
