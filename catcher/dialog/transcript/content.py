"""Message data as a log shows it: line by line, in one piece, by its size, or not at all."""

from __future__ import annotations

from typing import Any

_END = b"\r\n.\r\n"


class Content:
    """Gathers message data without the dots of transparency (RFC 5321 §4.5.2)."""

    def __init__(self) -> None:
        self.lines: list[bytes] = []
        self.counted = 0  # octets that the log only counts
        self._first_us = self._last_us = -1
        self._dots = 0

    def take(self, data: bytes, at_us: int) -> bytes | None:
        """Take a line, or many; return what stands behind the final dot, or None while it has not come."""
        if self._first_us < 0:
            self._first_us = at_us
        self._last_us = at_us
        if b"\r\n" not in data:
            if data.rstrip(b"\r\n \t") == b".":
                return b""
            self._line(data.rstrip(b"\r\n"))
            return None
        # Octets as they were sent, the terminator and what follows among them.
        content, end, rest = (b"\r\n" + data).partition(_END)
        lines = content[2:].split(b"\r\n") if content else []
        if not end and lines and not lines[-1]:
            lines.pop()
        for line in lines:
            self._line(line)
        return rest if end else None

    def _line(self, line: bytes) -> None:
        self._dots += line.startswith(b".")
        self.lines.append(line[1:] if line.startswith(b".") else line)

    def octets(self) -> bytes:
        return b"".join(line + b"\r\n" for line in self.lines)

    def summary(self, at_us: int, ended: bool) -> dict[str, Any]:
        """Return what the tape keeps in place of the octets; `known` is whether the log shows them."""
        octets = sum(map(len, self.lines)) + 2 * len(self.lines)
        size = octets or self.counted
        return {
            "bytes": size,
            "lines": len(self.lines),
            "wire": size + self._dots + (3 if ended else 0),
            "first_us": self._first_us if self._first_us >= 0 else at_us,
            "last_us": max(self._last_us, 0) if self._first_us >= 0 else at_us,
            "ended": ended,
            "known": bool(self.lines),
        }
