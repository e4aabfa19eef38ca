"""SESSIONS -> CLIENTS: who connects, how often, and how often it fails."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from catcher.models import Session

# Clients that are listed; those seen last come first.
MOST = 200


@dataclass(frozen=True, slots=True)
class Group:
    """The sessions of one program at one address; an empty name is a program that was not recognised."""

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
    rows = (
        Session.objects.filter(examined=True)
        .values("client_name", "peer_host")
        .annotate(
            family=Max("client"),
            sessions=Count("*"),
            failing=Count("failed", filter=Q(failed=True)),
            last_seen=Max("started_at"),
        )
        .order_by("-last_seen", "client_name", "peer_host")[:most]
    )
    return [
        Group(row["family"], row["client_name"], row["peer_host"], row["sessions"], row["failing"], row["last_seen"])
        for row in rows
    ]
