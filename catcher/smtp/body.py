"""The receiver of message data: everything up to CRLF.CRLF, dots unstuffed, bounded while it is read."""

from __future__ import annotations

import re
from itertools import islice
from typing import Any

_END = b"\r\n.\r\n"
_DOT = re.compile(rb"\r\n\.(?=(.))", re.DOTALL)
# Lines that begin with a dot which are looked at, and places among them that are kept.
_MOST_DOTS = 10_000
_MOST_PLACES = 20


class Body:
    """Collects the octets behind a 354 reply.

    Only CRLF.CRLF ends the data (RFC 5321 §4.1.1.4): bare CR or LF around a dot is content, or one server's message
    would be another server's commands (SMTP smuggling). Above `limit` octets the content is thrown away but read on,
    so that nothing of it can be taken for a command.
    """

    __slots__ = (
        "_buffer", "_dots", "_limit", "first_us", "last_us", "lines", "offset", "oversize", "reads", "received",
    )  # fmt: skip

    def __init__(self, limit: int, offset: int, now_us: int) -> None:
        # The line break that ended the DATA command counts as the first of the terminator.
        self._buffer = bytearray(b"\r\n")
        self._limit = limit
        self._dots = 0
        self.received = 0
        self.oversize = False
        self.reads = 0
        self.lines = 0
        self.offset = offset
        self.first_us = self.last_us = now_us

    def feed(self, data: bytes, now_us: int) -> bytes | None:
        """Take a read; return what lies behind the terminator, or None while the data goes on."""
        if not self.reads:
            self.first_us = now_us
        self.reads += 1
        self.last_us = now_us
        self.lines += data.count(b"\n")
        buffer = self._buffer
        known = len(buffer)
        buffer += data
        end = buffer.find(_END, max(0, known - 4))
        rest = None
        if end >= 0:
            rest = bytes(buffer[end + 5 :])
            del buffer[end + 2 :]
            if end + 2 < known:
                self._dots -= 1  # the final dot came with an earlier read and was taken for one of transparency
        self.received += len(data) - len(rest or b"")
        # RFC 1870 §5: the size of a message includes neither the dots of transparency nor the terminator.
        self._dots += buffer.count(b"\r\n.", max(0, known - 2))
        size = len(buffer) - self._dots - (2 if end >= 0 else len(_END))
        if self.oversize or size > self._limit:
            self.oversize = True
            del buffer[: max(0, len(buffer) - 4)]
        return rest

    def content(self) -> bytes:
        """Return the message: exactly what was sent, without the dots of transparency (RFC 5321 §4.5.2)."""
        return bytes(self._buffer.replace(b"\r\n.", b"\r\n")[2:])

    def summary(self, content: bytes | None) -> dict[str, Any]:
        """Return what the tape keeps in place of the octets; offsets count from the start of the client's stream."""
        found: dict[str, Any] = {
            "bytes": self.received if content is None else len(content),
            "lines": self.lines if content is None else content.count(b"\n"),
            "wire": self.received,
            "offset": self.offset,
            "end": self.offset + self.received,
            "first_us": self.first_us,
            "last_us": self.last_us,
            "reads": self.reads,
            "oversize": self.oversize,
        }
        if content is not None and self._dots:
            found |= self._lonely_dots()
        return found

    def _lonely_dots(self) -> dict[str, list[int]]:
        """Return where in the message a dot was taken away that the sender had not doubled (RFC 5321 §4.5.2).

        `smuggling` are those before a lone CR or LF: some servers take them for the end of the message.
        """
        undoubled: list[int] = []
        smuggling: list[int] = []
        for number, match in enumerate(islice(_DOT.finditer(self._buffer), _MOST_DOTS)):
            if match[1] in (b"\r", b"\n"):
                smuggling.append(match.start() - number)
            elif match[1] != b".":
                undoubled.append(match.start() - number)
        places = {"undoubled_dots": undoubled[:_MOST_PLACES], "smuggling": smuggling[:_MOST_PLACES]}
        return {name: found for name, found in places.items() if found}
