"""FILTER -> SESSIONS: those that a query finds, by pages whose cost does not grow with the table."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet
from django.utils import timezone

from catcher.dialog.query import Query, Term
from catcher.models import Session
from catcher.search import index
from catcher.search import look as walk
from catcher.search.index import Between
from catcher.search.look import Look
from catcher.search.terms import asked

PAGE = 50
# Rows lie in the order of their times but for this: a session may be written late.
SLACK = timedelta(hours=1)


def matching(query: Query, now: datetime | None = None) -> QuerySet[Session]:
    """Return all sessions that a query finds: to count, narrow or delete them. For a page of a list, use `look`."""
    wanted = asked(query, now or timezone.now())
    if wanted.is_anything and not wanted.unexamined:
        return Session.objects.all()
    found = wanted.exact & index.current().among(wanted.wanted) if wanted.columns is None else wanted.columns
    return Session.objects.filter(Q(examined=True) & found | Q(examined=False) & wanted.unexamined)


def look(
    query: Query, before: int | None = None, after: int | None = None, limit: int = PAGE, now: datetime | None = None
) -> Look:
    """Return keys of sessions newest first: of the newest, of those below `before`, or of the first above `after`.

    Ask for one more than is shown to know whether there are others; go on from `end` where looking did not go further.
    """
    upwards = after is not None
    if not query.terms:
        rows = Between(before, after).of(Session.objects.all()).order_by("pk" if upwards else "-pk")
        found = Look(list(rows.values_list("pk", flat=True)[:limit]))
    else:
        now = now or timezone.now()
        found = walk.look(asked(query, now), _narrowed(query.terms, now, before, after), upwards, limit)
    return Look(found.keys[::-1] if upwards else found.keys, found.end)


def rows(keys: Iterable[int]) -> QuerySet[Session]:
    """Return these sessions, newest first, without what makes a row large and no list shows."""
    return (
        Session.objects.filter(pk__in=list(keys)).defer("findings", "timing", "fingerprint", "tls_sni").order_by("-pk")
    )


def named(query: Query, public_ids: Iterable[str], now: datetime | None = None) -> list[Session]:
    """Return those of the named sessions that a query finds, newest first: what a live list looks at again."""
    wanted = asked(query, now or timezone.now())
    here = Session.objects.filter(public_id__in=list(public_ids))
    found = set(here.filter(wanted.unexamined, examined=False).values_list("pk", flat=True))
    condition = wanted.exact if wanted.columns is None else wanted.columns
    examined = set(here.filter(condition, examined=True).values_list("pk", flat=True))
    if examined and wanted.columns is None:
        within = Between(max(examined) + 1, min(examined) - 1)
        for portion in index.current().walk(wanted.wanted, within, False, len(examined)):
            found.update(examined.intersection(portion))
    else:
        found |= examined
    return list(rows(found))


def _narrowed(terms: Iterable[Term], now: datetime, before: int | None, after: int | None) -> Between:
    """Return the keys between which sessions of the time that is asked for can lie."""
    for term in terms:
        if term.key not in {"since", "before"}:
            continue
        moment = now - term.value if isinstance(term.value, timedelta) else term.value
        assert isinstance(moment, datetime)
        if (term.key == "since") != term.negated:
            least = _first_since(moment - SLACK) - 1
            after = least if after is None else max(after, least)
        else:
            most = _first_since(moment + SLACK)
            before = most if before is None else min(before, most)
    return Between(before, after)


def _first_since(moment: datetime) -> int:
    """Return the key of the first session that began then or later, or one above all; by halving the table."""
    keys = Session.objects.order_by("pk").values_list("pk", "started_at")
    newest = Session.objects.order_by("-pk").values_list("pk", flat=True).first() or 0
    low, high = 1, newest + 1
    while low < high:
        middle = (low + high) // 2
        row = keys.filter(pk__gte=middle).first()
        if row is not None and row[1] < moment:
            low = row[0] + 1
        else:
            high = middle
    return low
