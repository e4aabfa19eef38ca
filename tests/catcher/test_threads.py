"""Messages that name each other are a thread, in whatever order they come."""

from __future__ import annotations

import itertools

import pytest

from catcher import actions, bulk, threads
from catcher.models import Message, ThreadKey
from tests.catcher.stored import mail, store

pytestmark = pytest.mark.usefixtures("database")

ROOT = mail("Root", Message_ID="<root@t>")
REPLY = mail("Re: Root", Message_ID="<reply@t>", In_Reply_To="<root@t>", References="<root@t>")
AGAIN = mail("Re: Root", Message_ID="<again@t>", In_Reply_To="<reply@t>", References="<root@t> <reply@t>")
OTHER = mail("Root", Message_ID="<other@t>")


def numbers(*rows: Message) -> list[int | None]:
    return [Message.everything.get(pk=row.pk).thread for row in rows]


@pytest.mark.parametrize("order", list(itertools.permutations([ROOT, REPLY, AGAIN, OTHER])))
@pytest.mark.parametrize("at_once", [True, False])
def test_a_thread_is_found_in_any_order(order: tuple[bytes, ...], at_once: bool) -> None:
    rows = store(*order) if at_once else [store(raw)[0] for raw in order]
    first = min(row.pk for row, raw in zip(rows, order, strict=True) if raw is not OTHER)
    assert numbers(*rows) == [None if raw is OTHER else first for raw in order]


def test_the_subject_says_nothing_and_a_lone_message_is_no_thread() -> None:
    assert (
        numbers(*store(mail("x"), mail("Re: x"), mail("Re: x", Message_ID="<a@t>", References="<b@t>"))) == [None] * 3
    )


def test_replies_to_a_message_that_never_came_belong_together() -> None:
    rows = store(mail(Message_ID="<1@t>", In_Reply_To="<gone@t>"), mail(Message_ID="<2@t>", In_Reply_To="<gone@t>"))
    assert numbers(*rows) == [rows[0].pk] * 2


def test_a_message_that_comes_late_joins_two_threads() -> None:
    rows = store(
        mail(Message_ID="<a1@t>", References="<a@t>"),
        mail(Message_ID="<b1@t>", References="<b@t>"),
        mail(Message_ID="<a2@t>", References="<a@t>"),
        mail(Message_ID="<b2@t>", References="<b@t>"),
        mail(Message_ID="<both@t>", References="<a@t> <b@t>"),
        mail(Message_ID="<b3@t>", References="<b2@t>"),
    )
    assert numbers(*rows) == [rows[0].pk] * 6


def test_a_thread_that_is_too_large_stays_where_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(threads, "MOST_MOVED", 2)
    small = store(mail(Message_ID="<a@t>"))
    large = store(*[mail(Message_ID=f"<b{number}@t>", References="<b@t>") for number in range(4)])
    (joining,) = store(mail(References="<a@t> <b@t>"))
    assert set(numbers(*small, *large, joining)) == {large[0].pk}
    other = store(*[mail(Message_ID=f"<c{number}@t>", References="<c@t>") for number in range(4)])
    (between,) = store(mail(References="<b@t> <c@t>"))
    assert set(numbers(*large, between)) == {large[0].pk}
    assert set(numbers(*other)) == {other[0].pk}


def test_threads_are_counted_without_what_is_binned() -> None:
    rows = store(ROOT, REPLY, AGAIN, OTHER)
    bulk.discard([rows[1].public_id])
    found = list(Message.objects.all())
    assert threads.sizes(found) == {rows[0].pk: 2}


def test_deleting_the_last_of_a_thread_forgets_it() -> None:
    rows = store(ROOT, REPLY, OTHER)
    actions.delete_messages([rows[0].public_id, rows[2].public_id])
    assert numbers(*store(AGAIN)) == [rows[0].pk]
    actions.delete_messages(None)
    assert not ThreadKey.objects.exists()
    (root,) = store(ROOT)
    assert root.thread is None


def test_what_is_digested_anew_stays_in_its_thread() -> None:
    rows = store(ROOT, REPLY)
    Message.objects.update(digested=False)
    store()
    assert numbers(*rows) == [rows[0].pk] * 2
