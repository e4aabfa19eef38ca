"""Moves SQLite's write-ahead log into the database, beside the writer: a commit never waits for it."""

from __future__ import annotations

import logging

from django.db import Error, connection

from catcher.worker import Worker

logger = logging.getLogger(__name__)

INTERVAL = 1.0


class Checkpointer(Worker):
    """A thread that makes passive checkpoints, which neither wait for the writer nor make it wait."""

    doing = "moving the write-ahead log into the database"

    def __init__(self) -> None:
        super().__init__("checkpoint", logger)

    def start(self) -> None:
        if connection.vendor == "sqlite":
            super().start()

    def pause(self) -> float:
        return INTERVAL

    def step(self) -> None:
        checkpoint()


def checkpoint() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA wal_checkpoint(PASSIVE)")
    except Error as error:  # a full disk, for example: the log stays as it is and is tried again
        logger.warning("the write-ahead log could not be moved into the database: %s", error)
        connection.close()
