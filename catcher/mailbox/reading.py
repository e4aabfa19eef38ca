"""A file of mail, whatever kind it is of."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, Final

from catcher.mailbox import archive, mbox, single
from catcher.mailbox.found import Entry

_ZIP: Final = b"PK\x03\x04"
_EMPTY_ZIP: Final = b"PK\x05\x06"


def read(file: BinaryIO, name: str) -> Iterator[Entry]:
    """Yield what a file holds that can be sought in; it is told by its first octets, not by its name."""
    start = file.read(4096)
    file.seek(0)
    if start.startswith((_ZIP, _EMPTY_ZIP)):
        yield from archive.read(file, name)
    elif mbox.is_mbox(start):
        yield from mbox.read(file, name)
    else:
        file.seek(len(start))
        yield single.read(file, name, start)


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
