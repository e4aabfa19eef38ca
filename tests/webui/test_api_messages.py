"""The API as the clients of Mailpit know it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from django.test import AsyncClient, Client

from tests.webui import rows

KEYS = {
    "ID", "MessageID", "Read", "From", "To", "Cc", "Bcc", "ReplyTo", "Subject", "Created", "Username", "Tags", "Size",
    "Attachments", "Snippet",
}  # fmt: skip


def get(client: Client, query: str = "") -> dict[str, Any]:
    response = client.get(f"/api/v1/messages{query}")
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    return dict(response.json())


@pytest.mark.django_db
def test_an_empty_inbox_has_arrays_and_no_nulls(client: Client) -> None:
    assert get(client) == {
        "total": 0, "unread": 0, "count": 0, "messages_count": 0, "messages_unread": 0, "start": 0, "tags": [],
        "messages": [],
    }  # fmt: skip


@pytest.mark.django_db
def test_a_message_has_exactly_the_keys_of_the_contract(client: Client) -> None:
    made = rows.message(
        message_id="m@acme.test", username="app", snippet="Hi.", attachments=2, read=True,
        addresses={"From": [["Acme", "a@acme.test"]], "To": [["", "j@x.test"]], "ReplyTo": [["R", "r@x.test"]]},
    )  # fmt: skip
    answer = get(client)
    assert (answer["total"], answer["unread"], answer["count"]) == (1, 0, 1)
    (message,) = answer["messages"]
    assert set(message) == KEYS
    assert message["ID"] == made.public_id
    assert message["MessageID"] == "m@acme.test"
    assert message["Read"] is True
    assert message["From"] == {"Name": "Acme", "Address": "a@acme.test"}
    assert message["To"] == [{"Name": "", "Address": "j@x.test"}]
    assert message["Cc"] == message["Bcc"] == message["Tags"] == []
    assert message["ReplyTo"] == [{"Name": "R", "Address": "r@x.test"}]
    assert message["Created"].endswith("Z")
    assert len(message["Created"]) == len("2026-11-23T12:04:31.207Z")
    assert (message["Size"], message["Attachments"], message["Snippet"]) == (len(rows.RAW), 2, "Hi.")


@pytest.mark.django_db
def test_a_message_without_any_address_has_an_empty_sender(client: Client) -> None:
    rows.message(addresses={})
    assert get(client)["messages"][0]["From"] == {"Name": "", "Address": ""}


@pytest.mark.django_db
def test_start_and_limit_page_from_the_newest(client: Client) -> None:
    made = [rows.message().public_id for _ in range(7)][::-1]
    assert [each["ID"] for each in get(client, "?start=2&limit=3")["messages"]] == made[2:5]
    assert get(client, "?start=2&limit=3")["start"] == 2
    assert get(client, "?start=6&limit=3")["count"] == 1
    assert get(client, "?start=99")["messages"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("query", ["?limit=x", "?limit=-1", "?start=-5", "?start=1e3", "?limit=٣"])
def test_what_is_no_number_counts_as_the_default(client: Client, query: str) -> None:
    rows.message()
    assert get(client, query)["count"] == 1


@pytest.mark.django_db
def test_a_page_costs_the_same_queries_however_long_it_is(client: Client, django_assert_num_queries: Any) -> None:
    for _ in range(40):
        rows.message()
    with django_assert_num_queries(2) as asked:
        get(client, "?limit=30")
    assert not any("catcher_body" in query["sql"] for query in asked.captured_queries)


@pytest.mark.django_db(transaction=True)
async def test_no_limit_streams_all_of_them_in_the_same_shape(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webui.api.messages.PIECE", 3)

    def make() -> list[str]:
        return [rows.message().public_id for _ in range(8)][::-1]

    made = await sync_to_async(make)()
    client = AsyncClient()
    for query, expected in (
        ("limit=0", made),
        ("limit=0&start=2", made[2:]),
        ("limit=7", made[:7]),
        ("limit=6", made[:6]),
    ):
        response = await client.get(f"/api/v1/messages?{query}")
        text = b"".join([piece async for piece in response.streaming_content])  # type: ignore[attr-defined]
        answer = json.loads(text)
        assert [each["ID"] for each in answer["messages"]] == expected
        assert answer["count"] == len(expected)
        assert answer["total"] == 8


@pytest.mark.django_db
@pytest.mark.parametrize("raw", [b"", b"\x00\xff\r\n.\r\n..\r\n\xc3\x28", bytes(range(256)) * 100, rows.RAW])
def test_raw_is_exactly_what_was_sent(client: Client, raw: bytes) -> None:
    message = rows.message(raw)
    response = client.get(f"/api/v1/message/{message.public_id}/raw")
    assert response.content == raw
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert "Content-Disposition" not in response


@pytest.mark.django_db
def test_raw_as_a_file(client: Client) -> None:
    message = rows.message()
    response = client.get(f"/api/v1/message/{message.public_id}/raw?dl=1")
    assert response["Content-Disposition"] == f'attachment; filename="{message.public_id}.eml"'


@pytest.mark.django_db
def test_raw_of_the_latest(client: Client) -> None:
    nothing = client.get("/api/v1/message/latest/raw")
    assert (nothing.status_code, nothing.content) == (404, b"Message not found")
    rows.message(b"old")
    rows.message(b"new")
    assert client.get("/api/v1/message/latest/raw").content == b"new"


@pytest.mark.django_db
@pytest.mark.parametrize("public_id", ["0" * 22, "nonsense", "a" * 200])
def test_an_unknown_message_is_a_404_in_text(client: Client, public_id: str) -> None:
    response = client.get(f"/api/v1/message/{public_id}/raw")
    assert (response.status_code, response.content) == (404, b"404 page not found")
    assert response["Content-Type"] == "text/plain; charset=utf-8"


@pytest.mark.django_db
def test_reading_the_bytes_does_not_mark_the_message(client: Client) -> None:
    message = rows.message()
    client.get(f"/api/v1/message/{message.public_id}/raw")
    message.refresh_from_db()
    assert message.read is False
