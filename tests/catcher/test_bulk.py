"""What people do to many messages: what it changes, tells and counts, and that all of it can be taken back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

import pytest
from django.utils import timezone

from catcher import actions, bulk, digest, events, retention
from catcher.bulk import Done
from catcher.events import Event
from catcher.models import Body, Counter, Message, Tag, Tagging, Undo, UndoPart
from catcher.search.matching import matching
from tests.catcher.sandbox import assert_counted
from tests.catcher.stored import mail, store

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def told() -> Iterator[list[Event]]:
    heard: list[Event] = []
    events.connect(heard.extend)
    yield heard
    events.connect(None)


def state() -> dict[str, tuple[bool, bool, list[str]]]:
    """Return all that the changes change, of what is there."""
    rows = Message.objects.order_by("pk")
    tags = Tag.of(rows)
    return {row.public_id: (row.read, row.starred, [tag.name for tag in tags[row.pk]]) for row in rows}


CHANGES: dict[str, Callable[[bulk.Chosen], Done]] = {
    "read": lambda chosen: bulk.set_read(chosen, True),
    "unread": lambda chosen: bulk.set_read(chosen, False),
    "star": lambda chosen: bulk.set_starred(chosen, True),
    "unstar": lambda chosen: bulk.set_starred(chosen, False),
    "tag": lambda chosen: bulk.add_tag(chosen, "QA"),
    "untag": lambda chosen: bulk.remove_tag(chosen, "qa"),
    "bin": bulk.discard,
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
@pytest.mark.parametrize("whom", ["ids", "query", "all"])
def test_every_change_can_be_taken_back(change: Callable[[bulk.Chosen], Done], whom: str) -> None:
    ids = [row.public_id for row in store(*[mail("Order")] * 4, *[mail("Bill")] * 3)]
    bulk.set_read(ids[1:2], True)
    bulk.set_starred(ids[1:3], True)
    bulk.add_tag([*ids[1:2], ids[5]], "QA")
    before = state()
    chosen = {"ids": ids[:4], "query": matching("order"), "all": None}[whom]
    done = change(chosen)
    after = state()
    assert done.count == len([one for one in before if after.get(one) != before[one]]) > 0
    assert set(before) - set(after) == (set() if change is not bulk.discard else set(ids[: 7 if whom == "all" else 4]))
    assert_counted()
    assert bulk.undo(done.undo) == done.count
    assert state() == before
    assert bulk.undo(done.undo) is None
    assert_counted()


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_nothing_is_told_nor_remembered_where_nothing_changes(
    change: Callable[[bulk.Chosen], Done], told: list[Event]
) -> None:
    assert change([]) == change(["nobody"]) == change(None) == Done(0)
    assert told == []
    assert not Undo.objects.exists()


def test_each_change_is_told(told: list[Event]) -> None:
    ids = [row.public_id for row in store(mail(), mail())]
    told.clear()
    bulk.set_read(ids, True)
    assert told == [{"type": "changed", "ids": ids}]
    told.clear()
    bulk.add_tag(ids[:1], "QA")
    assert told == [{"type": "changed", "ids": ids[:1]}, {"type": "tags"}]
    told.clear()
    done = bulk.discard(ids[:1])
    assert told == [{"type": "deleted", "ids": ids[:1]}, {"type": "tags"}]
    told.clear()
    bulk.undo(done.undo)
    assert told == [{"type": "restored"}, {"type": "tags"}]


def test_what_is_binned_is_nowhere(told: list[Event]) -> None:
    first, second = store(mail("One"), mail("Two"))
    bulk.add_tag(None, "QA")
    bulk.discard([first.public_id])
    assert list(Message.objects.all()) == list(matching("")) == list(Message.objects.tagged("qa")) == [second]
    assert Counter.all()[Counter.MESSAGES] == Counter.all()[Counter.UNREAD] == 1
    assert Counter.all()[Counter.BYTES] == second.size
    assert Tag.objects.get().total == 1
    assert bulk.set_read([first.public_id], True) == Done(0)
    assert bulk.add_tag([first.public_id], "other").count == actions.delete_messages([first.public_id]) == 0


def test_what_is_read_because_somebody_looks_leaves_no_trace() -> None:
    (row,) = store(mail())
    assert bulk.set_read([row.public_id], True, undoable=False) == Done(1)
    assert not Undo.objects.exists()


def test_many_go_in_chunks_and_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    store(*[mail()] * 95)
    monkeypatch.setattr(actions, "FIRST_CHUNK", 20)
    monkeypatch.setattr(actions, "HOLD", 0.0)
    monkeypatch.setattr(actions, "KEYS_AT_ONCE", 50)
    monkeypatch.setattr(bulk, "LEAST", 20)
    done = bulk.discard(None)
    assert [len(part.unpacked) for part in UndoPart.objects.order_by("pk")] == [20, 20, 10, 20, 20, 5]
    assert (done.count, Message.objects.count()) == (95, 0)
    assert bulk.undo(done.undo) == 95
    assert_counted()


def test_mail_that_comes_meanwhile_is_not_in_all(monkeypatch: pytest.MonkeyPatch) -> None:
    store(*[mail()] * 3)
    run = actions.sum_in_chunks

    def late(*args: object) -> int:
        store(mail("New"), digested=False)
        return run(*args)  # type: ignore[arg-type]

    monkeypatch.setattr(actions, "sum_in_chunks", late)
    assert bulk.discard(None).count == 3
    assert [row.subject for row in Message.objects.all()] == ["New"]


def aged(minutes: int) -> None:
    ago = timezone.now() - timedelta(minutes=minutes)
    Undo.objects.update(made_at=ago)
    Message.everything.exclude(binned_at=None).update(binned_at=ago)


def test_the_bin_is_emptied_once_nothing_can_be_taken_back() -> None:
    rows = store(*[mail(Message_ID=f"<{number}@t>", X_Tags="x") for number in range(3)])
    done = bulk.discard([row.public_id for row in rows[:2]])
    aged(9)
    assert retention.empty_bin() == 0
    aged(10)
    assert bulk.undo(done.undo) is None
    assert retention.empty_bin() == 0
    aged(12)
    assert retention.empty_bin() == 2
    assert Message.everything.count() == Body.objects.count() == Tagging.objects.count() == 1
    assert not Undo.objects.exists()
    assert not UndoPart.objects.exists()
    assert_counted()


def test_a_binned_message_is_digested_all_the_same() -> None:
    rows = store(mail(X_Tags="late"), digested=False)
    done = bulk.discard(None)
    assert digest.digest_some(10) == 1
    assert Tag.objects.get().total == 0
    bulk.undo(done.undo)
    assert Message.objects.get(pk=rows[0].pk).snippet == "Hi."
    assert_counted()


@pytest.mark.parametrize("name", ["", "  ", "<>", "ä"])
def test_a_tag_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="letters"):
        bulk.add_tag(None, name)
