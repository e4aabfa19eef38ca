"""Zip archives of messages: read with bounds, written as a stream."""

from __future__ import annotations

import lzma
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from typing import IO, BinaryIO, Final, cast

from catcher.mailbox import mbox, single
from catcher.mailbox.found import Entry, Unreadable

MOST_MEMBERS: Final = 200_000
# What an archive may come to when it is unpacked; a bomb comes to more.
MOST_UNPACKED: Final = 8 << 30
_IGNORED: Final = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
_BROKEN: Final = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    NotImplementedError,
    ValueError,
)


def read(file: BinaryIO, name: str) -> Iterator[Entry]:
    """Yield the messages of the archive's files, and those of every mbox in it; archives in it are not opened."""
    try:
        archive = zipfile.ZipFile(file)
    except _BROKEN as error:
        yield Unreadable(name, f"the archive is damaged: {error}")
        return
    left = MOST_UNPACKED
    with archive:
        for number, member in enumerate(archive.infolist()):
            if number >= MOST_MEMBERS:
                yield Unreadable(name, f"more than {MOST_MEMBERS:,} files: the rest is left out")
                return
            if member.is_dir() or any(part in member.filename for part in _IGNORED):
                continue
            left -= member.file_size
            if left < 0:
                yield Unreadable(name, f"it unpacks to more than {MOST_UNPACKED >> 30} GiB: the rest is left out")
                return
            yield from _member(archive, member)


def _member(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[Entry]:
    name = member.filename
    if member.flag_bits & 1:
        yield Unreadable(name, "it is encrypted")
        return
    try:
        with archive.open(member) as file:
            start = file.read(4096)
            if not mbox.is_mbox(start):
                # The size that is written in an archive may be a lie.
                yield single.read(cast("BinaryIO", file), name, start)
                return
        with archive.open(member) as file:
            yield from mbox.read(cast("BinaryIO", file), name)
    except _BROKEN as error:
        yield Unreadable(name, f"it cannot be unpacked: {error}")


class Writer:
    """Writes an archive to nowhere in particular: `add` and `end` return the octets that are ready to go."""

    def __init__(self) -> None:
        self._waiting = _Pipe()
        self._archive = zipfile.ZipFile(cast("IO[bytes]", self._waiting), "w", zipfile.ZIP_DEFLATED, compresslevel=1)

    def add(self, name: str, raw: bytes, at: datetime) -> bytes:
        moment = (max(at.year, 1980), at.month, at.day, at.hour, at.minute, at.second)
        member = zipfile.ZipInfo(name, moment)
        member.compress_type = zipfile.ZIP_DEFLATED
        self._archive.writestr(member, raw)
        return self._waiting.take()

    def end(self) -> bytes:
        self._archive.close()
        return self._waiting.take()


class _Pipe:
    """A file that can only be written to, and emptied."""

    def __init__(self) -> None:
        self._pieces: list[bytes] = []

    def write(self, piece: bytes) -> int:
        self._pieces.append(bytes(piece))
        return len(piece)

    def flush(self) -> None:
        """Nothing waits here."""

    def take(self) -> bytes:
        whole = b"".join(self._pieces)
        self._pieces.clear()
        return whole
