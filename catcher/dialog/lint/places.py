"""Where in a message something lies, and how a finding quotes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.mime.charsets import one_line
from catcher.mime.headers import Field, field_text
from catcher.mime.part import Part
from catcher.mime.words import decode_words

MAX_SEEN: Final = 100  # characters of what a finding quotes
MAX_PLACES: Final = 20  # ranges of octets that one finding points at
_MAX_VALUE: Final = 65_000  # octets of one field that are looked at

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Header:
    """A header field and where it lies: start is its name's first octet, end is behind its last one (no line end)."""

    name: str  # in lower case
    raw: bytes  # behind the colon, still folded
    start: int
    end: int

    @property
    def place(self) -> Place:
        return self.start, self.end

    @property
    def value(self) -> str:
        """The unfolded text, encoded words left alone."""
        return field_text(self.raw[:_MAX_VALUE])

    @property
    def decoded(self) -> str:
        return one_line(decode_words(self.value))


def located(raw: bytes, part: Part) -> list[Header]:
    """Return a part's fields with their places, found again one behind the other."""
    return list(_located(raw, part.fields, _first_field(raw, part)))


def _first_field(raw: bytes, part: Part) -> int:
    if not raw.startswith((b"From ", b">From "), part.header_start):
        return part.header_start
    return raw.find(b"\n", part.header_start) + 1  # the separator of a mailbox file


def _located(raw: bytes, fields: Iterable[Field], pos: int) -> Iterator[Header]:
    for name, value in fields:
        end = raw.find(b":", pos) + 1 + len(value)
        yield Header(name.strip().lower(), value, pos, end)
        pos = raw.find(b"\n", end) + 1


def brief(what: str | bytes) -> str:
    """Return words from a message fit to be quoted: one line, no control characters, at most 100 characters."""
    if isinstance(what, bytes):
        what = _text(what)
    line = one_line(what[: 4 * MAX_SEEN])
    return line if len(line) <= MAX_SEEN else line[: MAX_SEEN - 1] + "…"


def _text(octets: bytes) -> str:
    beginning = octets[: 4 * MAX_SEEN]
    try:
        return beginning.decode()
    except UnicodeDecodeError as error:
        if len(beginning) < len(octets) and error.start > len(beginning) - 4:
            return beginning[: error.start].decode()  # cut within its last character
        return beginning.decode("latin-1")


def evidence(seen: str | bytes, *places: Place, severity: Severity | None = None) -> Evidence:
    """Make the evidence of a finding in a message."""
    return Evidence(brief(seen), octets=places[:MAX_PLACES], severity=severity)


def line_at(raw: bytes, offset: int) -> Place:
    """Return where the line around an octet lies, without its line end."""
    offset = max(0, min(offset, len(raw)))
    start = raw.rfind(b"\n", 0, offset) + 1
    end = raw.find(b"\n", offset)
    end = len(raw) if end < 0 else end
    return start, end - 1 if end > start and raw[end - 1] == 0x0D else end


def line_number(raw: bytes, offset: int) -> int:
    """Return the number of the line in which an octet lies, from 1 on."""
    return raw.count(b"\n", 0, max(0, offset)) + 1
