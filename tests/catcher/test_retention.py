"""The oldest go first, as many as must, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from catcher import actions, events, retention
from catcher.events import Event
from catcher.ingest import RecipientRow, SessionRow, StoreMessage
from catcher.models import Body, Counter, Message, Session
from catcher.retention import Keep, Retention, prune
from tests.catcher.sandbox import Sandbox, assert_counted
from tests.catcher.test_ingest import commit, saved

pytestmark = pytest.mark.usefixtures("database")

ALL = Keep(0, 0, 0, 0)


def store(*sizes: int) -> list[str]:
    ids = []
    for size in sizes:
        row = SessionRow()
        message = StoreMessage(row, saved(row, 1), 1, "", "", [RecipientRow("b@test", "", True, "")], b"x" * size)
        commit(message, saved(row, 2, ended=True, failed=size % 2 == 0))
        ids.append(message.public_id)
    return ids


def here() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("public_id", flat=True))


def test_without_limits_everything_stays() -> None:
    ids = store(1, 2, 3)
    assert prune(ALL) == (0, 0)
    assert here() == ids
    assert Session.objects.count() == 3


@pytest.mark.parametrize("count", [1, 2, 5, 9, 10, 11])
def test_by_count(count: int) -> None:
    ids = store(*[10] * 10)
    assert prune(Keep(count, 0, 0, 0)) == (max(0, 10 - count), 0)
    assert here() == ids[-count:]
    assert Body.objects.count() == len(here())
    assert Session.objects.count() == 10
    assert_counted()


def test_by_age() -> None:
    ids = store(*[10] * 6)
    now = timezone.now()
    for index, public_id in enumerate(ids):
        Message.objects.filter(public_id=public_id).update(received_at=now - timedelta(days=5 - index, minutes=1))
    for index, session in enumerate(Session.objects.order_by("pk")):
        Session.objects.filter(pk=session.pk).update(started_at=now - timedelta(days=5 - index, minutes=1))
    assert prune(Keep(0, 0, 3, 0)) == (3, 3)
    assert here() == ids[3:]
    assert Session.objects.count() == 3
    assert prune(Keep(0, 0, 3, 0)) == (0, 0)
    assert_counted()


@pytest.mark.parametrize(
    ("limit", "left"), [(1000, 4), (100, 4), (99, 3), (60, 3), (59, 2), (40, 2), (39, 1), (20, 1), (19, 0), (1, 0)]
)
def test_by_size(limit: int, left: int) -> None:
    ids = store(40, 20, 20, 20)
    if left == 3 and limit == 60:
        assert sum(Message.objects.values_list("size", flat=True)) == 100
    prune(Keep(0, 0, 0, limit))
    assert here() == ids[4 - left :]
    assert Counter.all()[Counter.BYTES] <= limit
    assert_counted()


def test_every_limit_holds_after_one_round() -> None:
    store(*[100] * 30)
    Message.objects.filter(pk__in=list(Message.objects.order_by("pk").values_list("pk", flat=True)[:12])).update(
        received_at=timezone.now() - timedelta(days=9)
    )
    prune(Keep(25, 0, 3, 1000))
    assert Message.objects.count() == 10
    assert Counter.all()[Counter.BYTES] == 1000
    assert_counted()


def test_by_count_of_sessions() -> None:
    ids = store(*[10] * 8)
    assert prune(Keep(0, 3, 0, 0)) == (0, 5)
    assert here() == ids
    assert Session.objects.count() == 3
    assert Message.objects.filter(session=None).count() == 5
    assert_counted()


def test_a_session_that_runs_stays(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        running = sandbox.session(wire, ended=False)
        for _ in range(3):
            with sandbox.connect() as other:
                other.ask("QUIT")
            sandbox.session(other)
        assert prune(Keep(0, 1, 0, 0))[1] == 3
        assert Session.objects.get() == running
        # Its own row is all that is left to remove, and must not be.
        assert prune(Keep(0, 1, 0, 0)) == (0, 0)
    sandbox.session(wire)
    assert_counted()


def test_it_goes_in_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    store(*[10] * 70)
    monkeypatch.setattr(actions, "FIRST_CHUNK", 20)
    monkeypatch.setattr(actions, "HOLD", 0.0)
    sizes: list[int] = []
    remove = actions.remove_messages

    def watched(pks: list[int]) -> int:
        sizes.append(len(pks))
        return remove(pks)

    monkeypatch.setattr(actions, "remove_messages", watched)
    assert prune(Keep(1, 0, 0, 0))[0] == 69
    assert [size for size in sizes if size] == [20, 20, 20, 9]
    assert_counted()


def test_what_is_pruned_is_told() -> None:
    told: list[Event] = []
    store(1, 1, 1)
    events.connect(told.extend)
    prune(Keep(1, 1, 0, 0))
    prune(Keep(1, 1, 0, 0))
    events.connect(None)
    assert told == [{"type": "deleted", "ids": None}, {"type": "sessions-deleted"}]


def test_the_thread_prunes_and_ends(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "INTERVAL", 0.01)
    with sandbox.connect() as wire:
        for _ in range(5):
            wire.deliver(b"x\r\n")
    thread = Retention(Keep(2, 0, 0, 0))
    thread.start()
    sandbox.eventually(lambda: Message.objects.count() == 2)
    thread.stop()
    assert not thread._thread.is_alive()
    sandbox.session(wire)
    assert_counted()


def test_the_thread_outlives_a_failure(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "INTERVAL", 0.01)
    monkeypatch.setattr(retention.logger, "exception", lambda *_: None)
    monkeypatch.setattr(retention.logger, "error", lambda *_, **__: None)
    rounds: list[int] = []

    def fail(keep: Keep) -> tuple[int, int]:
        rounds.append(1)
        raise OSError("disk")

    monkeypatch.setattr(retention, "prune", fail)
    thread = Retention(ALL)
    thread.start()
    sandbox.eventually(lambda: len(rounds) > 2)
    thread.stop()


def sessions(failing: str) -> list[int]:
    """Store ended sessions, a letter each: `x` for one that failed."""
    for letter in failing:
        row = SessionRow()
        commit(saved(row, 2, ended=True, failed=letter == "x"))
    return list(Session.objects.order_by("pk").values_list("pk", flat=True))[-len(failing) :]


@pytest.mark.parametrize(
    ("before", "keep", "share", "after"),
    [
        ("x.x.x.x.", 8, 4, "x.x.x.x."),
        ("x.x.x.x.", 6, 3, "  x.x.x."),
        ("x.......", 4, 2, "x    ..."),
        ("xxxxxxxx", 4, 2, "    xxxx"),  # beyond their share they are like any other
        ("xxxx....", 4, 2, "  xx  .."),
        ("xxxx....", 4, 9, "  xx  .."),  # the share is half at the most
        ("xxxx....", 4, 0, "    ...."),
        ("........", 3, 1, "     ..."),
    ],
)
def test_failing_sessions_outlast_those_that_went_well(before: str, keep: int, share: int, after: str) -> None:
    pks = sessions(before)
    prune(Keep(0, keep, 0, 0, share))
    left = set(Session.objects.values_list("pk", flat=True))
    assert "".join(letter if pk in left else " " for pk, letter in zip(pks, before, strict=True)) == after
    assert_counted()


def test_a_chunk_lets_go_of_no_more_lines_than_it_may(monkeypatch: pytest.MonkeyPatch) -> None:
    sessions("." * 30)
    Session.objects.update(lines=1000)
    sizes: list[int] = []
    remove = actions.remove_sessions

    def watched(pks: list[int]) -> int:
        sizes.append(len(pks))
        return remove(pks)

    monkeypatch.setattr(actions, "remove_sessions", watched)
    assert prune(Keep(0, 10, 0, 0)) == (0, 20)
    assert sizes == [5, 5, 5, 5]
    Session.objects.update(started_at=timezone.now() - timedelta(days=9))
    assert prune(Keep(0, 0, 3, 0)) == (0, 10)
    assert sizes[4:] == [5, 5, 0]
    assert_counted()
