"""Threads: which messages belong together by the ids that they name (RFC 5322, section 3.6.4)."""

from __future__ import annotations

from django.db import models


class ThreadKey(models.Model):
    """The hash of a Message-ID that a message of the thread has or refers to; the thread may be of one message."""

    key = models.BigIntegerField(primary_key=True)
    thread = models.BigIntegerField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key} {self.thread}"
