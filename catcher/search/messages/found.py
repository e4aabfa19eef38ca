"""QUERY -> MESSAGES: a query set that, read in the order of arrival, asks the index for no more than is wanted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Self

from django.db.models import Q, QuerySet
from django.db.models.lookups import GreaterThan, GreaterThanOrEqual, In, LessThan, LessThanOrEqual
from django.db.models.sql import Query as Sql

from catcher.models import Message, MessageQuerySet
from catcher.search.messages import index
from catcher.search.messages.conditions import Condition, condition
from catcher.search.messages.index import Among
from catcher.search.messages.language import Query
from catcher.search.messages.tree import Every, Node, Received

# Counting ends here: more than so many is all that anyone wants to know.
MOST_COUNTED = 300
# Keys that are asked of the index at once: first what is wanted, then more, where the rows refuse many.
LAST_LOOK = 5000
MOST_NAMED = 500
# So few rows are asked one by one whether the index finds them, too.
FEW = 60
# Rows lie in the order of their times but for this.
SLACK = timedelta(hours=1)


class Count(NamedTuple):
    """How many messages, as far as they are counted: `more` says that there are others."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


def matching(query: Query) -> MessageQuerySet:
    """Return what a query finds, in no order.

    Ordered by primary key and sliced it costs what the slice does, however many there are: so page through it, and
    count by `count`. Anything else that a query set can do is right, but may read all that the query finds.
    """
    asked = condition(query.tree)
    found = Found(Message).filter(_bounds(query.tree), binned_at=None)
    found._few = asked.few
    return found.filter(asked.whole)


def count(query: Query, most: int = MOST_COUNTED) -> Count:
    found = len(matching(query).order_by("-pk").values_list("pk", flat=True)[: most + 1])
    return Count(min(found, most), found > most)


def named(query: Query, public_ids: Iterable[str]) -> list[Message]:
    """Return those of the named messages that a query finds, newest first: what a live list looks at again."""
    return list(matching(query).filter(public_id__in=list(public_ids)).order_by("-pk"))


def _has(match: str, pk: int) -> bool:
    return bool(index.keys(match, pk + 1, pk - 1, 1))


class Found(MessageQuerySet):
    """Messages, some of whose conditions the index knows."""

    _few = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._few = self._few
        return clone

    def _fetch_all(self) -> None:
        if self._result_cache is None:
            if (walk := _Walk.of(self.query)) is not None:
                self._result_cache = list(walk.rows(self, self._few))
            elif (match := _match(self.query)) and _is_named(self.query):
                self._result_cache = list(_named(self, match))
        super()._fetch_all()


class _Walk(NamedTuple):
    """A way through the index: from one end, between two keys, until so many rows are found."""

    match: str
    before: int | None
    after: int | None
    upwards: bool
    skip: int
    most: int

    @classmethod
    def of(cls, sql: Sql) -> _Walk | None:
        """Return the way that answers a statement, if there is one."""
        order = tuple(sql.order_by)
        if (
            sql.high_mark is None
            or order not in {("pk",), ("-pk",), ("id",), ("-id",)}
            or sql.distinct
            or sql.combinator
        ):
            return None
        match = _match(sql)
        if not match or sql.group_by is not None:
            return None
        before, after = _limits(sql)
        return cls(match, before, after, not order[0].startswith("-"), sql.low_mark, sql.high_mark)

    def rows(self, found: Found, few: bool) -> Iterator[Any]:
        rest = _without_index(found).order_by("pk" if self.upwards else "-pk")
        taken = 0
        for keys in self._keys(rest, few):
            for row in rest.filter(pk__in=keys)[: self.most - taken]:
                taken += 1
                if taken > self.skip:
                    yield row
            if taken >= self.most:
                return

    def _keys(self, rest: QuerySet[Any], few: bool) -> Iterator[list[int]]:
        if few:
            pks = list(_bare(rest)[: FEW + 1])
            if len(pks) <= FEW:
                yield [pk for pk in pks if _has(self.match, pk)]
                return
        before, after, size = self.before, self.after, min(self.most, LAST_LOOK)
        while size:
            keys = index.keys(self.match, before, after, size, self.upwards)
            yield keys
            if len(keys) < size:
                return
            before, after = (before, keys[-1]) if self.upwards else (keys[-1], after)
            size = min(2 * size, LAST_LOOK)


