"""winmail.dat: what Outlook packs into application/ms-tnef ([MS-OXTNEF]), listed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from struct import unpack_from
from typing import Final, NamedTuple

from catcher.mime.charsets import clean, codec_of, decode, one_line
from catcher.mime.filenames import safe_filename
from catcher.mime.mapi import LONG_NAME, named_texts

SIGNATURE: Final = b"\x78\x9f\x3e\x22"
MAX_FILES: Final = 1_000
MAX_ATTRIBUTES: Final = 20_000
_MAX_TEXT: Final = 1_000

# The lower word of an attribute's id ([MS-OXTNEF], section 2.1.3.2); the upper one is its kind of value.
_SUBJECT: Final = 0x8004
_CLASS: Final = 0x8008
_CODEPAGE: Final = 0x9007
_BEGIN_FILE: Final = 0x9002  # attAttachRendData
_FILE_TITLE: Final = 0x8010
_FILE_DATA: Final = 0x800F
_FILE_PROPERTIES: Final = 0x9005


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
    whole: bool  # False where the container is cut off, damaged or holds more than is listed


class _Attribute(NamedTuple):
    number: int
    start: int
    end: int


@dataclass(slots=True)
class _File:
    title: str = ""
    long_name: str = ""
    start: int = 0
    end: int = 0


def tnef(data: bytes) -> Tnef | None:
    """Read a decoded container, or return None where the octets are none; never raises, copies no file."""
    return _Reader(data).read() if data.startswith(SIGNATURE) else None


class _Reader:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.codec = "cp1252"
        self.subject = self.message_class = ""
        self.files: list[_File] = []
        self.whole = False

    def read(self) -> Tnef:
        for attribute in self._attributes():
            self._take(attribute)
            if len(self.files) > MAX_FILES:
                self.whole = False
                break
        files = tuple(_file(number, each) for number, each in enumerate(self.files[:MAX_FILES], 1))
        return Tnef(self.subject, self.message_class, files, self.whole)

    def _attributes(self) -> Iterator[_Attribute]:
        """Yield one attribute after another: level, id, length, value, checksum (section 2.1.2)."""
        pos, size = 6, len(self.data)
        for _ in range(MAX_ATTRIBUTES):
            if pos + 9 > size:
                self.whole = pos == size
                return
            number, length = unpack_from("<HxxI", self.data, pos + 1)
            start = pos + 9
            yield _Attribute(number, start, min(start + length, size))
            pos = start + length + 2

    def _take(self, attribute: _Attribute) -> None:
        number, start, end = attribute
        if number == _BEGIN_FILE:
            self.files.append(_File())
        elif number == _CODEPAGE and end - start >= 4:
            self.codec = codec_of(f"cp{unpack_from('<I', self.data, start)[0]}") or self.codec
        elif number == _SUBJECT:
            self.subject = self._text(start, end)
        elif number == _CLASS:
            self.message_class = self._text(start, end)
        elif self.files:
            self._take_of_file(self.files[-1], attribute)

    def _take_of_file(self, file: _File, attribute: _Attribute) -> None:
        number, start, end = attribute
        if number == _FILE_DATA:
            file.start, file.end = start, end
        elif number == _FILE_TITLE:
            file.title = self._text(start, end)
        elif number == _FILE_PROPERTIES:
            file.long_name = named_texts(self.data, start, end, self.codec).get(LONG_NAME, "") or file.long_name

    def _text(self, start: int, end: int) -> str:
        octets = self.data[start : min(end, start + _MAX_TEXT)].partition(b"\0")[0]
        return one_line(clean(decode(octets, self.codec)[0]))


def _file(number: int, file: _File) -> TnefFile:
    declared = one_line(file.long_name or file.title)
    return TnefFile(safe_filename(declared, f"file-{number}"), declared, file.start, file.end)
