r"""Octets as text that shows every one of them: `\xNN` for what cannot be printed, `\\` for a backslash."""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\(\\|x[0-9a-f]{2})")


def visible(data: bytes) -> str:
    """Return octets as printable text of one line, from which `octets` gives them back.

    What reorders or hides text (bidi controls, zero-width characters) is no printable character.
    """
    text = data.replace(b"\\", b"\\\\").decode("utf-8", "backslashreplace")
    if text.isprintable():
        return text
    return "".join(character if character.isprintable() else _escaped(character) for character in text)


def octets(text: str) -> bytes:
    """Return what `visible` was given; a backslash that escapes nothing is itself."""
    if "\\" not in text:
        return text.encode("utf-8", "surrogatepass")
    parts: list[bytes] = []
    end = 0
    for match in _ESCAPE.finditer(text):
        parts.append(text[end : match.start()].encode("utf-8", "surrogatepass"))
        parts.append(b"\\" if match[1] == "\\" else bytes.fromhex(match[1][1:]))
        end = match.end()
    return b"".join([*parts, text[end:].encode("utf-8", "surrogatepass")])


def _escaped(character: str) -> str:
    return "".join(f"\\x{octet:02x}" for octet in character.encode("utf-8", "surrogatepass"))
