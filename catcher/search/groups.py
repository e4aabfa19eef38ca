"""Keeps the counts of clients, in the transactions that examine and delete sessions: counting all takes too long."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection
from django.db.models import F

from catcher.models import ClientGroup, Session

_COUNTED = "COUNT(*), SUM(CASE WHEN failed THEN 1 ELSE 0 END), MAX(id) FROM catcher_session WHERE id IN"
_GROUPED = "GROUP BY client_name, peer_host"


class _Share(NamedTuple):
    """What some sessions contribute to a group."""

    client_name: str
    peer_host: str
    sessions: int
    failing: int
    newest: int


def count_in(pks: Sequence[int]) -> None:
    """Count sessions that have just been examined."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO catcher_clientgroup (client_name, peer_host, client, sessions, failing, newest) "
            f"SELECT client_name, peer_host, MAX(client), {_COUNTED} ({_marks(pks)}) {_GROUPED} "
            "ON CONFLICT (client_name, peer_host) DO UPDATE SET client = excluded.client, "
            "sessions = catcher_clientgroup.sessions + excluded.sessions, "
            "failing = catcher_clientgroup.failing + excluded.failing, newest = CASE WHEN excluded.newest > "
            "catcher_clientgroup.newest THEN excluded.newest ELSE catcher_clientgroup.newest END",
            list(pks),
        )


def count_out(pks: Sequence[int]) -> None:
    """Count no more what is about to be deleted or examined anew; what was never examined was not counted.

    Call it before the index forgets them: by that it knows which ones were.
    """
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT client_name, peer_host, {_COUNTED} "  # noqa: S608
            f"(SELECT session_id FROM catcher_sessiontext WHERE session_id IN ({_marks(pks)})) {_GROUPED}",
            list(pks),
        )
        shares = [_Share(*row) for row in cursor.fetchall()]
    for share in shares:
        _take_out(share, pks)
    if shares:
        ClientGroup.objects.filter(sessions__lte=0).delete()


def _take_out(share: _Share, pks: Sequence[int]) -> None:
    group = ClientGroup.objects.filter(client_name=share.client_name, peer_host=share.peer_host)
    group.update(sessions=F("sessions") - share.sessions, failing=F("failing") - share.failing)
    if group.filter(newest=share.newest, sessions__gt=0).exists():
        group.update(newest=_newest(share, pks))


def _newest(share: _Share, pks: Sequence[int]) -> int:
    """Return the newest session of the group beside these, or 0; failing or not, as the index has them."""
    left = Session.objects.filter(examined=True, client_name=share.client_name, peer_host=share.peer_host)
    keys = left.exclude(pk__in=pks).order_by("-pk").values_list("pk", flat=True)
    return max(keys.filter(failed=failed).first() or 0 for failed in (False, True))


def _marks(pks: Sequence[int]) -> str:
    return ", ".join(["%s"] * len(pks))
