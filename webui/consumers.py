"""The websocket of an open page: tells what is new by cursor, pushes the lines of watched sessions."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from asgiref.sync import sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer

from catcher import __version__, events
from catcher.ids import PATTERN
from catcher.models import Counter, Message, Session
from webui.views.session import live_lines

logger = logging.getLogger(__name__)

MOST_WATCHES = 5
LONGEST_FRAME = 1_000  # characters of a frame that a page may send
LINES = 200  # of a dialog in one frame


@dataclass(slots=True)
class Watch:
    """How far the page has read a session's dialog."""

    after: int
    phase: str


def greeting() -> dict[str, Any]:
    """Return what a page needs to find out whether it has missed something."""
    counts = Counter.all()
    return {
        "type": "hello",
        "version": __version__,
        "last_message": Message.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        "last_session": Session.objects.order_by("-pk").values_list("pk", flat=True).first() or 0,
        **{name: counts[name] for name in ("messages", "unread", "sessions", "failed")},
    }


class Live(AsyncWebsocketConsumer):  # type: ignore[misc]
    """One page. Events pass through at once; dialogs have a task of their own, so that no event waits."""

    groups = [events.GROUP]

    async def connect(self) -> None:
        self.watches: dict[str, Watch] = {}
        self.stale: set[str] = set()
        self.pusher: asyncio.Task[None] | None = None
        await self.accept()
        await self.hello()

    async def disconnect(self, code: int) -> None:
        self.watches = {}
        if self.pusher is not None:
            self.pusher.cancel()

    async def hello(self) -> None:
        await self.send(text_data=json.dumps(await sync_to_async(greeting)()))

    async def events(self, event: dict[str, Any]) -> None:
        """Handle `{"type": "events", "frames": [...]}` of the group: the frames are ready to be sent."""
        for frame in event["frames"]:
            await self.send(text_data=frame)
            if self.watches:
                self.look_if_named(json.loads(frame))

    def look_if_named(self, event: dict[str, Any]) -> None:
        if event["type"] == "sessions":
            named = event["lines"]
            self.look_at(self.watches if named is None else self.watches.keys() & named.keys())

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """Take what the page asks for; a frame that makes no sense is ignored."""
        if text_data is None or len(text_data) > LONGEST_FRAME:
            return
        try:
            frame = json.loads(text_data)
        except ValueError:
            return
        if not isinstance(frame, dict):
            return
        if "watch" in frame:
            self.watch(frame["watch"], frame.get("after"), frame.get("phase", ""))
        elif "unwatch" in frame and isinstance(frame["unwatch"], str):
            self.watches.pop(frame["unwatch"], None)
        elif "ping" in frame:
            await self.hello()

    def watch(self, public_id: object, after: object, phase: object) -> None:
        if not (isinstance(public_id, str) and PATTERN.fullmatch(public_id) and isinstance(phase, str)):
            return
        if not (isinstance(after, int) and 0 <= after < 2**31):
            return
        if public_id in self.watches or len(self.watches) < MOST_WATCHES:
            self.watches[public_id] = Watch(after, phase)
            self.look_at([public_id])

    def look_at(self, public_ids: Iterable[str]) -> None:
        self.stale.update(public_ids)
        if self.stale and self.pusher is None:
            self.pusher = asyncio.create_task(self.push())

    async def push(self) -> None:
        """Send what lies behind the cursors, in turn; ends when the page has it all."""
        while self.stale:
            public_id = self.stale.pop()
            try:
                await self.push_lines(public_id)
            except Exception:
                # The page asks again with its next event, by the same cursor.
                logger.exception("lines of session %s could not be sent", public_id)
        self.pusher = None

    async def push_lines(self, public_id: str) -> None:
        """Send one frame of what lies behind the cursor; what is left after it waits its turn."""
        watch = self.watches.get(public_id)
        if watch is None:
            return
        found = await sync_to_async(live_lines)(public_id, watch.after, watch.phase, LINES)
        if found is None:
            self.watches.pop(public_id, None)
            return
        session, part, html, header = found
        if not part.lines and not header:
            return
        frame = {
            "type": "lines",
            "session": public_id,
            "after": watch.after,
            "last": part.last,
            "phase": part.phase or watch.phase,
            "live": session.is_live,
            "html": html if part.lines else "",
        }
        if header:
            frame["header"] = header
            self.watches.pop(public_id, None)
        watch.after, watch.phase = part.last, part.phase or watch.phase
        await self.send(text_data=json.dumps(frame))
        if part.more:
            self.look_at([public_id])
