"""The list of messages: how it looks, what its rows say, threads, the way to a message far down, what is new."""

from __future__ import annotations

import json
import re
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from catcher.models import Message, SavedSearch, Tag, Tagging
from tests.webui import rows
from webui.preferences import BY_NAME, COOKIE, Preferences

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}
LIST = HTMX | {"HX-Target": "list"}


def shown(response: Any) -> list[int]:
    return [int(row) for row in re.findall(r'data-row="(\d+)"', response.content.decode())]


def prefer(client: Client, name: str, *values: str) -> None:
    assert client.post("/preferences/", {"name": name, "value": values}, headers=HTMX).status_code == 204


def row(client: Client, message: Message) -> str:
    html = client.get(f"/messages/rows/?ids={message.public_id}").content.decode()
    return re.sub(r"<svg.*?</svg>", "", html)


def test_answers_are_kept_in_the_browser_and_known_when_the_page_is_written(client: Client) -> None:
    rows.message()
    assert "list dense" not in client.get("/").content.decode()
    prefer(client, "density", "dense")
    prefer(client, "columns", "tags", "nonsense", "size")
    assert unquote(client.cookies[COOKIE].value) == "density=dense&columns=tags.size"
    html = client.get("/").content.decode()
    assert 'class="list dense"' in html
    assert re.search(r'value="dense" checked', html)
    assert set(re.search(r'data-columns="([^"]*)"', html)[1].split()) == {"tags", "size"}  # type: ignore[index]
    prefer(client, "density", "comfortable")
    prefer(client, "columns", *BY_NAME["columns"].default)
    assert client.cookies[COOKIE].value == ""


@pytest.mark.parametrize("cookie", ["", "density=huge&columns=a.b", "%ff=&&&=", "density", "x" * 5000, "columns="])
def test_a_cookie_that_makes_no_sense_is_as_good_as_none(client: Client, cookie: str) -> None:
    rows.message()
    client.cookies[COOKIE] = cookie
    html = client.get("/").content.decode()
    assert 'class="list"' in html
    assert client.post("/preferences/", {"name": "nonsense", "value": "x"}).status_code == 400


def test_who_stands_first_and_what_a_row_has_can_be_chosen(client: Client) -> None:
    message = rows.message(snippet="Begins so", attachments=1, size=4200)
    assert re.search(r'class="from">Acme Shop<.*class="to">.*jane@example.com', row(client, message))
    prefer(client, "first", "recipient")
    assert re.search(r'class="from">jane@example.com<.*class="to">.*Acme Shop', row(client, message))
    assert "data-relative" in row(client, message)
    prefer(client, "time", "clock")
    prefer(client, "columns")
    bare = row(client, message)
    assert "data-clock" in bare
    for gone in ("Acme Shop", "Begins so", "attachment", "4.2 kB"):
        assert gone not in bare


def test_the_same_mail_again_is_folded_on_the_page_and_plain_where_it_is_fetched(client: Client) -> None:
    made = [rows.message(same=same) for same in (7, 7, None, None, 7, 7, 7)]
    html = client.get("/").content.decode()
    folded = [int(pk) for pk in re.findall(r'message[^"]* under" data-row="(\d+)"', html)]
    assert folded == [made[5].pk, made[4].pk, made[0].pk]
    assert re.findall(r'class="folded"[^>]*>\+(\d+)', html) == ["2", "1"]
    fetched = client.get("/messages/?after=0").content.decode()
    assert "under" not in fetched
    assert fetched.count('data-same="7"') == 5


def test_tags_of_a_row_have_their_colours_and_stay_few(client: Client) -> None:
    message = rows.message()
    for name in ("QA", "billing", "shop"):
        Tagging.objects.create(tag=Tag.named(name), message=message)
    html = row(client, message)
    assert len(re.findall(r'class="tag tag-\w+"', html)) == 2
    assert 'title="shop">+1' in html


def test_a_thread_is_its_newest_message_with_the_number_of_all(client: Client) -> None:
    first, alone, second, third = (rows.message() for _ in range(4))
    Message.objects.filter(pk__in=[first.pk, second.pk, third.pk]).update(thread=first.pk)
    assert shown(client.get("/")) == [third.pk, second.pk, alone.pk, first.pk]
    prefer(client, "threads", "on")
    page = client.get("/")
    assert shown(page) == [third.pk, alone.pk]
    assert re.search(r'class="kin"[^>]*>3<', page.content.decode())
    assert shown(client.get(f"/messages/?before={third.pk}")) == [alone.pk]
    Message.objects.filter(pk=third.pk).delete()
    assert shown(client.get("/")) == [second.pk, alone.pk]
    # A search finds messages, wherever they stand.
    assert shown(client.get("/?q=is:unread")) == [second.pk, alone.pk, first.pk]


