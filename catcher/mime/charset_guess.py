"""The charset that octets are in, as far as they tell: for text that names none, or a wrong one."""

from __future__ import annotations

from typing import Final

from charset_normalizer import from_bytes

from catcher.mime.charsets import codec_of

MAX_SAMPLE: Final = 16_384  # octets
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\0\0", "utf-32le"),
    (b"\0\0\xfe\xff", "utf-32be"),
    (b"\xff\xfe", "utf-16le"),
    (b"\xfe\xff", "utf-16be"),
)
# RFC 1468 and RFC 1557: charsets that stay within seven bits and switch by escapes.
_ESCAPES: Final = ((b"\x1b$B", "iso-2022-jp"), (b"\x1b$@", "iso-2022-jp"), (b"\x1b$)C", "iso-2022-kr"))
# Names as mail spells them where Python's differ, the larger charset for those that browsers treat alike.
_NAMES: Final = {
    "big5": "big5",
    "cp932": "shift_jis",
    "cp949": "euc-kr",
    "euc_jis_2004": "euc-jp",
    "euc_jisx0213": "euc-jp",
    "euc_jp": "euc-jp",
    "euc_kr": "euc-kr",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "koi8_r": "koi8-r",
    "koi8_u": "koi8-u",
    "shift_jis_2004": "shift_jis",
    "shift_jisx0213": "shift_jis",
}
_WESTERN: Final = "windows-1252"


def charset_of(data: bytes) -> str:
    """Return the charset of a text by its octets, or '' where nothing tells; looks at most at 16 KiB for a guess."""
    for mark, charset in _MARKS:
        if data.startswith(mark):
            return charset
    if b"\0" in data[:MAX_SAMPLE] and (wide := _wide(data[:MAX_SAMPLE])):
        return wide
    if data.isascii():
        return next((charset for escape, charset in _ESCAPES if escape in data), "us-ascii") if data else ""
    return "utf-8" if _is_utf8(data) else _guess(data[:MAX_SAMPLE])


def _wide(sample: bytes) -> str:
    """Tell UTF-16 by the zero octets of its Latin letters, blanks and line ends."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    if max(even, odd) * 10 < len(sample) or min(even, odd) * 10 > max(even, odd):
        return ""
    return "utf-16le" if odd > even else "utf-16be"


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError as error:
        # Cut within its last character it is UTF-8 all the same.
        return error.start > 0 and error.end == len(data) and len(data) - error.start < 4 and not data.isascii()
    return True


def _guess(sample: bytes) -> str:
    try:
        best = from_bytes(sample, steps=5, chunk_size=256).best()
    except Exception:
        # A guess that fails is no guess; what fails in it is not ours.
        return ""
    if best is None or codec_of(best.encoding) is None:
        return ""
    if _reads_alike(sample, best.encoding):
        return _WESTERN
    return _NAMES.get(best.encoding, _spelled(best.encoding))


def _reads_alike(sample: bytes, encoding: str) -> bool:
    """Tell whether the same text comes out of windows-1252, of all single-octet charsets the likeliest."""
    try:
        return sample.decode("cp1252") == sample.decode(encoding)
    except (UnicodeError, LookupError):
        return False


def _spelled(codec: str) -> str:
    if codec.startswith("cp125"):
        return f"windows-{codec[2:]}"
    return codec.replace("iso8859_", "iso-8859-").replace("_", "-")
