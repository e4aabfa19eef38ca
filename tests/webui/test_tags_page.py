"""The page of tags and rules, without a browser."""

from __future__ import annotations

import pytest
from django.test import Client

from catcher import bulk, tagging
from catcher.models import COLOURS, Message, Tag, TagRule
from tests.webui import rows

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


@pytest.fixture
def tag() -> Tag:
    rows.message(subject="Order 1")
    rows.message(subject="Order 2")
    bulk.add_tag(None, "QA")
    return Tag.objects.get()


def test_it_lists_tags_with_their_numbers_and_all_colours(client: Client, tag: Tag) -> None:
    html = client.get("/tags/").content.decode()
    assert f'<span class="tag tag-{tag.colour}">QA</span>' in html
    assert "2 messages" in html
    assert all(f'value="{colour}"' in html for colour in COLOURS)
    assert client.get("/tags/names/").json() == {"tags": [{"name": "QA", "colour": tag.colour, "total": 2}]}
    assert "<html" not in client.get("/tags/", headers=HTMX).content.decode()


def test_without_tags_it_says_where_they_come_from(client: Client) -> None:
    assert "X-Tags" in client.get("/tags/").content.decode()


def test_a_tag_is_renamed_recoloured_and_deleted(client: Client, tag: Tag) -> None:
    response = client.post(f"/tags/{tag.pk}/", {"name": "Tested", "colour": "pink"}, headers=HTMX)
    assert '<span class="tag tag-pink">Tested</span>' in response.content.decode()
    assert "Tested is saved" in response["HX-Trigger"]
    assert client.post(f"/tags/{tag.pk}/", {"name": "tested", "colour": ""})["Location"] == "/tags/"
    assert Tag.objects.values_list("name", "chosen_colour").get() == ("tested", "")
    response = client.post(f"/tags/{tag.pk}/delete/", headers=HTMX)
    assert "taken off 2 messages" in response["HX-Trigger"]
    assert not Tag.objects.exists()
    assert client.post(f"/tags/{tag.pk}/delete/").status_code == 404


def test_what_is_refused_is_said(client: Client, tag: Tag) -> None:
    bulk.add_tag(None, "other")
    fields = {"name": "OTHER", "colour": "pink"}
    assert "There is a tag OTHER already." in client.post(f"/tags/{tag.pk}/", fields, headers=HTMX).content.decode()
    assert client.post(f"/tags/{tag.pk}/", fields).status_code == 400
    assert "no such colour" in client.post(f"/tags/{tag.pk}/", {"colour": "mauve"}, headers=HTMX).content.decode()
    assert Tag.objects.get(pk=tag.pk).name == "QA"


def test_a_rule_is_counted_made_applied_and_deleted(client: Client, tag: Tag) -> None:
    Message.objects.filter(subject="Order 2").update(starred=True)
    assert "1 message fits" in client.get("/tags/rules/count/", {"q": "is:starred"}).content.decode()
    assert client.get("/tags/rules/count/", {"q": " "}).content == b""
    assert "at most" in client.get("/tags/rules/count/", {"q": "x" * 2000}).content.decode()
    response = client.post("/tags/rules/", {"q": 'order 2 "<b>"', "tag": "two"}, headers=HTMX)
    assert "order 2 &quot;&lt;b&gt;&quot;" in response.content.decode()
    rule = TagRule.objects.get()
    tagging.delete_rule(rule)
    client.post("/tags/rules/", {"q": "is:starred", "tag": "two"})
    rule = TagRule.objects.get()
    assert "1 message tagged two" in client.post(f"/tags/rules/{rule.pk}/apply/", headers=HTMX)["HX-Trigger"]
    assert Tag.objects.get(name="two").total == 1
    assert client.post(f"/tags/rules/{rule.pk}/delete/")["Location"] == "/tags/"
    assert not TagRule.objects.exists()
    assert client.post(f"/tags/rules/{rule.pk}/apply/").status_code == 404
    assert client.post("/tags/rules/", {"q": "", "tag": "two"}).status_code == 400
