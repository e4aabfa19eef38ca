"""A header block -> its fields, and what the fields mean (RFC 5322, section 2.2)."""

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from catcher.mime.addresses import Address, addresses
from catcher.mime.charsets import clean, one_line
from catcher.mime.defects import Defect, defect
from catcher.mime.words import decode_words

__all__ = ["MAX_FIELDS", "Address", "Field", "addresses", "body_offset", "field_text", "parse_date", "split"]

MAX_FIELDS: Final = 2_000
MAX_DATE: Final = 200

# A line that starts with two hyphens is a boundary and never a field: a part may lack its blank line.
_FIELD = re.compile(rb"(?!--)([!-9;-~]++)([ \t]*+):([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
_ODD_NAME = re.compile(rb"(?!--)([^:\r\n]{1,200}+):([^\n]*+(?:\n[ \t][^\n]*+)*+)\n?")
_BLANK_LINE = re.compile(rb"\n\r?\n")
_EIGHT_BIT = re.compile(rb"[\x80-\xff]")


class Field(NamedTuple):
    """One header field; raw is all that follows the colon, still folded, without the last line end."""

    name: str
    raw: bytes

    @property
    def value(self) -> str:
        """The unfolded value, read as UTF-8 or else Latin-1; encoded words are left alone."""
        return field_text(self.raw)

    @property
    def decoded(self) -> str:
        """The value as a person reads it: encoded words decoded, fit for one line."""
        return one_line(decode_words(self.value))


def field_text(raw: bytes) -> str:
    """Unfold raw bytes of a field (RFC 5322, section 2.2.3) and read them as UTF-8, else Latin-1."""
    if b"\n" in raw:
        raw = raw.replace(b"\r\n", b"").replace(b"\n", b"")
    try:
        return clean(raw.decode()).strip()
    except UnicodeDecodeError:
        return clean(raw.decode("latin-1")).strip()


def split(
    raw: bytes, start: int = 0, end: int | None = None, *, most: int = MAX_FIELDS
) -> tuple[list[Field], int, list[Defect]]:
    """Return the fields of the header block at start, the offset where its body starts, and the defects."""
    stop = len(raw) if end is None else end
    fields: list[Field] = []
    defects: list[Defect] = []
    pos = _after_mbox_line(raw, start, stop, defects)
    while pos < stop and len(fields) < most:
        found = _FIELD.match(raw, pos, stop) or _odd_field(raw, pos, stop, bool(fields), defects)
        if found is None:
            break
        name, value = found[1].decode("latin-1"), found[found.lastindex or 0]
        if found.lastindex == 3 and found[2]:
            defects.append(defect("space-before-colon", pos))
        fields.append(Field(name, value.removesuffix(b"\r")))
        pos = found.end()
    _check_octets(raw, start, pos, defects)
    if len(fields) >= most:
        return fields, _past_the_rest(raw, pos, stop, defects), defects
    return fields, _body_start(raw, pos, stop, bool(fields), defects), defects


def body_offset(raw: bytes, pos: int, stop: int) -> int | None:
    """Return the offset after the blank line at pos, or None where no blank line is."""
    if pos >= stop:
        return stop
    if raw.startswith(b"\n", pos, stop):
        return pos + 1
    return pos + 2 if raw.startswith(b"\r\n", pos, stop) else None


def parse_date(value: str) -> datetime | None:
    """Read a Date value (RFC 5322, section 3.3) as an aware time, or None; no zone is taken as UTC."""
    try:
        when = parsedate_to_datetime(value[:MAX_DATE])
        if when.tzinfo is None:
            when = when.replace(tzinfo=UTC)
        # A store converts to UTC, which overflows at both ends of the calendar.
        when.astimezone(UTC)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None
    return when


def _after_mbox_line(raw: bytes, start: int, stop: int, defects: list[Defect]) -> int:
    if not raw.startswith((b"From ", b">From "), start, stop):
        return start
    defects.append(defect("mbox-line", start))
    line_end = raw.find(b"\n", start, stop)
    return stop if line_end < 0 else line_end + 1


def _odd_field(raw: bytes, pos: int, stop: int, inside: bool, defects: list[Defect]) -> re.Match[bytes] | None:
    """Accept a field with an unlawful name, but only after a lawful one: else it is text that has a colon."""
    if not inside or raw[pos : pos + 1] in (b"\r", b"\n"):
        return None
    found = _ODD_NAME.match(raw, pos, stop)
    if found is not None:
        defects.append(defect("bad-header-name", pos))
    return found


def _check_octets(raw: bytes, start: int, pos: int, defects: list[Defect]) -> None:
    block = raw[start:pos]
    if not block.isascii():
        found = _EIGHT_BIT.search(block)
        defects.append(defect("eight-bit-header", start + found.start() if found else None))
    if b"\0" in block:
        defects.append(defect("nul-bytes", start + block.index(b"\0")))


def _past_the_rest(raw: bytes, pos: int, stop: int, defects: list[Defect]) -> int:
    defects.append(defect("too-many-headers", pos))
    found = _BLANK_LINE.search(raw, max(pos - 1, 0), stop)
    return found.end() if found else stop


def _body_start(raw: bytes, pos: int, stop: int, some: bool, defects: list[Defect]) -> int:
    body = body_offset(raw, pos, stop)
    if not some:
        defects.append(defect("no-headers", pos))
    elif body is None:
        defects.append(defect("header-without-colon", pos))
    return pos if body is None else body
