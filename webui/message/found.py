"""What was found in a message, as the strip above its tabs shows it."""

from __future__ import annotations

from dataclasses import dataclass

from catcher.extract.codes import Code
from catcher.extract.message import Extract
from catcher.extract.preheader import Preheader
from catcher.extract.purposes import Purpose
from catcher.extract.unsubscribe import Unsubscribe

MOST_LINKS = 2
_SHORT = 44
_WANTED = frozenset((Purpose.CONFIRM, Purpose.RESET, Purpose.SIGN_IN, Purpose.INVITATION))


@dataclass(frozen=True, slots=True)
class FoundLink:
    """A link that somebody who tests opens next: its purpose, its address, and the address as it fits."""

    purpose: str
    url: str

    @property
    def short(self) -> str:
        rest = self.url.partition("://")[2] or self.url
        return rest if len(rest) <= _SHORT else f"{rest[: _SHORT - 1]}…"


@dataclass(frozen=True, slots=True)
class Found:
    codes: list[Code]
    first_links: list[FoundLink]
    links: int
    preheader: Preheader | None
    unsubscribe: Unsubscribe | None

    @classmethod
    def of(cls, extract: Extract) -> Found:
        wanted = [link for link in extract.web_links if link.purpose in _WANTED]
        first = [FoundLink(str(link.purpose), link.url) for link in wanted[:MOST_LINKS]]
        return cls(extract.codes, first, len(wanted), extract.preheader, extract.unsubscribe)
