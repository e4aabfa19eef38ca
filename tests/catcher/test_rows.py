"""Many rows in a statement say the same as the ORM's object a row."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from catcher import rows
from catcher.ids import public_id
from catcher.models import Message, Recipient, Session, TapeChunk
from catcher.rows import Insert

pytestmark = pytest.mark.usefixtures("database")

MESSAGES = Insert(
    Message, "public_id", "received_at", "size", "subject", "addresses", "defects", "session", "read", "transaction",
    "mail_from", "mail_parameters", "recipient", "recipients_count", "message_id", "username", "snippet", "attachments",
    "starred", "digested",
)  # fmt: skip
TAPE = Insert(
    TapeChunk, "session", "first_seq", "last_seq", "data",
    conflict=["session_id", "first_seq"], update=["last_seq", "data"], where_greater="last_seq",
)  # fmt: skip


def message(**values: object) -> tuple[object, ...]:
    usual: dict[str, object] = {
        "public_id": public_id(), "received_at": datetime.now(UTC), "size": 0, "subject": "", "addresses": {},
        "defects": [], "session": None, "read": False, "transaction": 0, "mail_from": "", "mail_parameters": "",
        "recipient": "", "recipients_count": 0, "message_id": "", "username": "", "snippet": "", "attachments": 0,
        "starred": False, "digested": False,
    }  # fmt: skip
    return tuple((usual | values).values())


def test_a_row_comes_back_as_the_orm_would_have_stored_it() -> None:
    when = datetime(2024, 2, 29, 23, 59, 59, 123456, tzinfo=UTC)
    whole = when.replace(microsecond=0)
    addresses = {"From": [["Zoë", 'z"\\@test']], "To": []}
    with connection.cursor() as cursor:
        (first, second) = MESSAGES.returning(
            cursor,
            [
                message(received_at=when, size=1 << 40, subject="a 'b\" %s \U0001f600", addresses=addresses, read=True),
                message(received_at=whole, defects=[{"code": "x", "text": "ü"}]),
            ],
        )
    one, two = Message.objects.get(pk=first), Message.objects.get(pk=second)
    assert (one.received_at, one.size, one.subject, one.addresses) == (
        when, 1 << 40, "a 'b\" %s \U0001f600", addresses,
    )  # fmt: skip
    assert (one.read, two.read, two.received_at) == (True, False, whole)
    assert two.defects == [{"code": "x", "text": "ü"}]
    assert list(Message.objects.filter(received_at__lt=when)) == [two]
    assert list(Message.objects.filter(received_at__gte=whole, addresses__From__isnull=False)) == [one]


def test_ids_come_back_in_the_order_of_the_rows() -> None:
    with connection.cursor() as cursor:
        ids = MESSAGES.returning(cursor, [message(size=number) for number in range(2500)])
        assert MESSAGES.returning(cursor, []) == []
        more = MESSAGES.returning(cursor, [message(size=7)])
    sizes = dict(Message.objects.values_list("pk", "size"))
    assert [sizes[pk] for pk in ids] == list(range(2500))
    assert Message.objects.get(pk=more[0]).size == 7


def test_more_rows_than_fit_a_statement(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rows, "_MOST_PARAMETERS", 60)
    with connection.cursor() as cursor:
        ids = MESSAGES.returning(cursor, [message(size=number) for number in range(10)])
        Insert(Recipient, "message", "address", "parameters", "accepted", "reply").run(
            cursor, [(ids[number % 10], f"{number}@test", "", True, "") for number in range(37)]
        )
    assert [Message.objects.get(pk=pk).size for pk in ids] == list(range(10))
    assert Recipient.objects.count() == 37


def test_ids_after_a_gap_are_right() -> None:
    with connection.cursor() as cursor:
        ids = MESSAGES.returning(cursor, [message() for _ in range(5)])
    Message.objects.filter(pk__in=ids[2:]).delete()
    with connection.cursor() as cursor:
        later = MESSAGES.returning(cursor, [message(size=1), message(size=2)])
    assert [Message.objects.get(pk=pk).size for pk in later] == [1, 2]
    assert min(later) > max(ids)


def test_a_conflict_overwrites_only_with_more() -> None:
    session = Session.objects.create(
        public_id=public_id(), started_at=datetime.now(UTC), ended_at=None, listener="x", peer_host="y",
        duration_us=int(timedelta(seconds=1).total_seconds()),
    )  # fmt: skip
    with connection.cursor() as cursor:
        TAPE.run(cursor, [(session.pk, 1, 5, b"five"), (session.pk, 6, 7, b"seven")])
        TAPE.run(cursor, [(session.pk, 1, 3, b"three"), (session.pk, 6, 9, b"nine"), (session.pk, 10, 10, b"ten")])
    chunks = TapeChunk.objects.order_by("first_seq").values_list("first_seq", "last_seq", "data")
    assert [(first, last, bytes(data)) for first, last, data in chunks] == [
        (1, 5, b"five"), (6, 9, b"nine"), (10, 10, b"ten"),
    ]  # fmt: skip
