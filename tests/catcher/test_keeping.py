"""Saved searches keep their order."""

from __future__ import annotations

import pytest

from catcher import events, keeping
from catcher.models import SavedSearch

pytestmark = pytest.mark.usefixtures("database")


def names() -> list[str]:
    return [search.name for search in SavedSearch.objects.all()]


def test_they_are_made_changed_put_in_order_and_deleted() -> None:
    told: list[events.Event] = []
    events.connect(told.extend)
    a, b, c = (keeping.save(f" {name}  search ", f"is:{name}") for name in "abc")
    assert names() == ["a search", "b search", "c search"]
    keeping.put_in_order([c.public_id, "nobody", c.public_id, a.public_id])
    assert names() == ["c search", "a search", "b search"]
    keeping.change(a, "A")
    keeping.change(b, "B", " is:read ")
    assert names() == ["c search", "A", "B"]
    assert list(SavedSearch.objects.values_list("query", flat=True)) == ["is:c", "is:a", "is:read"]
    keeping.delete(c)
    assert keeping.save("last", "x").position > 2
    assert names() == ["A", "B", "last"]
    events.connect(None)
    assert {event["type"] for event in told} == {"searches"}
    assert len(told) == 8


def test_a_search_needs_a_name_and_there_are_not_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(keeping.Refused, match="name"):
        keeping.save("  ", "x")
    monkeypatch.setattr(keeping, "MOST", 1)
    keeping.save("one", "")
    with pytest.raises(keeping.Refused, match="1 saved"):
        keeping.save("two", "")
