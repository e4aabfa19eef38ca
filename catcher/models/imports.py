"""Imports: files of mail that are taken in, and how far that is."""

from __future__ import annotations

from typing import Final

from django.db import models
from django.urls import reverse


class Import(models.Model):
    """One uploaded file. Its octets wait in the data folder until all is taken in, so that a restart goes on."""

    WAITING: Final = "waiting"
    DONE: Final = "done"
    CANCELLED: Final = "cancelled"
    FAILED: Final = "failed"
    # Problems that are kept to be shown; more are counted only.
    MOST_PROBLEMS: Final = 200

    public_id = models.CharField(max_length=22, unique=True)
    name = models.CharField(max_length=255)
    size = models.BigIntegerField()
    # Tells the same file when it comes again: a hash of its octets.
    key = models.CharField(max_length=32, db_index=True)
    state = models.CharField(max_length=10, default=WAITING)
    # Octets of the file up to where it was read, and entries that were dealt with: the next ones are new.
    position = models.BigIntegerField(default=0)
    entries = models.IntegerField(default=0)
    stored = models.IntegerField(default=0)
    unreadable = models.IntegerField(default=0)
    problems = models.JSONField(default=list)
    error = models.TextField(default="")
    started_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("import", args=[self.public_id])

    @property
    def is_running(self) -> bool:
        return self.state == self.WAITING

    @property
    def percent(self) -> int:
        if not self.is_running:
            return 100
        return min(99, self.position * 100 // max(self.size, 1))

    @property
    def more_problems(self) -> int:
        return max(0, self.unreadable - len(self.problems))
