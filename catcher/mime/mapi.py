"""The MAPI properties that a TNEF attribute packs ([MS-OXTNEF], section 2.1.3.4), of which only texts are wanted."""

from __future__ import annotations

from contextlib import suppress
from struct import unpack_from
from typing import Final

from catcher.mime.charsets import clean, decode

LONG_NAME: Final = 0x3707  # PidTagAttachLongFilename
MAX_PROPERTIES: Final = 500
_MAX_VALUES: Final = 1_000
_MAX_TEXT: Final = 2_000  # octets

_FIXED: Final = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
_STRING8: Final = 0x1E
_UNICODE: Final = 0x1F
_COUNTED: Final = frozenset((0x0D, _STRING8, _UNICODE, 0x102))
_MANY: Final = 0x1000
_NAMED_FROM: Final = 0x8000


class _Damaged(Exception):
    """Raised and caught in here where the octets do not add up."""


def named_texts(data: bytes, start: int, end: int, codec: str) -> dict[int, str]:
    """Return the text properties by number, as far as the block can be read."""
    reader = _Properties(data, start, end, codec)
    with suppress(_Damaged):
        reader.read()
    return reader.texts


class _Properties:
    def __init__(self, data: bytes, start: int, end: int, codec: str) -> None:
        self.data, self.pos, self.end, self.codec = data, start, end, codec
        self.texts: dict[int, str] = {}

    def read(self) -> None:
        for _ in range(min(self._number(), MAX_PROPERTIES)):
            kind, number = self._take("<HH", 4)
            if number >= _NAMED_FROM:
                self._skip_name()
            self._value(kind, number)

    def _skip_name(self) -> None:
        self._skip(16)
        by_text = self._number()
        self._skip(_padded(self._number()) if by_text else 4)

    def _value(self, kind: int, number: int) -> None:
        many, base = kind & _MANY, kind & ~_MANY
        if base in _FIXED:
            self._skip(_padded(_FIXED[base]) * (self._number() if many else 1))
        elif base in _COUNTED:
            # A single text is counted as a list of one.
            for _ in range(min(self._number(), _MAX_VALUES)):
                self._counted(base, number)
        else:
            raise _Damaged

    def _counted(self, base: int, number: int) -> None:
        length = self._number()
        octets = self.data[self.pos : min(self.pos + min(length, _MAX_TEXT), self.end)]
        self._skip(_padded(length))
        if base in (_STRING8, _UNICODE):
            charset = "utf-16le" if base == _UNICODE else self.codec
            self.texts.setdefault(number, clean(decode(octets, charset)[0].partition("\0")[0].partition("\ufffd")[0]))

    def _number(self) -> int:
        return self._take("<I", 4)[0]

    def _take(self, form: str, size: int) -> tuple[int, ...]:
        self._skip(size)
        return unpack_from(form, self.data, self.pos - size)

    def _skip(self, size: int) -> None:
        if self.pos + size > self.end:
            raise _Damaged
        self.pos += size


def _padded(length: int) -> int:
    return -(-length // 4) * 4
