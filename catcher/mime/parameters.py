"""A structured header value -> its main value and parameters (RFC 2045 section 5.1, RFC 2231)."""

import re
from typing import Final
from urllib.parse import unquote_to_bytes

from catcher.mime.charsets import clean, decode
from catcher.mime.words import decode_words

MAX_PARAMETERS: Final = 200
MAX_VALUE: Final = 64_000

_PARAMETER = re.compile(r';\s*+([^=;\s"]++)\s*+=\s*+("(?:[^"\\]|\\.)*+"?|[^;]*+)', re.DOTALL)
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)
_CONTINUED = re.compile(r"([^*]++)(?:\*(\d{1,3}))?(\*)?")

_Pieces = dict[int, tuple[str, bool]]


def split_parameters(value: str) -> tuple[str, dict[str, str]]:
    """Return the main value in lower case without comments, and the parameters by lower-case name."""
    value = value[:MAX_VALUE]
    main = value.partition(";")[0].partition("(")[0].strip().lower()
    plain: dict[str, str] = {}
    extended: dict[str, _Pieces] = {}
    for found in _PARAMETER.finditer(value):
        if len(plain) + len(extended) >= MAX_PARAMETERS:
            break
        name, text = found[1].lower(), _unquote(found[2].strip())
        if "*" in name:
            _collect(extended, name, text)
        else:
            plain.setdefault(name, text)
    # The extended form wins over the plain one, which is there for old readers (RFC 6266, section 4.3).
    return main, plain | {name: _assemble(pieces) for name, pieces in extended.items()}


def _unquote(text: str) -> str:
    if not text.startswith('"'):
        # A comment may follow an unquoted value: charset=us-ascii (Plain text).
        return text.partition(" (")[0].strip()
    text = text[1:-1] if len(text) > 1 and text.endswith('"') else text[1:]
    return _QUOTED_PAIR.sub(r"\1", text) if "\\" in text else text


def _collect(extended: dict[str, _Pieces], name: str, text: str) -> None:
    found = _CONTINUED.fullmatch(name)
    if found is not None:
        extended.setdefault(found[1], {}).setdefault(int(found[2] or 0), (text, found[3] is not None))


def _assemble(pieces: _Pieces) -> str:
    """Join the numbered pieces of one parameter and decode them (RFC 2231, sections 3 and 4)."""
    charset, data = "", b""
    for index, number in enumerate(sorted(pieces)):
        text, encoded = pieces[number]
        if encoded and index == 0 and text.count("'") >= 2:
            charset, _, text = text.split("'", 2)
        raw = text.encode("utf-8", "replace")
        data += unquote_to_bytes(raw) if encoded else raw
    return clean(decode(data, charset.lower())[0])


def decode_parameter(text: str) -> str:
    """Decode encoded words in a parameter: RFC 2047 section 5 forbids them, most senders use them."""
    return decode_words(text)
