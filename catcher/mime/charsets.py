"""Bytes in some charset -> text that PostgreSQL, SQLite and HTML all accept."""

import re
from encodings.aliases import aliases
from typing import Final

# Codecs that are no charset of text, or (punycode, idna) take quadratic time, or execute escapes.
_UNFIT: Final = {
    "idna",
    "mbcs",
    "oem",
    "punycode",
    "raw_unicode_escape",
    "rot_13",
    "tactis",
    "unicode_escape",
}
_UNALIASED: Final = (
    "cp720 cp737 cp856 cp874 cp875 cp1006 koi8_r koi8_t koi8_u mac_arabic mac_croatian mac_farsi mac_romanian utf_8_sig"
)
# Names that mail uses. Where people send more under a name than it stands for, the larger charset is taken,
# as browsers do (https://encoding.spec.whatwg.org/#names-and-labels).
_AS_SENT: Final = {
    "cp_850": "cp850",
    "gb2312": "gb18030",
    "gb_2312_80": "gb18030",
    "gbk": "gb18030",
    "iso_8859_1": "cp1252",
    "iso_8859_6_i": "iso8859_6",
    "iso_8859_8_e": "iso8859_8",
    "iso_8859_8_i": "iso8859_8",
    "iso_8859_9": "cp1254",
    "iso8859_1": "cp1252",
    "ks_c_5601_1987": "cp949",
    "euc_kr": "cp949",
    "latin1": "cp1252",
    "shift_jis": "cp932",
    "unicode_1_1_utf_7": "utf_7",
    "utf8mb4": "utf_8",
    "windows_874": "cp874",
    "windows_949": "cp949",
    "x_gbk": "gb18030",
    "x_mac_roman": "mac_roman",
    "x_sjis": "cp932",
    "x_unknown": "utf_8",
}


def _table() -> dict[str, str]:
    known = {name: name for name in (*aliases.values(), *_UNALIASED.split())}
    known |= aliases
    fit = {name: codec for name, codec in known.items() if codec not in _UNFIT and not codec.endswith("_codec")}
    return fit | _AS_SENT


# A table of our own rather than codecs.lookup(), which imports by name and remembers every miss.
_CODECS: Final = _table()
_SEPARATORS = re.compile(r"[^a-z0-9]++")
_SURROGATES = re.compile("[\ud800-\udfff]++")
_BLANKS = re.compile(r"\s++")
_CONTROLS = re.compile("[\0-\x1f\x7f-\x9f\ud800-\udfff]")


def codec_of(charset: str) -> str | None:
    """Return Python's codec for a charset as mail names it, or None."""
    return _CODECS.get(_SEPARATORS.sub("_", charset[:60].lower()).strip("_"))


def clean(text: str) -> str:
    """Replace NUL and lone surrogates, which no store takes, by U+FFFD."""
    text = text.replace("\0", "\ufffd")
    return text if text.isascii() else _SURROGATES.sub("\ufffd", text)


def one_line(text: str) -> str:
    """Make header text fit for a single line: white space collapsed, control characters replaced."""
    if text.isprintable() and "  " not in text:
        return text.strip()
    return _CONTROLS.sub("\ufffd", _BLANKS.sub(" ", text)).strip()


def decode(data: bytes, charset: str) -> tuple[str, str]:
    """Decode by the declared charset, then UTF-8, then windows-1252; also return a defect code or ''."""
    if data.isascii() and charset in ("", "utf-8", "us-ascii"):
        return clean(data.decode("ascii")), ""
    codec = codec_of(charset) if charset else None
    problem = "unknown-charset" if charset and codec is None else ""
    for candidate in (codec, "utf_8"):
        if candidate is None:
            continue
        try:
            return clean(data.decode(candidate)), problem
        except (UnicodeError, LookupError):
            problem = problem or "undecodable-text"
    return _last_resort(data, codec), problem


def _last_resort(data: bytes, codec: str | None) -> str:
    if codec == "utf_8":
        # A text cut within a character is still UTF-8: windows-1252 would turn all its letters to rubbish.
        text = data.decode("utf-8", "replace")
        foreign = len(text) - len(text.encode("ascii", "ignore"))
        if text.count("\ufffd") * 4 <= foreign:
            return clean(text)
    return clean(data.decode("cp1252", "replace"))
