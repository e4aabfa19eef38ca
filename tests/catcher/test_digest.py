"""The work behind the acknowledgement is done for every message, also after a restart."""

from __future__ import annotations

import logging

import pytest

from catcher import digest, events, worker, writer
from catcher.digest import Digester, digest_some
from catcher.ingest import StoreMessage
from catcher.mime.digest import Digest
from catcher.mime.digest import digest as read
from catcher.models import Message
from tests.catcher.sandbox import Sandbox, assert_counted, id_of
from tests.catcher.test_ingest import commit

pytestmark = pytest.mark.usefixtures("database")

MAIL = (
    b"From: a@test\r\nSubject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
    b"--b\r\nContent-Type: text/plain\r\n\r\nThe words of the mail\r\n"
    b"--b\r\nContent-Type: text/plain\r\nContent-Disposition: attachment; filename=a.txt\r\n\r\nfile\r\n--b--\r\n"
)


def store(*raws: bytes) -> list[str]:
    messages = [StoreMessage(None, None, 0, "", "", [], raw) for raw in raws]
    commit(*messages)
    return [message.public_id for message in messages]


def test_a_message_gets_snippet_attachments_and_defects() -> None:
    store(MAIL)
    before = Message.objects.get()
    assert (before.snippet, before.attachments, before.digested) == ("", 0, False)
    assert digest_some(10) == 1
    after = Message.objects.get()
    assert (after.snippet, after.attachments, after.digested) == ("The words of the mail", 1, True)
    assert "missing-date" in {defect["code"] for defect in after.defects}
    assert digest_some(10) == 0


def test_the_oldest_first_and_so_many_at_once() -> None:
    ids = store(*[MAIL] * 5)
    assert digest_some(2) == 2
    assert list(Message.objects.filter(digested=True).order_by("pk").values_list("public_id", flat=True)) == ids[:2]
    assert [digest_some(2), digest_some(2), digest_some(2)] == [2, 1, 0]
    assert_counted()


def test_what_was_digested_is_told() -> None:
    told: list[events.Event] = []
    ids = store(MAIL, MAIL)
    events.connect(told.extend)
    digest_some(10)
    events.connect(None)
    assert told == [{"type": "changed", "ids": ids}]


def test_what_a_killed_process_left_is_digested_after_the_restart(sandbox: Sandbox) -> None:
    ids = store(*[MAIL] * (worker.CHUNK * 2 + 1))
    digester = Digester(sandbox.inlet.writer)
    digester.start()
    sandbox.eventually(lambda: Message.objects.filter(digested=True).count() == len(ids))
    digester.stop()
    assert set(Message.objects.values_list("snippet", "attachments")) == {("The words of the mail", 1)}


def test_what_arrives_is_digested_soon(sandbox: Sandbox) -> None:
    digester = Digester(sandbox.inlet.writer)
    digester.start()
    with sandbox.connect() as wire:
        for _ in range(3):
            public_id = id_of(wire.deliver(MAIL))
            sandbox.eventually(lambda one=public_id: Message.objects.filter(public_id=one, digested=True).exists())  # type: ignore[misc]
    digester.stop()
    assert not digester._thread.is_alive()


def test_a_message_that_is_deleted_meanwhile_stays_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    from catcher import actions

    ids = store(MAIL, MAIL)
    run = writer.run

    def late(function: object) -> None:
        actions.delete_messages(ids[:1])
        run(function)  # type: ignore[arg-type]

    monkeypatch.setattr(digest, "run", late)
    digest_some(10)
    assert list(Message.objects.values_list("public_id", "digested")) == [(ids[1], True)]
    assert_counted()


def test_no_mail_at_all_stops_it() -> None:
    store(b"", b"\x00" * 1000, b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 5000)
    assert digest_some(10) == 3
    assert not Message.objects.filter(digested=False).exists()


def test_a_message_that_cannot_be_digested_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ids = store(b"odd", MAIL)

    def fail(content: bytes) -> Digest:
        if content == b"odd":
            raise RecursionError
        return read(content)

    monkeypatch.setattr(digest, "digest", fail)
    with caplog.at_level(logging.CRITICAL, "catcher.digest"):
        assert digest_some(10) == 2
    assert list(Message.objects.order_by("pk").values_list("public_id", "snippet", "digested")) == [
        (ids[0], "", True),
        (ids[1], "The words of the mail", True),
    ]
