"""SESSIONS -> CLIENTS: who connects, how often, and how often it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count, IntegerField, Max, Sum
from django.db.models.functions import Cast

from catcher.dialog.aggregate import Aggregate, Sample, aggregate
from catcher.models import Session

# Clients that are listed; those seen last come first.
MOST = 100
# The newest sessions of a client whose times are summed up.
MOST_SAMPLES = 200


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


def groups(most: int = MOST, among: Sequence[int] | None = None) -> list[Group]:
    """Return the clients of all examined sessions, or of those with these keys, those seen last first.

    Ask for one more than is shown. All are read from the index `session_clients` alone, whose order is that of the
    groups.
    """
    sessions = Session.objects.filter(examined=True)
    rows = list(
        (sessions if among is None else sessions.filter(pk__in=among))
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


def times(name: str, host: str, most: int = MOST_SAMPLES) -> Aggregate:
    """Return what the newest sessions of a group come to; those whose times were not measured are not among them."""
    group = Session.objects.filter(examined=True, client_name=name, peer_host=host)
    # Failing or not, one after the other: only so does the index give them in order.
    newest = [
        group.filter(failed=failed).order_by("-pk").values_list("pk", "timing")[:most] for failed in (False, True)
    ]
    rows = sorted((row for part in newest for row in part), key=lambda row: row[0], reverse=True)
    return aggregate(Sample.from_json(timing) for _, timing in islice(rows, most) if timing)
