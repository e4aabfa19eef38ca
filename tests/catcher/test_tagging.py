"""Tags: who gives them, how they are spelt, and what becomes of them."""

from __future__ import annotations

from typing import Any

import pytest

from catcher import actions, bulk, tagging
from catcher.models import COLOURS, Message, Tag, TagRule, clean_name
from catcher.tagging import Refused
from tests.catcher.sandbox import assert_counted
from tests.catcher.stored import mail, store

pytestmark = pytest.mark.usefixtures("database")


def tags(*rows: Message) -> list[list[str]]:
    found = Tag.of(rows)
    return [[tag.name for tag in found[row.pk]] for row in rows]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("QA", "QA"),
        ("  two   words ", "two words"),
        ("v1.2_x@y-z", "v1.2_x@y-z"),
        ("a<b>&c", "a b c"),
        ("grün", "gr n"),
        ("<>", ""),
        ("x" * 300, "x" * 100),
        ("x" * 99 + " y", "x" * 99),
    ],
)
def test_names_are_cleaned_as_mailpit_does(text: str, name: str) -> None:
    assert clean_name(text) == name


def test_a_sender_gives_tags_by_header_and_by_plus() -> None:
    rows = store(mail(X_Tags="one, Two, one,, <>", Cc="x+cc@test"), to=["jane+plus+TWO@example.com"])
    assert tags(*rows) == [["cc", "one", "plus", "Two"]]
    assert_counted()


@pytest.mark.parametrize(("sources", "given"), [(["x-tags"], ["h"]), (["plus"], ["p"]), ([], [])])
def test_each_source_can_be_switched_off(sources: list[str], given: list[str], settings: Any) -> None:
    settings.SANDPOST = settings.SANDPOST | {"tags_from": sources}
    assert tags(*store(mail(X_Tags="h"), to=["jane+p@example.com"])) == [given]


def test_a_recipient_that_was_refused_gives_no_tag() -> None:
    from catcher.digest import digest_some
    from catcher.ingest import RecipientRow, StoreMessage
    from tests.catcher.test_ingest import commit

    commit(StoreMessage(None, None, 0, "", "", [RecipientRow("a+x@t", "", False, "550")], b"\r\n"))
    digest_some(1)
    assert not Tag.objects.exists()


def test_the_first_spelling_wins() -> None:
    first, second = store(mail(X_Tags="Nightly"), mail(X_Tags="NIGHTLY"))
    bulk.add_tag([first.public_id], "nightly")
    assert tags(first, second) == [["Nightly"], ["Nightly"]]
    assert Tag.objects.get().total == 2


def test_a_tag_that_nothing_has_goes_unless_somebody_chose_its_colour() -> None:
    rows = store(mail(X_Tags="gone, kept, ruled"))
    tagging.recolour(Tag.objects.get(name="kept"), "pink")
    tagging.add_rule("nothing", "ruled")
    actions.delete_messages([rows[0].public_id])
    assert {tag.name for tag in Tag.objects.all()} == {"kept", "ruled"}
    assert Tag.used() == []


def test_colours_come_from_the_name_until_one_is_chosen() -> None:
    store(mail(X_Tags=",".join(f"t{number}" for number in range(60))))
    assert {tag.colour for tag in Tag.objects.all()} == set(COLOURS)
    tag = Tag.objects.get(name="t1")
    by_name = tag.colour
    tagging.recolour(tag, "grey" if by_name != "grey" else "red")
    assert Tag.objects.get(pk=tag.pk).colour != by_name
    tagging.recolour(tag, "")
    assert Tag.objects.get(pk=tag.pk).colour == by_name
    with pytest.raises(Refused):
        tagging.recolour(tag, "#fff")


def test_renaming_keeps_messages_rules_and_the_way_back() -> None:
    rows = store(mail("Bill"), mail("Bill"))
    done = bulk.add_tag([rows[0].public_id], "bill")
    bulk.add_tag([rows[1].public_id], "Other")
    tag = Tag.objects.get(key="bill")
    rule = tagging.add_rule("bill", "bill")
    with pytest.raises(Refused, match="already"):
        tagging.rename(tag, "other")
    with pytest.raises(Refused, match="letters"):
        tagging.rename(tag, "%")
    tagging.rename(tag, "BILL")
    tagging.rename(tag, "Invoice")
    assert tags(*rows) == [["Invoice"], ["Other"]]
    assert TagRule.objects.select_related("tag").get(pk=rule.pk).tag.name == "Invoice"
    assert bulk.undo(done.undo) == 1
    assert tags(*rows) == [[], ["Other"]]


def test_deleting_a_tag_leaves_the_messages() -> None:
    rows = store(*[mail(X_Tags="a, b")] * 3)
    tag = Tag.objects.get(name="a")
    tagging.add_rule("x", "a")
    assert tagging.delete(tag) == 3
    assert tags(*rows) == [["b"]] * 3
    assert not TagRule.objects.exists()
    assert_counted()


def test_rules_tag_new_mail_by_all_that_the_digest_finds() -> None:
    old = store(mail("Order 1"))
    rule = tagging.add_rule(" order  ", "Orders!")
    tagging.add_rule("parcel", "shipping")
    new = store(mail("Order 2", "Your parcel is on its way."), mail("Bill"), mail(X_Tags="orders", subject="Order 3"))
    assert tags(*old, *new) == [[], ["Orders", "shipping"], [], ["Orders"]]
    done = tagging.apply_rule(rule)
    assert (done.count, tags(*old)) == (1, [["Orders"]])
    bulk.undo(done.undo)
    tagging.delete_rule(rule)
    assert tags(*old, *store(mail("Order 4"))) == [[], []]
    assert_counted()


def test_what_people_took_away_does_not_come_back_with_a_new_digest() -> None:
    rows = store(mail(X_Tags="a, b"))
    bulk.remove_tag(None, "a")
    Message.objects.update(digested=False)
    store()
    assert tags(*rows) == [["b"]]


@pytest.mark.parametrize(("query", "name"), [("", "x"), ("order", "%"), ("x" * 2000, "x")])
def test_a_rule_that_makes_no_sense_is_refused(query: str, name: str) -> None:
    with pytest.raises(Refused):
        tagging.add_rule(query, name)
    assert not Tag.objects.exists()


def test_mail_cannot_fill_the_page_with_tags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tagging, "MOST_TAGS", 3)
    rows = store(mail(X_Tags="a, b"), mail(X_Tags="c, d, a"))
    assert tags(*rows) == [["a", "b"], ["a", "c"]]


def test_the_newest_of_a_tag_are_found_by_its_index() -> None:
    store(mail(X_Tags="a"))
    plan = Message.objects.tagged("a").order_by("-pk")[:50].explain()
    assert "COVERING INDEX sqlite_autoindex_catcher_tagging" in plan
    assert "TEMP B-TREE" not in plan
