"""Retention and deletion: what goes, what stays, and counters that stay true."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from django.utils import timezone

from catcher import actions, events, writer
from catcher.digest import digest_some
from catcher.models import Body, Counter, Message, Recipient, Session, TapeChunk
from catcher.retention import Keep, prune

if TYPE_CHECKING:
    from tests.catcher.sandbox import Sandbox

EVERYTHING = Keep(messages=0, sessions=0, days=0, size=0)


def fill(sandbox: Sandbox, count: int) -> None:
    with sandbox.client() as client:
        for number in range(count):
            client.sendmail("a@b.test", ["c@d.test", "e@f.test"], f"Subject: {number}\r\n\r\nx\r\n".encode())
    with sandbox.client() as client:
        client.ehlo()
        client.docmd("MAIL", "FROM:<a@b.test>")
        client.docmd("RCPT", "TO:<>")
    sandbox.eventually(lambda: Session.objects.exclude(ended_at=None).count() == 2)


def assert_counters_are_true() -> None:
    counts = Counter.all()
    assert counts == {
        Counter.MESSAGES: Message.objects.count(),
        Counter.UNREAD: Message.objects.filter(read=False).count(),
        Counter.BYTES: sum(Message.objects.values_list("size", flat=True)),
        Counter.SESSIONS: Session.objects.count(),
        Counter.FAILED: Session.objects.filter(failed=True).count(),
    }
    assert Body.objects.count() == Message.objects.count()
    assert Recipient.objects.count() == 2 * Message.objects.count()


def subjects() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("subject", flat=True))


def test_keeping_everything_removes_nothing(sandbox: Sandbox) -> None:
    fill(sandbox, 3)
    assert prune(EVERYTHING) == (0, 0)
    assert_counters_are_true()


def test_the_newest_messages_stay(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(actions, "FIRST_CHUNK", 2)
    fill(sandbox, 9)
    assert prune(Keep(messages=4, sessions=0, days=0, size=0)) == (5, 0)
    assert subjects() == ["5", "6", "7", "8"]
    assert_counters_are_true()
    assert events.Deleted(type="deleted", ids=None) in sandbox.told


def test_what_is_too_old_goes(sandbox: Sandbox) -> None:
    fill(sandbox, 4)
    old = timezone.now() - dt.timedelta(days=8)
    Message.objects.filter(subject__in=["0", "1"]).update(received_at=old)
    first = Session.objects.order_by("pk").first()
    assert first is not None
    Session.objects.filter(pk=first.pk).update(started_at=old)
    assert prune(Keep(messages=0, sessions=0, days=7, size=0)) == (2, 1)
    assert subjects() == ["2", "3"]
    assert not TapeChunk.objects.filter(session_id=first.pk).exists()
    assert set(Message.objects.values_list("session", flat=True)) == {None}
    assert_counters_are_true()


def test_the_total_size_is_kept_below_the_limit(sandbox: Sandbox) -> None:
    fill(sandbox, 6)
    one = Message.objects.values_list("size", flat=True)[0]
    assert prune(Keep(messages=0, sessions=0, days=0, size=2 * one + 1)) == (4, 0)
    assert subjects() == ["4", "5"]
    assert_counters_are_true()


def test_open_sessions_are_never_pruned(sandbox: Sandbox) -> None:
    fill(sandbox, 1)
    wire = sandbox.connect()
    wire.ask("EHLO open.test")
    sandbox.session(wire, ended=False)
    assert prune(Keep(messages=0, sessions=1, days=0, size=0)) == (0, 2)
    assert Session.objects.get().is_live
    wire.close()


def test_a_large_message_is_deleted_alone() -> None:
    rows = [(1, actions.FREED_AT_ONCE), (2, 10), (3, actions.FREED_AT_ONCE * 2)]

    class Rows:
        def __init__(self, found: list[tuple[int, int]]) -> None:
            self.found = found

        def values_list(self, *_: str) -> list[tuple[int, int]]:
            return self.found

    assert actions.bounded(Rows(rows), 10) == [1]  # type: ignore[arg-type]
    assert actions.bounded(Rows(rows[1:]), 10) == [2]  # type: ignore[arg-type]
    assert actions.bounded(Rows(rows[2:]), 10) == [3]  # type: ignore[arg-type]


def test_reading_and_deleting_change_the_named_ones_only(sandbox: Sandbox) -> None:
    fill(sandbox, 4)
    ids = list(Message.objects.order_by("pk").values_list("public_id", flat=True))
    assert actions.set_read(ids[:2], True) == 2
    assert actions.set_read(ids[:3], True) == 1
    assert actions.set_read([*ids, "unknown"], False) == 3
    assert_counters_are_true()
    assert actions.set_read(None, True) == 4
    assert Counter.all()[Counter.UNREAD] == 0
    assert actions.delete_messages([ids[1], "unknown"]) == 1
    assert subjects() == ["0", "2", "3"]
    assert_counters_are_true()
    assert actions.delete_messages(None) == 3
    assert actions.delete_messages(None) == 0
    assert_counters_are_true()
    assert actions.delete_sessions(None) == 2
    assert_counters_are_true()


def test_mail_that_arrives_during_delete_all_survives(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    fill(sandbox, 5)
    monkeypatch.setattr(actions, "FIRST_CHUNK", 2)
    run = writer.run
    chunks: list[object] = []

    def run_and_receive(step: Callable[[], object]) -> object:
        chunks.append(run(step))
        if len(chunks) == 1:
            client.sendmail("a@b.test", ["c@d.test", "e@f.test"], b"Subject: in between\r\n\r\n")
        return chunks[-1]

    monkeypatch.setattr(writer, "run", run_and_receive)
    with sandbox.client() as client:
        assert actions.delete_messages(None) == 5
    assert len(chunks) > 2
    assert subjects() == ["in between"]
    assert_counters_are_true()


def test_digesting_goes_on_where_it_was_interrupted(sandbox: Sandbox) -> None:
    fill(sandbox, 3)
    assert Message.objects.filter(digested=False).count() == 3
    assert digest_some(2) == 2
    assert digest_some(2) == 1
    assert digest_some(2) == 0
    assert set(Message.objects.values_list("snippet", flat=True)) == {"x"}
    assert {defect["code"] for message in Message.objects.all() for defect in message.defects} >= {"missing-date"}


def test_what_smtputf8_announced_is_no_defect(sandbox: Sandbox) -> None:
    raw = "From: Zoë <zoë@b.test>\r\nDate: Mon, 23 Nov 2026 12:00:00 +0000\r\nSubject: Grüße\r\n\r\nx\r\n".encode()
    with sandbox.client() as client:
        client.sendmail("zoë@b.test", ["c@d.test"], raw, mail_options=["SMTPUTF8"])
        client.sendmail("a@b.test", ["c@d.test"], raw)
    for _ in range(2):  # as it arrived, then as it was digested
        announced, other = [
            {defect["code"] for defect in message.defects} for message in Message.objects.order_by("pk")
        ]
        assert (announced, other) == (set(), {"eight-bit-header"})
        digest_some(10)
    assert not Message.objects.filter(digested=False).exists()