def _match(sql: Sql) -> str:
    """Return what the index is asked beside all other conditions, if it is."""
    if sql.where.connector != "AND" or sql.where.negated:
        return ""
    return next((lookup.rhs.match for lookup in _lookups(sql) if _is_among(lookup)), "")


def _lookups(sql: Sql) -> list[Any]:
    return list(sql.where.children)


def _is_named(sql: Sql) -> bool:
    """Return whether the statement lists the few rows that it is about."""
    lists = (lookup.rhs for lookup in _lookups(sql) if isinstance(lookup, In) and lookup.lhs.target.unique)
    listed = any(not hasattr(rhs, "resolve_expression") and len(rhs) <= MOST_NAMED for rhs in lists)
    return listed and not sql.is_sliced and not sql.distinct and not sql.combinator and sql.group_by is None


def _named(found: Found, match: str) -> Iterator[Any]:
    rest = _without_index(found)
    pks = sorted(_bare(rest.order_by()))
    if pks and pks[-1] - pks[0] < LAST_LOOK:  # mostly neighbours: one question answers for all
        known = set(index.keys(match, pks[-1] + 1, pks[0] - 1, LAST_LOOK))
    else:
        known = {pk for pk in pks if _has(match, pk)}
    return iter(rest.filter(pk__in=known.intersection(pks)))


def _is_among(lookup: Any) -> bool:
    return isinstance(lookup, In) and isinstance(lookup.rhs, Among)


def _without_index(found: Found) -> QuerySet[Any]:
    """Return the query set without its limits and without what the index finds."""
    rest: Any = found._chain()  # type: ignore[attr-defined]
    rest.query.clear_limits()
    rest.query.where = rest.query.where.clone()
    rest.query.where.children = [one for one in rest.query.where.children if not _is_among(one)]
    return rest  # type: ignore[no-any-return]


def _bare(rest: QuerySet[Any]) -> QuerySet[Any]:
    return rest.values_list("pk", flat=True)


def _limits(sql: Sql) -> tuple[int | None, int | None]:
    """Return the keys between which a statement asks for rows, both not included."""
    before: int | None = None
    after: int | None = None
    for lookup in _lookups(sql):
        if not (target := getattr(getattr(lookup, "lhs", None), "target", None)) or not target.primary_key:
            continue
        if isinstance(lookup, (LessThan, LessThanOrEqual)) and isinstance(lookup.rhs, int):
            bound = lookup.rhs + isinstance(lookup, LessThanOrEqual)
            before = bound if before is None else min(before, bound)
        elif isinstance(lookup, (GreaterThan, GreaterThanOrEqual)) and isinstance(lookup.rhs, int):
            bound = lookup.rhs - isinstance(lookup, GreaterThanOrEqual)
            after = bound if after is None else max(after, bound)
    return before, after


def _bounds(node: Node) -> Q:
    """Return keys between which all lies that came in the time that is asked for: it is not looked for elsewhere."""
    found = Q()
    for part in node.parts if isinstance(node, Every) else (node,):
        if isinstance(part, Received) and part.since is not None:
            found &= Q(pk__gte=_first_since(part.since - SLACK))
        if isinstance(part, Received) and part.until is not None:
            found &= Q(pk__lt=_first_since(part.until + SLACK))
    return found


def _first_since(moment: datetime) -> int:
    """Return the key of the first message that came then or later, or one above all; by halving the table."""
    rows = Message.everything.order_by("pk").values_list("pk", "received_at")
    newest = Message.everything.order_by("-pk").values_list("pk", flat=True).first() or 0
    low, high = 1, newest + 1
    while low < high:
        middle = (low + high) // 2
        row = rows.filter(pk__gte=middle).first()
        if row is not None and row[1] < moment:
            low = row[0] + 1
        else:
            high = middle
    return low


__all__ = ["Condition", "Count", "Found", "count", "matching", "named"]