def test_what_is_done_to_a_thread_is_done_to_what_was_there_of_it(client: Client) -> None:
    first, second = rows.message(), rows.message()
    late = rows.message()
    Message.objects.update(thread=first.pk)
    form = {"action": "delete", "ids": second.public_id, "threads": "1"}
    assert client.post("/messages/change/", form, headers=HTMX).json()["count"] == 2
    assert shown(client.get("/")) == [late.pk]


def test_the_thread_lies_beside_its_message(client: Client) -> None:
    first, second, alone = (rows.message() for _ in range(3))
    assert client.get(f"/messages/{alone.public_id}/thread/").status_code == 204
    Message.objects.filter(pk__in=[first.pk, second.pk]).update(thread=first.pk)
    assert f"/messages/{first.public_id}/thread/" in client.get(f"/messages/{first.public_id}/").content.decode()
    html = client.get(f"/messages/{first.public_id}/thread/", headers=HTMX).content.decode()
    assert "2 messages in this thread" in html
    assert f'href="/messages/{second.public_id}/"' in html
    assert f'href="/messages/{first.public_id}/"' not in html


def test_a_page_opened_at_a_message_far_down_shows_what_lies_around_it(client: Client) -> None:
    made = [rows.message() for _ in range(120)]
    here = made[30]
    page = client.get(f"/messages/{here.public_id}/")
    assert shown(page) == [each.pk for each in made[1:51][::-1]]
    html = page.content.decode()
    assert "data-newer" in html
    assert f'data-cursor="{made[-1].pk}"' in html
    assert shown(client.get(f"/?around={here.public_id}", headers=LIST)) == shown(page)
    near = client.get(f"/messages/{made[100].public_id}/")
    assert shown(near)[0] == made[-1].pk
    assert "data-newer" not in near.content.decode()


def test_what_is_new_is_told_without_being_shown(client: Client) -> None:
    seen = rows.message()
    new = [rows.message(subject=f"<b>\u202e{number}") for number in range(5)]
    told = client.get(f"/messages/new/?after={seen.pk}").json()
    assert (told["new"], told["newest"], len(told["messages"])) == (5, new[-1].pk, 3)
    assert told["messages"][0] == {
        "id": new[-1].public_id, "subject": "<b>\\u202e4", "from": "Acme Shop", "to": "jane@example.com",
    }  # fmt: skip
    assert client.get("/messages/new/?after=0&q=subject:nowhere").json()["new"] == 0


def test_the_rail_has_tags_and_saved_searches_with_their_numbers(client: Client) -> None:
    Tagging.objects.create(tag=Tag.named("release 4.2"), message=rows.message(subject="Order one"))
    Tag.objects.update(total=1)
    SavedSearch.objects.create(public_id="a" * 22, name="Orders <now>", query="is:unread")
    html = client.get("/").content.decode()
    assert "Orders &lt;now&gt;" in html
    assert "/?q=tag%3A%22release+4.2%22" in html
    counted = client.get("/places/?q=is:unread").content.decode()
    assert re.search(r'\?q=is%3Aunread" aria-current="page"[^\n]*<b>1</b>', counted)


def test_a_search_keeps_to_links_rows_and_numbers(client: Client) -> None:
    found, other = rows.message(starred=True), rows.message()
    page = client.get("/?q=is:starred")
    assert shown(page) == [found.pk]
    assert f"/messages/{found.public_id}/?q=is%3Astarred" in page.content.decode()
    assert f'data-cursor="{other.pk}"' in page.content.decode()
    assert "<b data-matching>1</b> message matches" in page.content.decode()
    assert shown(client.get("/messages/?after=0&q=is:starred")) == [found.pk]
    assert shown(client.get(f"/messages/rows/?q=is:starred&ids={other.public_id}")) == []
    stays = f"/messages/rows/?q=is:starred&ids={other.public_id}&open={other.public_id}"
    assert shown(client.get(stays)) == [other.pk]


def test_delete_all_can_be_taken_back(client: Client) -> None:
    rows.message(), rows.message()
    told = json.loads(client.post("/messages/delete-all/", headers=HTMX)["HX-Trigger"])["sandpost:done"]
    assert told["text"] == "2 messages deleted"
    assert shown(client.get("/")) == []
    assert client.post(f"/messages/undo/{told['undo']}/", headers=HTMX).json()["count"] == 2
    assert len(shown(client.get("/"))) == 2


def test_each_preference_has_a_default_among_its_choices() -> None:
    for name, preference in BY_NAME.items():
        assert preference.checked(preference.default) == preference.default, name
    assert Preferences({name: each.default for name, each in BY_NAME.items()}).sender_first
