"""A file that is one message, or none."""

from __future__ import annotations

import re
from typing import BinaryIO, Final

from catcher.mailbox.found import LARGEST, Entry, Found, Unreadable

# A header field, or the blank line of a message without any; a few kinds of dirt before it are borne with.
_HEADER = re.compile(rb"(?:\xef\xbb\xbf)?(?:[!-9;-~]{1,76}[ \t]*:|\r?\n)")
_OTHER: Final = (
    (b"\xd0\xcf\x11\xe0", "an Outlook file (.msg or .doc): export it as .eml"),
    (b"!BDN", "an Outlook archive (.pst): export it as mbox"),
    (b"%PDF", "a PDF, not a message"),
    (b"\x89PNG", "a picture, not a message"),
    (b"\xff\xd8\xff", "a picture, not a message"),
    (b"GIF8", "a picture, not a message"),
    (b"\x1f\x8b", "compressed with gzip: unpack it first"),
    (b"BZh", "compressed with bzip2: unpack it first"),
    (b"\xfd7zXZ", "compressed with xz: unpack it first"),
    (b"SQLite format 3", "a database, not a message"),
)


def read(file: BinaryIO, name: str, start: bytes) -> Entry:
    """Return what a file is whose first octets, `start`, were read from it already."""
    if not start:
        return Unreadable(name, "it is empty")
    kind = next((words for magic, words in _OTHER if start.startswith(magic)), "")
    if kind:
        return Unreadable(name, kind)
    if not _HEADER.match(start):
        return Unreadable(name, "it does not begin as a message does, with a header field such as “From: …”")
    raw = start + file.read(LARGEST)
    return Found(name, raw) if len(raw) <= LARGEST else Unreadable(name, f"larger than {LARGEST >> 20} MiB")
