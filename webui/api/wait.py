"""Waiting on the server until sessions have changed; holds no thread, so that it stands before Django's views.

The cursor is the state of the table in a few figures, so that what happened between two requests is never missed;
events only say when to look at them again.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from typing import Any
from urllib.parse import parse_qs

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer
from django.db.models import Count, Max, Sum

from catcher import events
from catcher.models import Session
from webui.guard import Receive, Scope, Send
from webui.middleware import HEADERS

DEFAULT_TIMEOUT = 25
LONGEST = 60
# Without an event, the figures are looked at now and then all the same: an event may be lost.
GLANCE = 5.0


def state() -> str:
    """Return a cursor: without a new session, all but its first figure can only go one way."""
    newest = Session.objects.aggregate(newest=Max("pk"))["newest"] or 0
    live = Session.objects.live().aggregate(number=Count("*"), lines=Sum("lines"))
    waiting = Session.objects.filter(examined=False).count()
    return f"{newest}-{live['number']}-{live['lines'] or 0}-{waiting}"


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer GET `?after=<cursor>&timeout=<seconds>` as soon as the cursor is another one, or after the timeout."""
    if scope["method"] not in {"GET", "HEAD"}:
        await _answer(send, 405, b"405 method not allowed", allow=True)
        return
    given = {name: values[-1] for name, values in parse_qs(scope["query_string"].decode("latin-1")).items()}
    timeout = given.get("timeout", str(DEFAULT_TIMEOUT))
    if not (timeout.isascii() and timeout.isdigit() and len(timeout) < 4):
        await _answer(send, 400, b"timeout must be a whole number of seconds")
        return
    gone = asyncio.ensure_future(_gone(receive))
    change = asyncio.ensure_future(_change(given.get("after", ""), min(int(timeout), LONGEST)))
    done, left = await asyncio.wait((gone, change), return_when=asyncio.FIRST_COMPLETED)
    for task in left:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task
    if change in done:
        cursor = change.result()
        answer = {"cursor": cursor, "changed": cursor != given.get("after", "")}
        await _answer(send, 200, json.dumps(answer).encode(), "application/json")


async def _gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _change(after: str, seconds: float) -> str:
    """Return the cursor once it differs from `after`, or what it is when time is up."""
    layer = get_channel_layer()
    assert layer is not None
    channel = await layer.new_channel()
    await layer.group_add(events.GROUP, channel)
    try:
        cursor = await sync_to_async(state)()
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                while cursor == after:
                    await _event(layer, channel)
                    cursor = await sync_to_async(state)()
        return cursor
    finally:
        await layer.group_discard(events.GROUP, channel)


async def _event(layer: Any, channel: str) -> None:
    """Wait until the group tells of sessions, or for a glance."""
    with suppress(TimeoutError):
        async with asyncio.timeout(GLANCE):
            while True:
                told = await layer.receive(channel)
                if any('"sessions' in frame for frame in told["frames"]):
                    return


async def _answer(
    send: Send, status: int, body: bytes, content_type: str = "text/plain; charset=utf-8", allow: bool = False
) -> None:
    headers = {"Content-Type": content_type, "Cache-Control": "no-store", **HEADERS}
    if allow:
        headers["Allow"] = "GET, HEAD"
    pairs = [(name.lower().encode("ascii"), value.encode("ascii")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": pairs})
    await send({"type": "http.response.body", "body": body})
