"""Saved searches: made, renamed, put in order and deleted."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import Max

from catcher import events, writer
from catcher.ids import public_id
from catcher.models import SavedSearch

LONGEST_NAME = 100
MOST = 100


class Refused(ValueError):
    """A search that cannot be kept; the text says why."""


def save(name: str, query: str) -> SavedSearch:
    """Keep a query under a name, behind the others; raises Refused."""
    title = _title(name)
    if SavedSearch.objects.count() >= MOST:
        raise Refused(f"There are {MOST} saved searches already.")

    def change() -> SavedSearch:
        last = SavedSearch.objects.aggregate(last=Max("position"))["last"] or 0
        return SavedSearch.objects.create(public_id=public_id(), name=title, query=query.strip(), position=last + 1)

    made: SavedSearch = writer.run(change)
    _tell()
    return made


def change(search: SavedSearch, name: str, query: str | None = None) -> None:
    """Give a saved search another name, and another query where one is given; raises Refused."""
    values = {"name": _title(name)} | ({} if query is None else {"query": query.strip()})
    writer.run(lambda: SavedSearch.objects.filter(pk=search.pk).update(**values))
    _tell()


def put_in_order(ids: Sequence[str]) -> None:
    """Put these first, in this order, and leave the others behind them as they are."""

    def write() -> None:
        known = {search.public_id: search for search in SavedSearch.objects.all()}
        named = [known.pop(one) for one in dict.fromkeys(ids) if one in known]
        for position, search in enumerate([*named, *known.values()], 1):
            SavedSearch.objects.filter(pk=search.pk).update(position=position)

    writer.run(write)
    _tell()


def delete(search: SavedSearch) -> None:
    writer.run(lambda: SavedSearch.objects.filter(pk=search.pk).delete())
    _tell()


def _title(name: str) -> str:
    title = " ".join(name.split())[:LONGEST_NAME]
    if not title:
        raise Refused("Give the search a name.")
    return title


def _tell() -> None:
    events.publish([events.Searches(type="searches")])
