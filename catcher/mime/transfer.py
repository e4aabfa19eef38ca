"""Content-Transfer-Encoding: encoded bytes -> content, damaged ones too as far as they go (RFC 2045)."""

import binascii
import re
from collections.abc import Callable
from typing import Final

_Decoder = Callable[[bytes], tuple[bytes, str]]

_BLANKS: Final = b" \t\r\n\v\f"
_NOT_BASE64: Final = bytes(set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/="))
_BAD_ESCAPE = re.compile(rb"=(?![0-9A-Fa-f]{2}|[ \t]*+\r?\n|[ \t]*+\Z)")
# The lookbehind keeps a long run of blanks from being tried again at each of its characters.
_TRAILING_BLANKS = re.compile(rb"(?<![ \t])[ \t]++(?=\r?\n|\Z)")
# Most texts have none, which is told much faster than it is put right.
_BLANK_ENDS: Final = (b" \r\n", b" \n", b"\t\r\n", b"\t\n")
_LINE = re.compile(rb"[^\r\n]++")
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\n]*+\n", re.MULTILINE)


def decode_transfer(data: bytes, encoding: str) -> tuple[bytes, str]:
    """Return the decoded bytes and a defect code, or '' where all is well; the encoding is in lower case."""
    decoder = _DECODERS.get(encoding)
    return decoder(data) if decoder else (data, "unknown-encoding")


def _as_is(data: bytes) -> tuple[bytes, str]:
    return data, ""


def _base64(data: bytes) -> tuple[bytes, str]:
    packed = data.translate(None, _BLANKS)
    try:
        return binascii.a2b_base64(packed, strict_mode=True), ""
    except binascii.Error:
        return _damaged_base64(packed), "bad-base64"


def _damaged_base64(packed: bytes) -> bytes:
    """Read up to the padding: behind it stands at most the footer of a mailing list."""
    packed = packed.translate(None, _NOT_BASE64).partition(b"=")[0]
    usable = len(packed) - (len(packed) % 4 == 1)
    return binascii.a2b_base64(packed[:usable] + b"=" * (-usable % 4))


def _quoted_printable(data: bytes) -> tuple[bytes, str]:
    problem = "bad-quoted-printable" if _BAD_ESCAPE.search(data) else ""
    # Blanks at the end of a line were added on the way (RFC 2045, section 6.7, rule 3).
    if data[-1:] in (b" ", b"\t") or any(end in data for end in _BLANK_ENDS):
        data = _TRAILING_BLANKS.sub(b"", data)
    return binascii.a2b_qp(data), problem


def _uuencode(data: bytes) -> tuple[bytes, str]:
    begin = _UU_BEGIN.search(data)
    if begin is None:
        return data, "bad-uuencode"
    content = bytearray()
    for found in _LINE.finditer(data, begin.end()):
        line = found[0]
        if line.strip() == b"end":
            return bytes(content), ""
        try:
            content += binascii.a2b_uu(line)
        except binascii.Error:
            break
    return bytes(content), "bad-uuencode"


_DECODERS: Final[dict[str, _Decoder]] = {
    "": _as_is,
    "7bit": _as_is,
    "8bit": _as_is,
    "binary": _as_is,
    "base64": _base64,
    "quoted-printable": _quoted_printable,
    "uuencode": _uuencode,
    "x-uuencode": _uuencode,
    "x-uue": _uuencode,
}
