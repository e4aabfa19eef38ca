"""Mail that comes in as files is taken in behind the scenes, and goes on after a restart."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from time import perf_counter
from typing import BinaryIO, Final

from django.utils import timezone

from catcher import courtesy, events, writer
from catcher.ingest import RecipientRow, StoreMessage, store
from catcher.intake import folder, sweep
from catcher.mailbox import reading
from catcher.mailbox.found import Found, Unreadable
from catcher.mime.addresses import addresses
from catcher.mime.charsets import one_line
from catcher.mime.headers import field_text, split
from catcher.models import Import
from catcher.worker import Worker

logger = logging.getLogger(__name__)

INTERVAL: Final = 0.1
# The writer is held for about so many seconds at once: senders wait for their acknowledgements meanwhile. Where there
# are none, it is the commits that take the time, and fewer of them are faster.
HOLD: Final = 0.015
HOLD_ALONE: Final = 0.06
LEAST, FIRST, MOST = 20, 100, 500
OCTETS_AT_ONCE: Final = 1 << 20
MOST_RECIPIENTS: Final = 1_000
# Who got the mail, by the fields that servers leave of the envelope; else those whom it names.
_ENVELOPE: Final = ("delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
_NAMED: Final = ("to", "cc", "bcc")


class Importer(Worker):
    """A thread that takes in what waits, a file after the other."""

    doing = "importing"
    after_failure = 5.0

    def __init__(self, hurried: Callable[[], bool]) -> None:
        """Senders are in a hurry while `hurried` says so."""
        super().__init__("importer", logger)
        self._hurried = hurried

    def pause(self) -> float:
        return INTERVAL

    def start(self) -> None:
        sweep()
        super().start()

    def step(self) -> None:
        for found in Import.objects.filter(state=Import.WAITING).order_by("pk"):
            self._take_in(found)

    def _take_in(self, found: Import) -> None:
        path = folder() / found.public_id
        try:
            with path.open("rb") as file:
                self._read(found, file)
        except OSError as error:
            _end(found, Import.FAILED, f"The file cannot be read any more: {error.strerror or error}")
        if not found.is_running:
            path.unlink(missing_ok=True)

    def _read(self, found: Import, file: BinaryIO) -> None:
        entries = islice(reading.read(file, found.name), found.entries, None)
        count = FIRST
        while batch := list(_some(entries, count)):
            courtesy.make_way()
            began = perf_counter()
            # What is behind the arrival of mail (digest, index) can wait, as it does for people.
            with courtesy.request():
                _store(found, batch, min(file.tell(), found.size))
            hold = HOLD if self._hurried() else HOLD_ALONE
            count = max(LEAST, min(2 * count, MOST, int(count * hold / (perf_counter() - began))))
            if self._stop.is_set():
                return
            if _is_cancelled(found):
                found.state = Import.CANCELLED
                return
        _end(found, Import.DONE)


def _some(entries: Iterator[Found | Unreadable], count: int) -> Iterator[Found | Unreadable]:
    room = OCTETS_AT_ONCE
    for entry in islice(entries, count):
        yield entry
        room -= len(entry.raw) if isinstance(entry, Found) else 0
        if room < 0:
            return


def _store(found: Import, batch: list[Found | Unreadable], position: int) -> None:
    """Store some messages together with how far the import is: both are true, or neither."""
    messages = [_message(entry) for entry in batch if isinstance(entry, Found)]
    problems = [[one_line(entry.name)[-200:], entry.reason] for entry in batch if isinstance(entry, Unreadable)]
    for message in messages:
        message.prepare()
    after = {
        "entries": found.entries + len(batch),
        "stored": found.stored + len(messages),
        "unreadable": found.unreadable + len(problems),
        "problems": (found.problems + problems)[: Import.MOST_PROBLEMS],
        "position": max(found.position, position),
    }

    def write() -> None:
        if messages:
            store(messages)
        Import.objects.filter(pk=found.pk).update(**after)

    writer.run(write)
    for name, value in after.items():
        setattr(found, name, value)
    if messages:
        events.publish([events.Mail(type="mail", last=messages[-1].id)])


def _message(entry: Found) -> StoreMessage:
    fields = [(name.lower(), value) for name, value in split(entry.raw[: 1 << 18])[0]]
    sender = entry.sender or _first(fields, ("return-path",))
    people = [RecipientRow(address, "", True, "") for address in _recipients(fields)]
    return StoreMessage(None, None, 0, sender, "", people, entry.raw)


def _recipients(fields: list[tuple[str, bytes]]) -> list[str]:
    found = _addresses(fields, _ENVELOPE) or _addresses(fields, _NAMED)
    return list(dict.fromkeys(found))[:MOST_RECIPIENTS]


def _addresses(fields: list[tuple[str, bytes]], names: tuple[str, ...]) -> list[str]:
    values = [field_text(value[: 1 << 16]) for name, value in fields if name in names]
    return [each.address for value in values for each in addresses(value) if each.address]


def _first(fields: list[tuple[str, bytes]], names: tuple[str, ...]) -> str:
    return next(iter(_addresses(fields, names)), "")


def _is_cancelled(found: Import) -> bool:
    return not Import.objects.filter(pk=found.pk, state=Import.WAITING).exists()


def _end(found: Import, state: str, error: str = "") -> None:
    found.state, found.error, found.ended_at = state, error, timezone.now()
    writer.run(partial(found.save, update_fields=["state", "error", "ended_at"]))
