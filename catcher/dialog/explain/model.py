"""What an explanation is, and where in a line it stands."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


@dataclass(frozen=True, slots=True)
class Explanation:
    """A few words and a few sentences about one thing in the dialog.

    `advice` is what it means for the sender: retry, give up, change something; empty where it has nothing to do.
    """

    title: str
    text: str
    grammar: str = ""
    replies: str = ""
    advice: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True)
class Span:
    """Octets of a record's `data` and what they are; a note of the recorder, which has none, is explained at 0 to 0."""

    start: int
    end: int
    about: Explanation


@dataclass(frozen=True, slots=True)
class Remark:
    """What an error or an unexpected reply means: the box under its line."""

    title: str
    text: str
    source: str


class Use(StrEnum):
    """What a client made of an extension."""

    USED = "used"
    NOT_USED = "not used"
    NOT_OFFERED = "used though not offered"
    ALWAYS = "always on"  # the server's own doing: no client asks for it


@dataclass(frozen=True, slots=True)
class OfferRow:
    """One extension; `detail` says how it was used, such as the AUTH mechanism that was chosen."""

    keyword: str
    parameters: tuple[str, ...]
    meaning: str
    source: str
    use: Use
    detail: str = ""


@dataclass(frozen=True, slots=True)
class OfferTable:
    """The answer to one EHLO (record `seq`), and what was done before the next hello."""

    seq: int
    tls: bool
    rows: tuple[OfferRow, ...]


@dataclass(frozen=True, slots=True)
class AuthStep:
    """One line of an AUTH exchange.

    `shown` is what the line says once base64 is taken off; empty where the secret is masked or it cannot be read.
    """

    seq: int
    is_server: bool
    what: str
    shown: str = ""
    masked: bool = False


@dataclass(frozen=True, slots=True)
class AuthExchange:
    """An AUTH command and all that belongs to it; `ok` is None while there is no verdict."""

    seq: int
    mechanism: str
    about: Explanation
    user: str
    ok: bool | None
    steps: tuple[AuthStep, ...]
