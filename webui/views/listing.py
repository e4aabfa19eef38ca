"""Lists by keyset: the first page, the page below it and what is new above it are one query."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from django.db.models import Model, QuerySet
from django.http import HttpRequest

from catcher.ids import PATTERN

PAGE = 50
# A page that wakes up fetches this many at once until it has caught up.
CATCH_UP = 100
MOST_IDS = 100
_MOST_DIGITS = 18

Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Rows, newest first; `more` says whether others lie, or may lie, beyond them in the direction of reading.

    `end` is how far down was looked, where that is below the last row.
    """

    rows: Sequence[Row]
    more: bool
    end: int | None = None

    @property
    def newest(self) -> int:
        return int(self.rows[0].pk) if self.rows else 0

    @property
    def oldest(self) -> int:
        """Return the cursor for the page below."""
        if self.end is not None:
            return self.end
        return int(self.rows[-1].pk) if self.rows else 0


def page(rows: QuerySet[Row], before: int | None = None, after: int | None = None) -> Page[Row]:
    if after is not None:
        # Oldest first: what does not fit now comes with the next request, and no row between is skipped.
        found = list(rows.filter(pk__gt=after).order_by("pk")[: CATCH_UP + 1])
        return Page(found[:CATCH_UP][::-1], len(found) > CATCH_UP)
    if before is not None:
        rows = rows.filter(pk__lt=before)
    found = list(rows.order_by("-pk")[: PAGE + 1])
    return Page(found[:PAGE], len(found) > PAGE)


def number(request: HttpRequest, name: str) -> int | None:
    """Return a row id or sequence number from the query string; what is no number counts as absent."""
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS else None


def named(request: HttpRequest) -> list[str]:
    """Return the public ids of `?ids=a,b,c`, at most `MOST_IDS`."""
    return known(request.GET.get("ids", "").split(","))


def known(ids: Iterable[str], most: int = MOST_IDS) -> list[str]:
    return [public_id for public_id in ids if PATTERN.fullmatch(public_id)][:most]
