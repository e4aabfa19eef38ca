"""SESSIONS -> CLIENTS: who connects, how often, and how often it fails."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from django.db.models import Count, IntegerField, Max, Sum
from django.db.models.functions import Cast

from catcher.dialog.aggregate import Aggregate, Sample, aggregate
from catcher.models import ClientGroup, Session
from catcher.search.index import one_of

# Clients that are listed; those seen last come first.
MOST = 100
# The newest sessions of a client whose times are summed up.
MOST_SAMPLES = 200
# Client, name, host, sessions, failing, and the newest one's key.
_Row = tuple[str, str, str, int, int, int]


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

    Ask for one more than is shown.
    """
    rows = _all(most) if among is None else _among(among, most)
    began = dict(Session.objects.filter(pk__in=[row[-1] for row in rows]).values_list("pk", "started_at"))
    # One that is missing was deleted meanwhile.
    return [Group(*row[:5], began[row[5]]) for row in rows if row[5] in began]


def _all(most: int) -> list[_Row]:
    rows = ClientGroup.objects.order_by("-newest")
    return list(rows.values_list("client", "client_name", "peer_host", "sessions", "failing", "newest")[:most])


def _among(keys: Sequence[int], most: int) -> list[_Row]:
    rows = Session.objects.filter(one_of(keys), examined=True).values("client_name", "peer_host")
    told = rows.annotate(
        family=Max("client"), sessions=Count("*"), failing=Sum(Cast("failed", IntegerField())), newest=Max("pk")
    ).order_by("-newest")
    names = ("family", "client_name", "peer_host", "sessions", "failing", "newest")
    return list(told.values_list(*names)[:most])


def times(name: str, host: str, most: int = MOST_SAMPLES) -> Aggregate:
    """Return what the newest sessions of a group come to; those whose times were not measured are not among them."""
    group = Session.objects.filter(examined=True, client_name=name, peer_host=host)
    # Failing or not, one after the other: only so does the index give them in order.
    newest = [
        group.filter(failed=failed).order_by("-pk").values_list("pk", "timing")[:most] for failed in (False, True)
    ]
    rows = sorted((row for part in newest for row in part), key=lambda row: row[0], reverse=True)
    return aggregate(Sample.from_json(timing) for _, timing in islice(rows, most) if timing)
