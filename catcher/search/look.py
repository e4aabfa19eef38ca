"""ASKED -> KEYS: sessions that are found, newest first or oldest first, for a bounded amount of work.

What the row alone can tell is read from an index that has all such columns (`session_facts`): the nearest sessions at
once, for what many have is found there, then the others, unless the words' index knows that few are left. What is
only in the conversation is asked of the words' index, and what that finds too much of is checked by the row.
"""

from __future__ import annotations

from typing import NamedTuple

from django.db import connection
from django.db.models import Q

from catcher.models import Session
from catcher.search import index
from catcher.search.index import Between, one_of
from catcher.search.terms import ANYTHING, Asked
from catcher.search.tokens import has_prefix

# Sessions whose rows are read before the words' index is asked.
NEAR = 4000
# So few of the index are checked one by one; where it has more that may be meant, reading all rows is faster.
FEW = 300
# Up to so many rows are read in any case rather than a prefix, whose every session the index reads before the first.
SCANNED = 150_000
# What the index finds and the row has to check, of one request: by its columns, or by its tokens.
CHECKED, CHECKED_TOKENS = 10_000, 2000
# Sessions that are not examined yet and are looked at in one request.
UNEXAMINED = 15_000


class Look(NamedTuple):
    """Keys that were found; where there may be others beyond `end`, looking went no further than to that one."""

    keys: list[int]
    end: int | None = None

    def most(self, limit: int) -> Look:
        """Return no more than so many; what lies beyond the last one is still to be looked at."""
        return self if len(self.keys) < limit else Look(self.keys[:limit])


class _Extent(NamedTuple):
    """The newest session, the newest that is not examined, and the last of these to be looked at if there are more."""

    newest: int
    waiting: int | None
    end: int | None


def _extent(between: Between) -> _Extent:
    within = "NOT examined" + "".join(
        f" AND id {compare} {int(bound)}"
        for compare, bound in (("<", between.before), (">", between.after))
        if bound is not None
    )
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT MAX(id) FROM catcher_session), "  # noqa: S608 - numbers
            f"(SELECT MAX(id) FROM catcher_session WHERE {within}), (SELECT id FROM catcher_session WHERE {within} "
            f"ORDER BY id DESC LIMIT 1 OFFSET {UNEXAMINED})"
        )
        newest, waiting, end = cursor.fetchone()
    return _Extent(newest or 0, waiting, end)


def look(asked: Asked, between: Between, upwards: bool, limit: int) -> Look:
    """Return the first keys between two. With `end`, there are fewer than `limit` of them."""
    extent = _extent(between)
    # In this order: one that is examined meanwhile answers both questions, and counts once.
    waiting = Look([]) if extent.waiting is None else _unexamined(asked, between, extent, upwards, limit)
    if waiting.end is not None:
        between = between._replace(after=waiting.end - 1)
    if asked.columns is None:
        known = _by_index(asked, between, upwards, limit, extent)
    else:
        known = _by_rows(asked, between, upwards, limit, extent)
    end = waiting.end if known.end is None else known.end
    keys = sorted({*waiting.keys, *known.keys}, reverse=not upwards) if waiting.keys else known.keys
    # What lies beyond the end comes again with what is found there.
    return Look(keys if known.end is None else [key for key in keys if key >= known.end], end).most(limit)


def _scan(condition: Q, between: Between, upwards: bool, limit: int, examined: bool = True) -> list[int]:
    rows = between.of(Session.objects.filter(condition, examined=examined))
    return list(rows.order_by("pk" if upwards else "-pk").values_list("pk", flat=True)[:limit])


def _unexamined(asked: Asked, between: Between, extent: _Extent, upwards: bool, limit: int) -> Look:
    """Upwards all are looked at: whoever follows the list asks for what has just begun."""
    end = None if upwards else extent.end
    within = between if end is None else between._replace(after=end - 1)
    return Look(_scan(asked.unexamined, within, upwards, limit, examined=False), end).most(limit)


def _by_rows(asked: Asked, between: Between, upwards: bool, limit: int, extent: _Extent) -> Look:
    assert asked.columns is not None
    if asked.wanted == ANYTHING:
        return Look(_scan(asked.columns, between, upwards, limit))
    near, far = _parted(between, upwards, extent.newest)
    found = _scan(asked.columns, near, upwards, limit)
    if len(found) >= limit:
        return Look(found)
    if not (has_prefix(asked.wanted) and _width(far, extent.newest) <= SCANNED):
        most = FEW if asked.exact else limit - len(found)
        few = next(index.current().walk(asked.wanted, far, upwards, most), [])
        found_far = _checked(asked, few, upwards, limit - len(found), extent)
        if len(few) < most or len(found) + len(found_far) == limit:
            return Look(found + found_far)
    return Look(found + _scan(asked.columns, far, upwards, limit - len(found)))


def _parted(between: Between, upwards: bool, newest: int) -> tuple[Between, Between]:
    """Return the nearest keys, and those beyond."""
    before, after = between
    if upwards:
        middle = (after or 0) + NEAR + 1
        return Between(middle if before is None else min(before, middle), after), Between(before, middle - 1)
    middle = (newest + 1 if before is None else before) - NEAR
    return Between(before, middle - 1 if after is None else max(after, middle - 1)), Between(middle, after)


def _width(between: Between, newest: int) -> int:
    return (newest if between.before is None else between.before) - (between.after or 0)


def _checked(asked: Asked, keys: list[int], upwards: bool, limit: int, extent: _Extent) -> list[int]:
    """Return what the rows agree to: what is looked at anew is in the index already, and not yet true of it."""
    if asked.exact or extent.waiting is not None:
        return _scan(asked.exact & one_of(keys), Between(), upwards, limit)
    return keys[:limit]


def _by_index(asked: Asked, between: Between, upwards: bool, limit: int, extent: _Extent) -> Look:
    left = CHECKED_TOKENS if asked.reads_tokens else CHECKED
    found: list[int] = []
    for portion in index.current().walk(asked.wanted, between, upwards, min(limit, left)):
        found += _checked(asked, portion, upwards, limit - len(found), extent)
        left -= len(portion)
        if len(found) >= limit:
            return Look(found)
        if left <= 0 and not upwards:
            return Look(found, portion[-1])
    return Look(found)
