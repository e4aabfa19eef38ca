"""Encoded words: `=?charset?Q?...?=` in headers (RFC 2047), read as people send them."""

import binascii
import re
from itertools import groupby
from typing import Final, NamedTuple

from catcher.mime.charsets import clean, decode

ENCODED_WORD: Final = r"=\?[^?\s]{1,80}+\?[bBqQ]\?[^?]*+\?="
_WORD = re.compile(r"=\?([^?\s]{1,80}+)\?([bBqQ])\?([^?]*+)\?=")


class _Piece(NamedTuple):
    charset: str
    data: bytes
    text: str


def decode_words(value: str) -> str:
    """Decode every encoded word of a header value; what is no encoded word stays as it is."""
    if "=?" not in value:
        return value
    pieces: list[_Piece] = []
    end = 0
    for found in _WORD.finditer(value):
        between = value[end : found.start()]
        # White space between two encoded words belongs to neither (RFC 2047, section 6.2).
        if between and not (end and between.isspace()):
            pieces.append(_Piece("", b"", between))
        # A language may follow the charset: "utf-8*en" (RFC 2231, section 5).
        charset = found[1].partition("*")[0].lower()
        pieces.append(_Piece(charset, word_bytes(found[2], found[3]), ""))
        end = found.end()
    pieces.append(_Piece("", b"", value[end:]))
    return clean("".join(_join(charset, list(run)) for charset, run in groupby(pieces, lambda piece: piece.charset)))


def _join(charset: str, run: list[_Piece]) -> str:
    # Many programs cut a character in two between words, so words of one charset are decoded together.
    if not charset:
        return "".join(piece.text for piece in run)
    return decode(b"".join(piece.data for piece in run), charset)[0]


def word_bytes(encoding: str, text: str) -> bytes:
    """Return the bytes of one encoded word's text, encoding being B or Q in either case."""
    data = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(data.replace(b"\n", b""), header=True)
    data = data.translate(None, b"= \t\r\n")
    usable = len(data) - (len(data) % 4 == 1)
    try:
        return binascii.a2b_base64(data[:usable] + b"=" * (-usable % 4))
    except binascii.Error:
        return data
