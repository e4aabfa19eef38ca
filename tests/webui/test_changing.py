"""Bulk actions as the pages ask for them, with the way back; and what a form that says nothing clear gets."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from catcher.models import Message, Tag
from tests.webui import rows

pytestmark = pytest.mark.django_db

HTMX = {"HX-Request": "true"}


def post(client: Client, path: str, status: int = 200, **fields: Any) -> dict[str, Any]:
    response = client.post(path, fields, headers=HTMX)
    assert response.status_code == status
    answer: dict[str, Any] = response.json()
    if status == 200:
        assert json.loads(response["HX-Trigger"]) == {"sandpost:done": answer}
    assert response["HX-Reswap"] == "none"
    return answer


@pytest.mark.parametrize(
    ("fields", "column", "text"),
    [
        ({"action": "read"}, {"read": True}, "2 messages marked read"),
        ({"action": "star"}, {"starred": True}, "2 messages starred"),
        ({"action": "tag", "tag": "QA!"}, {"tags__name": "QA"}, "2 messages tagged QA"),
        ({"action": "delete"}, {"binned_at__isnull": False}, "2 messages deleted"),
    ],
)
def test_an_action_on_some_messages_and_back(
    client: Client, fields: dict[str, Any], column: dict[str, Any], text: str
) -> None:
    made = [rows.message() for _ in range(3)]
    answer = post(client, "/messages/change/", ids=",".join(one.public_id for one in made[:2]), **fields)
    assert answer["count"] == 2
    assert answer["text"] == text
    assert set(Message.everything.filter(**column)) == set(made[:2])
    undone = post(client, f"/messages/undo/{answer['undo']}/")
    assert (undone["count"], undone["text"]) == (2, "Undone for 2 messages")
    assert not Message.everything.filter(**column).exists()
    assert "undone" in post(client, f"/messages/undo/{answer['undo']}/", 410)["error"]


def test_an_action_on_what_a_search_finds_and_on_all(client: Client) -> None:
    first, second, _ = rows.message(), rows.message(), rows.message(read=True)
    assert post(client, "/messages/change/", action="star", q="is:unread", newest=first.pk)["count"] == 1
    assert post(client, "/messages/change/", action="star", q="is:unread")["count"] == 1
    assert post(client, "/messages/change/", action="unstar", ids=[first.public_id, second.public_id])["count"] == 2
    assert post(client, "/messages/change/", action="read", all="1")["count"] == 2
    answer = post(client, "/messages/change/", action="read", all="1")
    assert (answer["count"], answer["text"], answer["undo"]) == (0, "Nothing to change", "")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"action": "delete"},
        {"action": "delete", "q": " "},
        {"action": "delete", "all": "0"},
        {"action": "burn", "all": "1"},
        {"action": "tag", "all": "1"},
        {"action": "tag", "tag": "%", "all": "1"},
        {"action": "delete", "ids": "x"},
        {"action": "delete", "ids": ",".join(["0" * 22] * 1001)},
    ],
)
def test_what_is_not_clear_changes_nothing(client: Client, fields: dict[str, Any]) -> None:
    rows.message()
    assert post(client, "/messages/change/", 400, **fields)["error"]
    assert client.post("/messages/change/", fields).status_code == 400
    assert Message.objects.count() == 1
    assert not Tag.objects.exists()


def test_a_star_on_one_message(client: Client) -> None:
    made = rows.message()
    post(client, f"/messages/{made.public_id}/star/")
    assert Message.objects.get().starred
    assert client.post(f"/messages/{made.public_id}/unstar/")["Location"] == "/"
    assert not Message.objects.get().starred


def test_what_is_deleted_is_nowhere_on_the_pages(client: Client) -> None:
    made = rows.message(subject="Gone")
    response = client.post(f"/messages/{made.public_id}/delete/", headers=HTMX)
    undo = json.loads(response["HX-Trigger"])["sandpost:done"]["undo"]
    assert client.get("/api/v1/messages").json()["messages"] == []
    for path in ("", "source.eml", "body/"):
        assert client.get(f"/messages/{made.public_id}/{path}").status_code == 404
    assert client.get(f"/api/v1/message/{made.public_id}/raw").status_code == 404
    assert client.get("/api/v1/message/latest/raw").status_code == 404
    post(client, f"/messages/undo/{undo}/")
    assert client.get(f"/messages/{made.public_id}/source.eml").status_code == 200


@pytest.mark.parametrize(
    "path", ["/messages/change/", f"/messages/undo/{'0' * 22}/", "/searches/save/", "/tags/rules/"]
)
def test_reading_changes_nothing_and_a_foreign_page_is_refused(path: str) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.get(path).status_code == 405
    assert client.post(path, {"action": "delete", "all": "1"}).status_code == 403


def test_saved_searches(client: Client) -> None:
    a = post(client, "/searches/save/", name="Failing", q="has:finding")["search"]
    b = post(client, "/searches/save/", name="Big", q="larger:1M")["search"]
    assert client.get("/searches/").json()["searches"] == [a, b]
    post(client, "/searches/order/", ids=f"{b['id']},{a['id']}")
    changed = post(client, f"/searches/{a['id']}/", name="Failed")["search"]
    assert changed == a | {"name": "Failed"}
    assert client.get("/searches/").json()["searches"] == [b, changed]
    post(client, f"/searches/{b['id']}/delete/")
    assert client.get("/searches/").json()["searches"] == [changed]
    assert "name" in post(client, "/searches/save/", 400, q="x")["error"]
    assert client.post(f"/searches/{b['id']}/delete/").status_code == 404
