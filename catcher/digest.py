"""The work behind the acknowledgement: snippet, attachments and defects, for every message that lacks them.

The queue is the table itself (`digested` is false), so that nothing is forgotten when Sandpost is killed.
"""

from __future__ import annotations

import logging
import threading
import time

from django.db import DatabaseError, connection

from catcher import events
from catcher.mime.digest import Digest, digest
from catcher.models import Body, Message
from catcher.writer import Writer, run

logger = logging.getLogger(__name__)

CHUNK = 20
# Senders go first: while they press, digesting rests this many times as long as it works.
REST = 40
QUIET = 0.1
# Whoever looks at the list sees a snippet soon, but the look for new work costs nothing while there is none.
INTERVAL = 0.05


class Digester:
    """A thread that digests what has arrived."""

    def __init__(self, writer: Writer) -> None:
        self._writer = writer
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandpost-digester", daemon=True)
        self._seen = -1.0

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        more = True
        try:
            while not self._stop.wait(0 if more and self._is_quiet() else INTERVAL):
                if more or self._writer.last_group != self._seen:
                    more = self._step()
        finally:
            connection.close()

    def _is_quiet(self) -> bool:
        return not self._writer.is_pressed or time.monotonic() - self._writer.last_group > QUIET

    def _step(self) -> bool:
        self._seen = self._writer.last_group
        started = time.monotonic()
        try:
            done = digest_some(CHUNK)
        except Exception as error:
            # A database that cannot be written now (full disk, lock) is no fault of the code: a line is enough.
            fault = not isinstance(error, DatabaseError)
            logger.error("digesting failed; it is tried again: %s", error, exc_info=fault)
            self._stop.wait(5)
            return True
        if done and not self._is_quiet():
            self._stop.wait(REST * (time.monotonic() - started))
        return done > 0


def digest_some(most: int) -> int:
    """Digest up to `most` messages, oldest first; return how many."""
    waiting = list(Message.objects.filter(digested=False).order_by("pk").only("public_id", "mail_parameters")[:most])
    if not waiting:
        return 0
    digests: list[tuple[Message, Digest]] = []
    for message in waiting:
        raw = Body.objects.filter(pk=message.pk).values_list("raw", flat=True).first()
        digests.append((message, digest(bytes(raw or b""))))
    run(lambda: _save(digests))
    events.publish([events.Changed(type="changed", ids=[message.public_id for message in waiting])])
    return len(waiting)


def _save(digests: list[tuple[Message, Digest]]) -> None:
    for message, found in digests:
        Message.objects.filter(pk=message.pk).update(
            snippet=found.snippet,
            attachments=found.attachments,
            defects=Message.defect_rows(found.defects, message.mail_parameters),
            digested=True,
        )
