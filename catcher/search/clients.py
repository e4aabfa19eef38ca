"""SESSIONS -> CLIENTS: who connects, how often, and how often it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, IntegerField, Max, Sum
from django.db.models.functions import Cast

from catcher.models import Session

# Clients that are listed; those seen last come first.
MOST = 200


@dataclass(frozen=True, slots=True)
class Group:
    """The sessions of one program at one address; an empty name is a program that was not recognised.

    `last_seen` is when the newest of its sessions began.
    """

    client: str
    name: str
    host: str
    sessions: int
    failing: int
    last_seen: datetime


def groups(most: int = MOST) -> list[Group]:
    """Return the clients of all examined sessions, those seen last first: ask for one more than is shown.

    Read from the index `session_clients` alone, whose order is that of the groups.
    """
    rows = list(
        Session.objects.filter(examined=True)
        .values("client_name", "peer_host")
        .annotate(sessions=Count("*"), failing=Sum(Cast("failed", IntegerField())), last=Max("pk"))
        .order_by("-last")[:most]
    )
    last = {row.pk: row for row in Session.objects.filter(pk__in=[row["last"] for row in rows])}
    return [
        Group(newest.client, newest.client_name, newest.peer_host, row["sessions"], row["failing"], newest.started_at)
        for row in rows
        if (newest := last.get(row["last"])) is not None  # deleted meanwhile
    ]
