"""Moves SQLite's write-ahead log into the database, beside the writer: a commit never waits for it."""

from __future__ import annotations

import logging
import threading

from django.db import Error, connection

logger = logging.getLogger(__name__)

INTERVAL = 1.0


class Checkpointer:
    """A thread that makes passive checkpoints, which neither wait for the writer nor make it wait."""

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="sandpost-checkpoint", daemon=True)

    def start(self) -> None:
        if connection.vendor == "sqlite":
            self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread.is_alive():
            self._thread.join()

    def _run(self) -> None:
        try:
            while not self._stop.wait(INTERVAL):
                checkpoint()
        finally:
            connection.close()


def checkpoint() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except Error as error:  # a full disk, for example: the log stays as it is and is tried again
        logger.warning("the write-ahead log could not be moved into the database: %s", error)
        connection.close()
