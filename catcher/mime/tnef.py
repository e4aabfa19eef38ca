"""winmail.dat: what Outlook packs into application/ms-tnef ([MS-OXTNEF]), listed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TnefFile:
    """A file in a TNEF container: a safe name, its octets by range in the decoded container."""

    name: str
    declared_name: str
    start: int
    end: int

    @property
    def size(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Tnef:
    """What a TNEF container says and holds."""

    subject: str
    message_class: str
    files: tuple[TnefFile, ...]
    whole: bool  # False where the container is cut off or damaged


def tnef(data: bytes) -> Tnef | None:
    """Read a decoded container, or return None where the octets are none; never raises."""
    return None
