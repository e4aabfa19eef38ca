"""Waiting for sessions through the real application: at once when something changed, woken by events."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import HttpCommunicator

from catcher import events
from catcher.asgi import application
from catcher.dialog.script import records
from catcher.models import Session
from tests.webui import rows
from tests.webui.test_live_socket import tell

pytestmark = pytest.mark.django_db(transaction=True)
LINES = events.Sessions(type="sessions", lines={})


def request(query: str = "", method: str = "GET", host: bytes = b"localhost:8025", path: str = "wait") -> Any:
    return HttpCommunicator(application, method, f"/api/v1/sessions/{path}?{query}", headers=[(b"host", host)])


async def answer(query: str = "", limit: float = 5) -> dict[str, Any]:
    response = await request(query).get_response(timeout=limit)
    assert response["status"] == 200
    return dict(json.loads(response["body"]))


def groups() -> int:
    layer: Any = get_channel_layer()
    return len(layer.groups.get(events.GROUP, {}))


async def listening() -> None:
    """Return once somebody listens to the group."""
    async with asyncio.timeout(5):
        while not groups():  # noqa: ASYNC110 - nobody tells
            await asyncio.sleep(0)


async def change(made: Any, *args: Any, **values: Any) -> Any:
    return await sync_to_async(made)(*args, **values)


async def test_without_a_cursor_it_answers_at_once() -> None:
    first = await answer()
    assert first["changed"] is True
    again = await answer(f"after={first['cursor']}&timeout=0")
    assert again == {"cursor": first["cursor"], "changed": False}


async def test_every_change_moves_the_cursor() -> None:
    seen = [(await answer())["cursor"]]

    async def moved() -> None:
        seen.append((await answer(f"after={seen[-1]}&timeout=0"))["cursor"])
        assert seen[-1] not in seen[:-1]

    row = await change(rows.session, records("S: 220 x"), ended_at=None, examined=False)
    await moved()
    await change(rows.extend, row, rows.tape(rows.line(rows.CLIENT, b"QUIT"), first=2))
    await moved()
    await change(Session.objects.filter(pk=row.pk).update, ended_at=rows.BEGAN)
    await moved()
    await change(Session.objects.filter(pk=row.pk).update, examined=True)
    await moved()
    await change(rows.session, ended_at=rows.BEGAN, examined=True)
    await moved()


async def test_an_event_wakes_who_waits() -> None:
    cursor = (await answer())["cursor"]
    waiting = asyncio.create_task(answer(f"after={cursor}&timeout=20", 20))
    await listening()
    await change(rows.session)
    await tell(events.Mail(type="mail", last=1))  # not about sessions
    await tell(LINES)
    assert (await asyncio.wait_for(waiting, 4))["changed"] is True
    assert groups() == 0


async def test_an_event_that_changes_nothing_lets_it_wait_on() -> None:
    cursor = (await answer())["cursor"]
    waiting = asyncio.create_task(answer(f"after={cursor}&timeout=1"))
    await listening()
    await tell(LINES)
    assert (await waiting) == {"cursor": cursor, "changed": False}


async def test_who_hangs_up_is_forgotten() -> None:
    cursor = (await answer())["cursor"]
    client = request(f"after={cursor}&timeout=60")
    await client.send_input({"type": "http.request", "body": b"", "more_body": False})
    await listening()
    await client.send_input({"type": "http.disconnect"})
    await client.wait(timeout=4)
    assert groups() == 0


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"query": "timeout=x"}, 400),
        ({"query": "timeout=-1"}, 400),
        ({"query": "timeout=1000000"}, 400),
        ({"method": "POST"}, 405),
        ({"host": b"evil.test"}, 403),
    ],
)
async def test_what_is_not_admitted(given: dict[str, Any], status: int) -> None:
    response = await request(**given).get_response(timeout=5)
    headers = {name.decode().lower(): value.decode() for name, value in response["headers"]}
    assert response["status"] == status
    assert headers["content-type"] == "text/plain; charset=utf-8"
    assert headers["x-content-type-options"] == "nosniff"


async def test_all_other_addresses_reach_django() -> None:
    client = request(path="follow")
    response = await client.get_response(timeout=5)
    await client.wait(timeout=5)
    assert json.loads(response["body"]) == {"sessions": [], "waiting": [], "more": False}
