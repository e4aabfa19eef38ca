"""All attachments of a message as one zip file, written while it is sent: one part at a time is decoded."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator

from catcher.mime.filenames import MAX_FILENAME
from catcher.mime.node import Node

# The moment that a zip file means by none: a file that is asked for twice is the same twice.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_PIECE = 1 << 18
# What does not get smaller a second time.
_PACKED = ("image/", "video/", "audio/", "application/zip", "application/gzip", "application/pdf")


class _Pipe(io.RawIOBase):
    """Takes what the zip writer writes, and gives it away piece by piece."""

    def __init__(self) -> None:
        self._waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        octets = bytes(data)  # type: ignore[call-overload]
        self._waiting += octets
        return len(octets)

    def take(self) -> bytes:
        taken = bytes(self._waiting)
        self._waiting.clear()
        return taken


def names(nodes: Iterable[Node]) -> list[str]:
    """Return a name for each part: safe, and no two the same even where case does not count."""
    taken: set[str] = set()
    found: list[str] = []
    for node in nodes:
        name = node.name
        stem, dot, suffix = name.rpartition(".")
        number = 1
        while name.casefold() in taken:
            number += 1
            mark = f" ({number})"
            name = f"{stem[: MAX_FILENAME - len(suffix) - len(mark)]}{mark}.{suffix}" if dot else f"{suffix}{mark}"
        taken.add(name.casefold())
        found.append(name)
    return found


def zipped(nodes: list[Node]) -> Iterator[bytes]:
    """Yield the octets of a zip file with each part under a name of its own."""
    pipe = _Pipe()
    with zipfile.ZipFile(pipe, "w") as archive:
        for node, name in zip(nodes, names(nodes), strict=True):
            entry = zipfile.ZipInfo(name, _EPOCH)
            packed = node.content_type.startswith(_PACKED)
            entry.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            content = node.decoded
            with archive.open(entry, "w") as member:
                for start in range(0, len(content), _PIECE):
                    member.write(content[start : start + _PIECE])
                    yield pipe.take()
    yield pipe.take()
