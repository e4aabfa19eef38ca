"""A file of mail, whatever kind it is of."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from catcher.mailbox import archive, mbox
from catcher.mailbox.found import LARGEST, Entry, Found, Unreadable

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"
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


def read(file: BinaryIO, name: str) -> Iterator[Entry]:
    """Yield what a file holds that can be sought in; it is told by its first octets, not by its name."""
    start = file.read(4096)
    file.seek(0)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        yield from archive.read(file, name)
    elif mbox.is_mbox(start):
        yield from mbox.read(file, name)
    else:
        yield _single(file, name, start)


def _single(file: BinaryIO, name: str, start: bytes) -> Entry:
    if not start:
        return Unreadable(name, "it is empty")
    kind = next((words for magic, words in _OTHER if start.startswith(magic)), "")
    if kind:
        return Unreadable(name, kind)
    if not _HEADER.match(start):
        return Unreadable(name, "it does not begin as a message does, with a header field such as “From: …”")
    raw = file.read(LARGEST + 1)
    return Found(name, raw) if len(raw) <= LARGEST else Unreadable(name, f"larger than {LARGEST >> 20} MiB")


def files(path: Path) -> Iterator[Path]:
    """Yield the files of a folder in a steady order; of a Maildir only what is mail in it (`cur` and `new`)."""
    if not path.is_dir():
        yield path
        return
    for folder, folders, names in os.walk(path):
        here = Path(folder)
        is_maildir = {"cur", "new", "tmp"} <= set(folders)
        folders[:] = sorted(each for each in folders if not (is_maildir and each == "tmp"))
        if is_maildir:
            continue
        yield from (here / each for each in sorted(names) if not each.startswith(".") and (here / each).is_file())
