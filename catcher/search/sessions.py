"""FILTER -> SESSIONS: those that a query finds, by pages whose cost does not grow with the table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from django.db.models import Q, QuerySet
from django.utils import timezone

from catcher.dialog.query import Query, Term
from catcher.models import Session
from catcher.search import index
from catcher.search.terms import ANYTHING, Asked, asked
from catcher.search.tokens import Wanted

R = TypeVar("R", covariant=True)
PAGE = 50
# Keys that are asked of the index at once: first what one page needs, then more, where the rows refuse many.
FIRST_LOOK = 200
LAST_LOOK = 5000
# Rows lie in the order of their times but for this: a session may be written late.
SLACK = timedelta(hours=1)


def matching(query: Query, now: datetime | None = None) -> QuerySet[Session]:
    """Return all sessions that a query finds: to count, narrow or delete them. For a page of a list, use `page`."""
    wanted = asked(query, now or timezone.now())
    if wanted.is_anything and not wanted.unexamined:
        return Session.objects.all()
    examined = Q(examined=True) & wanted.exact & index.current().among(wanted.wanted)
    return Session.objects.filter(examined | Q(examined=False) & wanted.unexamined)


def page(
    query: Query, before: int | None = None, after: int | None = None, limit: int = PAGE, now: datetime | None = None
) -> list[Session]:
    """Return sessions newest first: the newest there are, or those below `before`, or the first ones above `after`.

    Ask for one more than is shown to know whether there are others.
    """
    wanted = asked(query, now or timezone.now())
    upwards = after is not None
    if not query.terms:
        rows = _between(Session.objects.all(), before, after).order_by("pk" if upwards else "-pk")[:limit]
        return sorted(rows, key=lambda row: -row.pk)
    before, after = _narrowed(query.terms, now or timezone.now(), before, after)
    rows = _between(Session.objects.filter(wanted.unexamined, examined=False), before, after)
    found = list(rows.order_by("pk" if upwards else "-pk")[:limit])
    found += _Examined(wanted, before, after, upwards).take(limit)
    # One that is examined between the two questions answers both.
    each = sorted({row.pk: row for row in found}.values(), key=lambda row: row.pk, reverse=not upwards)
    return sorted(each[:limit], key=lambda row: -row.pk)


def named(query: Query, public_ids: Iterable[str], now: datetime | None = None) -> list[Session]:
    """Return those of the named sessions that a query finds, newest first: what a live list looks at again."""
    wanted = asked(query, now or timezone.now())
    rows = Session.objects.filter(public_id__in=list(public_ids)).order_by("-pk")
    found = set(rows.filter(wanted.unexamined, examined=False).values_list("pk", flat=True))
    for pk in rows.filter(wanted.exact, examined=True).values_list("pk", flat=True):
        found.update(index.current().newest(wanted.wanted, pk + 1, pk - 1, 1))
    return [row for row in rows if row.pk in found]


def keys(query: Query, limit: int, now: datetime | None = None) -> list[int]:
    """Return the keys of the newest sessions that a query finds: to count them up to a limit, or to sum them up."""
    if not query.terms:
        return list(Session.objects.order_by("-pk").values_list("pk", flat=True)[:limit])
    wanted = asked(query, now or timezone.now())
    before, after = _narrowed(query.terms, now or timezone.now(), None, None)
    rows = _between(Session.objects.filter(wanted.unexamined, examined=False), before, after)
    found = list(rows.order_by("-pk").values_list("pk", flat=True)[:limit])
    found += _Examined(wanted, before, after, False).keys(limit)
    return sorted(set(found), reverse=True)[:limit]


class _Examined:
    """Walks through what the index finds, in portions, and keeps what the rows agree to."""

    def __init__(self, wanted: Asked, before: int | None, after: int | None, upwards: bool) -> None:
        self._wanted = wanted
        self._before = before
        self._after = after
        self._upwards = upwards
        self._index = index.current()

    def take(self, limit: int) -> list[Session]:
        order = "pk" if self._upwards else "-pk"
        if self._wanted.wanted == ANYTHING:
            rows = Session.objects.filter(self._wanted.exact, examined=True)
            return list(_between(rows, self._before, self._after).order_by(order)[:limit])
        found: list[Session] = []
        for keys in self._portions(self._wanted.wanted, limit):
            rows = Session.objects.filter(self._wanted.exact, pk__in=keys, examined=True)
            found += rows.order_by(order)[: limit - len(found)]
            if len(found) >= limit:
                break
        return found

    def keys(self, limit: int) -> list[int]:
        rows = Session.objects.filter(self._wanted.exact, examined=True).order_by("-pk").values_list("pk", flat=True)
        if self._wanted.wanted == ANYTHING:
            return list(_between(rows, self._before, self._after)[:limit])
        # What is looked at anew is in the index already, and not yet true of it.
        again = Session.objects.filter(examined=False).exclude(ended_at=None).exists()
        found: list[int] = []
        for portion in self._portions(self._wanted.wanted, limit):
            checked = rows.filter(pk__in=portion) if self._wanted.exact or again else portion
            found += checked[: limit - len(found)]
            if len(found) >= limit:
                break
        return found

    def _portions(self, wanted: Wanted, limit: int) -> Iterator[list[int]]:
        # Where the index says all, no key is asked for in vain.
        size = limit if not self._wanted.exact else max(FIRST_LOOK, limit)
        while True:
            look = self._index.oldest if self._upwards else self._index.newest
            keys = look(wanted, self._before, self._after, size)
            yield keys
            if len(keys) < size:
                return
            if self._upwards:
                self._after = keys[-1]
            else:
                self._before = keys[-1]
            size = min(2 * size, LAST_LOOK)


def _between(rows: QuerySet[Session, R], before: int | None, after: int | None) -> QuerySet[Session, R]:
    rows = rows if before is None else rows.filter(pk__lt=before)
    return rows if after is None else rows.filter(pk__gt=after)


class _Bounds(NamedTuple):
    before: int | None
    after: int | None


def _narrowed(terms: Iterable[Term], now: datetime, before: int | None, after: int | None) -> _Bounds:
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
    return _Bounds(before, after)


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
