"""TEXT -> MESSAGE: the examples of the rules about messages, written so that they can be read in the source.

    ! from=app@example.com to=ada@example.com,bob@example.com params=SIZE=120,SMTPUTF8
    From: app@example.com
    ...

The first line, where it starts with `!`, tells how the message came: `from` (empty for the null reverse-path), `to`,
`refused`, `params`, `received` (ISO 8601); any other word is a fact of the tape. What follows are the message's
lines; each is ended by CRLF, and `\\xNN`, `\\r`, `\\n`, `\\t` and `\\\\` stand for single octets.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Final

from catcher.dialog.lint.opened import Envelope, Opened, open_message

_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|[rnt\\])")
_ESCAPED: Final = {"r": b"\r", "n": b"\n", "t": b"\t", "\\": b"\\"}


def example_octets(text: str) -> bytes:
    """Return the octets of an example's message."""
    return b"".join(_octets(line) + b"\r\n" for line in _split(text)[1])


def open_example(text: str) -> Opened:
    """Return an example as the rules see it, with the envelope that its first line tells."""
    told = dict(word.partition("=")[::2] for word in _split(text)[0].split())
    envelope = None
    if "from" in told:
        params, accepted, refused = (_list(told.pop(name, "")) for name in ("params", "to", "refused"))
        envelope = Envelope(told.pop("from"), params, accepted, refused)
    received = told.pop("received", "")
    facts = {name: int(value) if value.isdecimal() else value for name, value in told.items()}
    return open_message(example_octets(text), envelope, datetime.fromisoformat(received) if received else None, facts)


def _split(text: str) -> tuple[str, list[str]]:
    lines = text.removeprefix("\n").removesuffix("\n").split("\n")
    return (lines[0][1:], lines[1:]) if lines[0].startswith("!") else ("", lines)


def _list(text: str) -> tuple[str, ...]:
    return tuple(text.split(",")) if text else ()


def _octets(line: str) -> bytes:
    def replaced(match: re.Match[str]) -> str:
        code = match[1]
        return (bytes([int(code[1:], 16)]) if code[0] == "x" else _ESCAPED[code]).decode("latin-1")

    pieces: list[bytes] = []
    end = 0
    for match in _ESCAPE.finditer(line):
        pieces += [line[end : match.start()].encode(), replaced(match).encode("latin-1")]
        end = match.end()
    return b"".join([*pieces, line[end:].encode()])


# The header that an example begins with where the header is not its point.
HEAD: Final = """\
From: Shop <orders@example.com>
To: Ada <ada@example.com>
Subject: Your order
Date: Wed, 01 May 2024 12:00:00 +0000
Message-ID: <1043@example.com>
"""
