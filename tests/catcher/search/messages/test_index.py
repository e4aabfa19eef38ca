"""The index knows the messages that there are, as they are, also behind a restart and however they are deleted."""

from __future__ import annotations

import pytest
from django.db import connection
from pytest_django import DjangoAssertNumQueries

from catcher import actions
from catcher.digest import digest_some
from catcher.models import Message, MessageText
from catcher.search.messages import count, index, matching, parse
from tests.catcher.search.messages.mail import store

pytestmark = pytest.mark.django_db
MAIL = "From: Shop <shop@acme.example>\nTo: jane@example.com\nSubject: {}\n\nYour code is 482913.\nqzx\n"


def found(text: str) -> list[str]:
    return [message.subject for message in matching(parse(text)).order_by("-pk")[:50]]


def stored(*subjects: str) -> None:
    for subject in subjects:
        store(MAIL.format(subject))
    while digest_some(5):
        pass


def test_mail_is_found_once_it_is_digested() -> None:
    store(MAIL.format("first"))
    assert found("482913") == []
    digest_some(5)
    assert found("482913") == ["first"]
    assert found("has:code") == ["first"]
    assert found("zx") == ["first"]


def test_what_is_digested_anew_is_there_once() -> None:
    stored("first", "second")
    Message.objects.update(digested=False)
    digest_some(5)
    assert found("482913") == ["second", "first"]
    assert _integrity()


def test_what_has_changed_is_found_by_what_it_is_now() -> None:
    stored("before", "other")
    Message.objects.filter(subject="before").update(subject="behind", digested=False)
    digest_some(5)
    assert found("subject:before") == []
    assert found("subject:behind") == ["behind"]
    assert _integrity()


def test_what_is_deleted_is_gone_from_the_index() -> None:
    stored("first", "second", "third")
    second = Message.objects.get(subject="second")
    actions.delete_messages([second.public_id])
    assert found("482913") == ["third", "first"]
    assert index.keys('subject : "second"', None, None, 9) == []
    actions.delete_messages(None)
    assert not MessageText.objects.exists()
    assert index.keys('body : "482913"', None, None, 9) == []
    assert _integrity()


def test_what_lies_in_the_bin_is_not_found() -> None:
    stored("first", "second")
    Message.objects.filter(subject="second").update(binned_at="2026-11-25T00:00Z")
    assert found("482913") == ["first"]
    assert str(count(parse("482913"))) == "1"


def test_a_page_asks_the_index_for_no_more_than_it_shows(django_assert_max_num_queries: DjangoAssertNumQueries) -> None:
    stored(*(f"number {number}" for number in range(40)))
    rows = matching(parse("number"))
    with django_assert_max_num_queries(2) as asked:
        assert len(rows.order_by("-pk")[:10]) == 10
    assert "LIMIT 10" in asked[0]["sql"]
    middle = Message.objects.get(subject="number 20").pk
    assert [row.subject for row in rows.filter(pk__lt=middle).order_by("-pk")[:2]] == ["number 19", "number 18"]
    assert [row.subject for row in rows.filter(pk__gt=middle).order_by("pk")[:2]] == ["number 21", "number 22"]
    assert [row.subject for row in rows.filter(read=False).order_by("-pk")[1:3]] == ["number 38", "number 37"]
    assert str(count(parse("number"), 30)) == "30+"


def _integrity() -> bool:
    """Return whether FTS5 has no complaint; it raises where it has."""
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {index.FTS} ({index.FTS}) VALUES ('integrity-check')")
    return True
