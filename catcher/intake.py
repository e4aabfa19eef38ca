"""Files of mail that are to be imported: kept in the data folder, told again when they come again."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from hashlib import blake2b
from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils import timezone

from catcher import writer
from catcher.ids import public_id
from catcher.mime.charsets import one_line
from catcher.models import Import

FOLDER: Final = "imports"
PIECE: Final = 1 << 20
# The disk keeps room for the file once more, as rows, and this for what else arrives.
RESERVE: Final = 64 << 20


class NoRoom(Exception):
    """The disk has no room for the file and what comes of it; the text says so."""


def folder() -> Path:
    data: Path = settings.SANDPOST["data"]
    return data / FOLDER


def receive(name: str, pieces: Iterable[bytes], again: bool = False) -> Import:
    """Keep a file and queue it; the same file that came before is continued, or left alone where it is all here.

    Raises NoRoom. `again` takes in a file once more that is here already.
    """
    place = folder()
    place.mkdir(mode=0o700, exist_ok=True)
    draft = place / f"{public_id()}.part"
    try:
        key, size = _write(draft, pieces)
        known = None if again else _known(key)
        if known is not None and known.state == Import.DONE:
            return known
        if known is None:
            known = Import(public_id=public_id(), name=_shown(name), size=size, key=key)
        known.state, known.error, known.ended_at = Import.WAITING, "", None
        draft.replace(place / known.public_id)
        writer.run(known.save)
        return known
    finally:
        draft.unlink(missing_ok=True)


def cancel(found: Import) -> None:
    """End an import; what it has brought stays."""

    def change() -> None:
        Import.objects.filter(pk=found.pk, state=Import.WAITING).update(state=Import.CANCELLED, ended_at=timezone.now())

    writer.run(change)


def _shown(name: str) -> str:
    return one_line(name.replace("\\", "/").rpartition("/")[2])[-255:] or "(no name)"


def _known(key: str) -> Import | None:
    return Import.objects.filter(key=key).order_by("-pk").first()


def _write(draft: Path, pieces: Iterable[bytes]) -> tuple[str, int]:
    digest, size = blake2b(digest_size=16), 0
    with draft.open("wb") as file:
        for piece in pieces:
            digest.update(piece)
            size += len(piece)
            if shutil.disk_usage(draft.parent).free < size + RESERVE:
                raise NoRoom("The disk of the data folder has no room for this file and for what is stored of it.")
            file.write(piece)
    return digest.hexdigest(), size


def sweep() -> None:
    """Remove what a killed Sandpost has left of files that nobody waits for."""
    waiting = set(Import.objects.filter(state=Import.WAITING).values_list("public_id", flat=True))
    for path in folder().glob("*"):
        if path.name not in waiting:
            path.unlink(missing_ok=True)
