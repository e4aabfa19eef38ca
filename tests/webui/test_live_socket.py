"""The websocket through the real application: greeting, events, and the lines of a session that is watched."""

from __future__ import annotations

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from channels.testing import WebsocketCommunicator

from catcher import events
from catcher.asgi import application
from tests.webui import rows
from tests.webui.rows import CLIENT, SERVER, line, tape
from webui.consumers import LINES, MOST_WATCHES

pytestmark = pytest.mark.django_db(transaction=True)


def socket(host: bytes = b"localhost:8025", origin: bytes | None = b"http://localhost:8025") -> Any:
    headers = [(b"host", host)] + ([(b"origin", origin)] if origin is not None else [])
    return WebsocketCommunicator(application, "/ws/", headers=headers)


async def opened() -> tuple[Any, dict[str, Any]]:
    page = socket()
    connected, _ = await page.connect(timeout=5)
    assert connected
    return page, json.loads(await page.receive_from(timeout=5))


async def frame(page: Any) -> dict[str, Any]:
    return dict(json.loads(await page.receive_from(timeout=5)))


async def tell(*found: events.Event) -> None:
    layer = get_channel_layer()
    assert layer is not None
    await layer.group_send(events.GROUP, {"type": "events", "frames": [json.dumps(event) for event in found]})


@pytest.mark.parametrize(
    ("host", "origin"),
    [(b"evil.test", b"http://evil.test"), (b"localhost:8025", b"http://evil.test"), (b"localhost:8025", b"null")],
)
async def test_other_sites_get_no_socket(host: bytes, origin: bytes) -> None:
    connected, code = await socket(host, origin).connect(timeout=5)
    assert not connected
    assert code == 4403


async def test_a_client_that_is_no_browser_gets_one() -> None:
    page = socket(origin=None)
    connected, _ = await page.connect(timeout=5)
    assert connected
    await page.disconnect()


async def test_the_greeting_says_how_far_things_are_and_a_ping_asks_for_it_again() -> None:
    message = await sync_to_async(rows.message)()
    session = await sync_to_async(rows.session)()
    page, hello = await opened()
    assert hello["type"] == "hello"
    assert (hello["last_message"], hello["last_session"]) == (message.pk, session.pk)
    assert (hello["messages"], hello["unread"], hello["sessions"], hello["failed"]) == (1, 1, 1, 0)
    await page.send_to(text_data='{"ping": 1}')
    assert await frame(page) == hello
    await page.disconnect()


async def test_events_pass_through_as_they_are_to_every_page() -> None:
    pages = [(await opened())[0] for _ in range(3)]
    await tell(events.Mail(type="mail", last=7), events.Deleted(type="deleted", ids=None))
    for page in pages:
        assert await frame(page) == {"type": "mail", "last": 7}
        assert await frame(page) == {"type": "deleted", "ids": None}
        await page.disconnect()


async def test_a_watched_session_is_pushed_by_cursor_until_it_ends() -> None:
    first = tape(line(SERVER, b"220 hi"), line(CLIENT, b"EHLO <script>"))
    session = await sync_to_async(rows.session)(first, ended_at=None, outcome="open")
    page, _ = await opened()
    await page.send_to(text_data=json.dumps({"watch": session.public_id, "after": 0}))
    found = await frame(page)
    assert (found["type"], found["session"], found["after"], found["last"]) == ("lines", session.public_id, 0, 2)
    assert found["live"] is True
    assert "&lt;script&gt;" in found["html"]
    assert "header" not in found

    await sync_to_async(rows.extend)(session, tape(line(SERVER, b"250 ok"), first=3))
    await tell(events.Sessions(type="sessions", lines={session.public_id: 3}))
    assert (await frame(page))["type"] == "sessions"
    found = await frame(page)
    assert (found["after"], found["last"]) == (2, 3)
    assert "Hello" not in found["html"], "the phase goes on without a second heading"

    def end() -> None:
        rows.extend(session, tape(line(CLIENT, b"QUIT"), first=4))
        session.ended_at = rows.BEGAN
        session.outcome = "probe"
        session.save()

    await sync_to_async(end)()
    await tell(events.Sessions(type="sessions", lines=None))
    assert (await frame(page))["lines"] is None
    found = await frame(page)
    assert (found["last"], found["live"]) == (4, False)
    assert 'id="head"' in found["header"]
    await tell(events.Sessions(type="sessions", lines=None))
    await frame(page)
    assert await page.receive_nothing()
    await page.disconnect()


async def test_many_lines_come_in_bounded_frames_without_a_gap() -> None:
    many = LINES * 2 + 50
    session = await sync_to_async(rows.session)(
        tape(*(line(CLIENT, b"NOOP") for _ in range(many))), ended_at=None, outcome="open"
    )
    page, _ = await opened()
    await page.send_to(text_data=json.dumps({"watch": session.public_id, "after": 10}))
    cursor = 10
    while cursor < many:
        found = await frame(page)
        assert found["after"] == cursor
        assert found["html"].count('class="line') <= LINES
        cursor = found["last"]
    await page.disconnect()


async def test_events_do_not_wait_for_a_dialog() -> None:
    session = await sync_to_async(rows.session)(
        tape(*(line(CLIENT, b"NOOP") for _ in range(LINES * 5))), ended_at=None, outcome="open"
    )
    page, _ = await opened()
    await page.send_to(text_data=json.dumps({"watch": session.public_id, "after": 0}))
    await tell(events.Mail(type="mail", last=1))
    kinds = [(await frame(page))["type"] for _ in range(6)]
    assert kinds.count("lines") == 5
    assert kinds.index("mail") < 5
    await page.disconnect()


@pytest.mark.parametrize(
    "nonsense",
    [
        "{", "[]", "null", "7", '{"watch": 7}', '{"watch": "x", "after": 0}', '{"unwatch": []}', '{"a": 1}',
        '{"watch": "0000000000000000000000", "after": -1}', '{"watch": "0000000000000000000000"}', "[" * 900,
        '{"watch": "0000000000000000000000", "after": 0, "phase": 5}', "x" * 5000,
        '{"watch": "0000000000000000000000", "after": 99999999999}', '{"watch": "0000000000000000000000", "after": 0}',
    ],
)  # fmt: skip
async def test_frames_that_make_no_sense_are_ignored(nonsense: str) -> None:
    page, hello = await opened()
    await page.send_to(text_data=nonsense)
    await page.send_to(bytes_data=b"\x00\xff")
    await page.send_to(text_data='{"ping": 1}')
    assert await frame(page) == hello
    await page.disconnect()


async def test_a_page_watches_a_few_sessions_only() -> None:
    made = [
        await sync_to_async(rows.session)(tape(line(CLIENT, b"NOOP")), ended_at=None, outcome="open")
        for _ in range(MOST_WATCHES + 2)
    ]
    page, _ = await opened()
    for session in made:
        await page.send_to(text_data=json.dumps({"watch": session.public_id, "after": 0}))
    seen = {(await frame(page))["session"] for _ in range(MOST_WATCHES)}
    assert seen == {session.public_id for session in made[:MOST_WATCHES]}
    assert await page.receive_nothing()
    await page.send_to(text_data=json.dumps({"unwatch": made[0].public_id}))
    await page.send_to(text_data=json.dumps({"watch": made[-1].public_id, "after": 0}))
    assert (await frame(page))["session"] == made[-1].public_id
    await page.disconnect()
