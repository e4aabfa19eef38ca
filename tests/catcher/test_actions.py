"""Every write but the arrival of mail: what it changes, counts and tells."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest

from catcher import actions, bulk, events, writer
from catcher.dialog.outcome import Outcome
from catcher.events import Event
from catcher.models import Body, Counter, Message, Recipient, Session, TapeChunk
from tests.catcher.sandbox import Sandbox, assert_counted, id_of

Seed = Callable[..., list[str]]


@pytest.fixture
def told(database: object) -> Iterator[list[Event]]:
    heard: list[Event] = []
    events.connect(heard.extend)
    yield heard
    events.connect(None)


@pytest.fixture
def seed(told: list[Event]) -> Seed:
    """Store that many messages, each in a session of its own; return their ids."""

    def store(count: int) -> list[str]:
        from catcher.ingest import RecipientRow, SessionRow, StoreMessage
        from tests.catcher.test_ingest import commit, saved

        ids = []
        for number in range(count):
            row = SessionRow()
            to = [RecipientRow("b@test", "", True, "250"), RecipientRow("c@test", "", False, "550")]
            message = StoreMessage(row, saved(row, 2), 1, "a@test", "", to, b"x" * number)
            commit(message, saved(row, 4, ended=True, failed=number % 3 == 0))
            ids.append(message.public_id)
        return ids

    return store


def test_nothing_is_told_where_nothing_changed(seed: Seed, told: list[Event]) -> None:
    seed(2)
    assert actions.delete_messages([]) == actions.delete_messages(["nobody"]) == 0
    assert actions.delete_sessions([]) == actions.delete_sessions(["nobody"]) == 0
    assert told == []


def test_deleting_takes_everything_that_hangs_on_a_message(seed: Seed, told: list[Event]) -> None:
    ids = seed(5)
    bulk.set_read(ids[:1], True)
    assert actions.delete_messages([*ids[:2], "nobody"]) == 2
    assert list(Message.objects.order_by("id").values_list("public_id", flat=True)) == ids[2:]
    assert (Body.objects.count(), Recipient.objects.count(), Session.objects.count()) == (3, 6, 5)
    assert told[-1] == {"type": "deleted", "ids": [*ids[:2], "nobody"]}
    assert_counted()
    assert actions.delete_messages(None) == 3
    assert (Body.objects.count(), Recipient.objects.count(), Message.objects.count()) == (0, 0, 0)
    assert told[-1] == {"type": "deleted", "ids": None}
    assert_counted()


def test_deleting_a_session_leaves_its_messages(seed: Seed, told: list[Event]) -> None:
    ids = seed(4)
    sessions = list(Session.objects.order_by("id").values_list("public_id", flat=True))
    assert actions.delete_sessions(sessions[:1]) == 1
    assert Message.objects.count() == 4
    assert Message.objects.get(public_id=ids[0]).session is None
    assert TapeChunk.objects.count() == 3
    assert told[-1] == {"type": "sessions-deleted"}
    assert_counted()
    assert actions.delete_sessions(None) == 3
    assert (Session.objects.count(), TapeChunk.objects.count(), Message.objects.count()) == (0, 0, 4)
    assert_counted()


def test_a_session_that_runs_is_not_deleted(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        public_id = sandbox.session(wire, ended=False).public_id
        assert actions.delete_sessions([public_id]) == actions.delete_sessions(None) == 0
        id_of(wire.deliver(b"x\r\n"))
    session = sandbox.session(wire)
    assert (session.public_id, session.outcome) == (public_id, Outcome.DELIVERED)
    assert_counted()


def test_many_rows_go_in_many_transactions(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> None:
    seed(95)
    monkeypatch.setattr(actions, "FIRST_CHUNK", 20)
    monkeypatch.setattr(actions, "HOLD", 0.0)  # the fewest rows a chunk may have
    sizes = []
    remove = actions.remove_messages

    def watched(pks: list[int]) -> int:
        sizes.append(len(pks))
        return remove(pks)

    monkeypatch.setattr(actions, "remove_messages", watched)
    assert actions.delete_messages(None) == 95
    assert [size for size in sizes if size] == [20, 20, 20, 20, 15]
    assert_counted()


def test_mail_that_arrives_while_all_is_deleted_survives(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "FIRST_CHUNK", 20)
    monkeypatch.setattr(actions, "HOLD", 0.0)
    with sandbox.connect() as wire:
        wire.hello()
        for _ in range(50):
            wire.deliver(b"old\r\n", hello=False)
        run = writer.run
        new: list[str] = []

        def between(step: Callable[[], tuple[int, float]]) -> tuple[int, float]:
            done: tuple[int, float] = run(step)
            if len(new) < 3:
                new.append(id_of(wire.deliver(b"new\r\n", hello=False)))
            return done

        monkeypatch.setattr(writer, "run", between)
        assert actions.delete_messages(None) == 50
    assert list(Message.objects.order_by("id").values_list("public_id", flat=True)) == new
    sandbox.session(wire)
    assert_counted()


def test_a_deletion_that_fails_changes_nothing(seed: Seed, monkeypatch: pytest.MonkeyPatch) -> None:
    ids = seed(3)
    before = datetime.now(UTC)

    def fail(**changes: int) -> None:
        raise OSError("disk")

    with monkeypatch.context() as patch:
        patch.setattr(Counter, "add", fail)
        with pytest.raises(OSError, match="disk"):
            actions.delete_messages(ids)
        with pytest.raises(OSError, match="disk"):
            actions.delete_sessions(None)
    assert (Message.objects.count(), Body.objects.count(), Session.objects.count()) == (3, 3, 3)
    assert Message.objects.filter(received_at__lte=before).count() == 3
    assert_counted()
