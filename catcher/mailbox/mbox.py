"""mbox, the `mboxrd` kind: a `From ` line before each message, and `>` before lines that look like one (RFC 4155).

Other kinds are read as well: what they did not quote when they were written cannot be told apart any more, so a
`From ` line counts only where it looks like one (a date follows) and a blank line or the beginning stands before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import BinaryIO, Final

from catcher.mailbox.found import LARGEST, Entry, Found, Unreadable

# Octets that are read at once, so that a file without line ends is no line of gigabytes.
_LINE: Final = 1 << 16
_FROM = re.compile(rb"From (?:(\S+) +)?.*\d\d?:\d\d.*\d{4}")
_QUOTED = re.compile(rb">+From ")
_TO_QUOTE = re.compile(rb"^(>*From )", re.MULTILINE)


def is_mbox(start: bytes) -> bool:
    """Tell whether a file that begins so is an mbox."""
    return _FROM.match(start) is not None


def read(file: BinaryIO, name: str) -> Iterator[Entry]:
    """Yield the messages, named by their number; what stands before the first `From ` line is none."""
    number, sender, size = 0, "", 0
    lines: list[bytes] = []
    blank = fresh = True
    while line := file.readline(_LINE):
        if fresh and blank and (head := _FROM.match(line)):
            if number:
                yield _entry(f"{name} #{number}", lines, sender, size)
            number, sender, size, lines = number + 1, (head[1] or b"").decode("ascii", "replace"), 0, []
        elif number:
            size += len(line)
            if size <= LARGEST:
                lines.append(line[1:] if fresh and _QUOTED.match(line) else line)
        blank = fresh and line in {b"\n", b"\r\n"}
        fresh = line.endswith(b"\n")
    if number:
        yield _entry(f"{name} #{number}", lines, sender, size)
    else:
        yield Unreadable(name, "there is no message in it: no line begins with “From ”, as an mbox has it")


def _entry(name: str, lines: list[bytes], sender: str, size: int) -> Entry:
    if size > LARGEST:
        return Unreadable(name, f"larger than {LARGEST >> 20} MiB")
    # The blank line behind each message belongs to the file.
    if lines and lines[-1] in {b"\n", b"\r\n"}:
        lines.pop()
    raw = b"".join(lines)
    return Found(name, raw, "" if sender == "MAILER-DAEMON" else sender) if raw else Unreadable(name, "it is empty")


def written(raw: bytes, sender: str, received_at: datetime) -> bytes:
    """Return a message as an mbox has it; with `read`, its octets come out again, a last line end aside."""
    address = re.sub(r"[^\x21-\x7e]", "?", sender) or "MAILER-DAEMON"
    stamp = received_at.astimezone(UTC).strftime("%a %b %d %H:%M:%S %Y")
    end = b"\n" if raw.endswith(b"\n") else b"\r\n\n" if b"\r\n" in raw else b"\n\n"
    return f"From {address} {stamp}\n".encode() + _TO_QUOTE.sub(rb">\1", raw) + end
