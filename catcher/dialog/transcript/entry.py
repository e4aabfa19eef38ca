"""What one line of a pasted text is, before anybody knows the conversation that it belongs to."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from catcher.dialog.records import Direction, Kind, Terminator

# RFC 5321 §4.2.3, RFC 4954 §6, RFC 3207 §4, RFC 7504: what a server says, as opposed to any number at a line's start.
_CODES = (
    "211|214|220|221|235|250|251|252|334|354|421|432|450|451|452|454|455|"
    "500|501|502|503|504|521|523|530|534|535|538|550|551|552|553|554|555|556"
)
REPLY = re.compile(rf"(?:{_CODES})(?:[ -]|$)")
COMMAND = re.compile(
    r"(?:(?:EHLO|HELO|LHLO|MAIL|RCPT|DATA|BDAT|RSET|NOOP|QUIT|VRFY|EXPN|HELP|AUTH|STARTTLS|ETRN)(?=[ \t:]|$)"
    r"|(?i:(?:EHLO|HELO|LHLO)[ \t]+\S+[ \t]*$|MAIL[ \t]+FROM[ \t]*:|RCPT[ \t]+TO[ \t]*:"
    r"|(?:DATA|RSET|NOOP|QUIT|STARTTLS|HELP)[ \t]*$|BDAT[ \t]+\d|AUTH[ \t]+[A-Z0-9-]+(?:[ \t]+\S+)?[ \t]*$))"
)


@dataclass(slots=True)
class Entry:
    """A line of the text; `direction` None is one that bears no mark of who said it."""

    line: int
    direction: Direction | None = None
    data: bytes = b""
    at_us: int | None = None
    tls: bool | None = None  # None: it does not say
    kind: Kind = Kind.LINE
    info: dict[str, Any] = field(default_factory=dict)
    stream: str = ""  # what tells apart the connections that one log is about
    opens: bool = False  # a connection begins here
    idle: bool = False  # expected beside the conversation: not worth a word where it is not message data
    size: int = 0  # octets of message data that the text counts instead of showing
    remark: str = ""  # what the program says about its own trouble
    inferred: bool = False  # not in the text, but it must have been said
    changes: Callable[[Any], None] | None = None  # what it says about the record before it


@dataclass(frozen=True, slots=True)
class Form:
    """One program's way to write a conversation down."""

    name: str
    label: str
    sign: re.Pattern[str]  # matches the beginning of lines that only this form has
    read: Callable[[list[str]], Iterator[Entry]]
    guesses: bool = False  # lines without a mark are sorted by what they look like
    has_bare_content: bool = False  # message data is what bears no mark
    has_notes: bool = False  # it tells itself when TLS begins

    def score(self, lines: Iterable[str]) -> int:
        return sum(self.sign.match(line) is not None for line in lines)


def by_line(read: Callable[[int, str], Entry | None]) -> Callable[[list[str]], Iterator[Entry]]:
    """Return a reader of a form whose lines do not depend on each other."""

    def entries(lines: list[str]) -> Iterator[Entry]:
        for number, line in enumerate(lines, 1):
            entry = read(number, line)
            if entry is not None:
                yield entry

    return entries


def encoded(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")


def said(line: int, is_client: bool, text: str | bytes, at_us: int | None = None, tls: bool | None = None) -> Entry:
    data = text if isinstance(text, bytes) else encoded(text)
    return Entry(line, Direction.CLIENT if is_client else Direction.SERVER, data, at_us, tls)


def ended(terminator: Terminator) -> Callable[[Any], None]:
    """Return a change that sets how the record before was ended."""

    def change(record: Any) -> None:
        record.terminator = terminator

    return change


def cut(length: int) -> Callable[[Any], None]:
    """Return a change that sets how long the record before really was."""

    def change(record: Any) -> None:
        record.length = max(length, len(record.data))

    return change
