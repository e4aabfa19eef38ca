"""The events that leave Sandpost, as a typed list, and the one place that sends them.

Each event is one JSON frame on the websocket. An event is a hint, never the truth: it says up to which cursor
something is new, and whoever hears it fetches the rows. A lost event therefore costs nothing but time. Events are
coalesced, so that pages hear of something at most once in `INTERVAL` seconds, and are encoded once for all listeners.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Iterable
from typing import Literal, TypedDict

from asgiref.sync import sync_to_async
from channels.layers import get_channel_layer

from catcher.models import Counter

logger = logging.getLogger(__name__)

INTERVAL = 0.05
# More changes than this in one interval are told as "reload what you show".
MOST_IDS = 100
GROUP = "inbox"
# Events that say nothing but that they are.
BARE = ("restored", "tags", "searches", "sessions-deleted")


class Mail(TypedDict):
    """New messages exist, up to row id `last`."""

    type: Literal["mail"]
    last: int


class Changed(TypedDict):
    """Messages changed (read, digested): their public ids, or `None` for "too many to name"."""

    type: Literal["changed"]
    ids: list[str] | None


class Deleted(TypedDict):
    """Messages are gone: their public ids, or `None` for "too many to name"."""

    type: Literal["deleted"]
    ids: list[str] | None


class Restored(TypedDict):
    """Messages are back that had been deleted: whoever shows a list has it anew."""

    type: Literal["restored"]


class Tags(TypedDict):
    """Tags came, went, or have another name, colour or number of messages."""

    type: Literal["tags"]


class Searches(TypedDict):
    """The saved searches changed."""

    type: Literal["searches"]


class Sessions(TypedDict):
    """Sessions began, went on or ended: public id -> highest line of the tape, or `None` for too many."""

    type: Literal["sessions"]
    lines: dict[str, int] | None


class SessionsDeleted(TypedDict):
    """Sessions are gone."""

    type: Literal["sessions-deleted"]


class Counts(TypedDict):
    """The counters as they are now; sent along with whatever may have changed them."""

    type: Literal["counts"]
    messages: int
    unread: int
    sessions: int
    failed: int


Event = Mail | Changed | Deleted | Restored | Tags | Searches | Sessions | SessionsDeleted | Counts


class Outbox:
    """Collects events and sends what they come to, at most once in an interval; lives on the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop
        self._waiting: list[Event] = []
        self._timer: asyncio.TimerHandle | None = None
        self._sent_at = -INTERVAL
        self._tasks: set[asyncio.Task[None]] = set()

    def add(self, events: Iterable[Event]) -> None:
        self._waiting.extend(events)
        if self._waiting and self._timer is None:
            # The first after a silence goes at once, and what follows it together.
            wait = max(0.0, INTERVAL - (self.loop.time() - self._sent_at))
            self._timer = self.loop.call_later(wait, self._flush)

    def _flush(self) -> None:
        self._timer = None
        self._sent_at = self.loop.time()
        waiting, self._waiting = self._waiting, []
        task = self.loop.create_task(send(waiting))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def merge(events: Iterable[Event]) -> list[Event]:
    """Return the fewest events that say the same, each type once."""
    last = 0
    ids: dict[str, dict[str, None] | None] = {"changed": {}, "deleted": {}}
    lines: dict[str, int] | None = {}
    bare: dict[str, Event] = {}
    for event in events:
        if event["type"] == "mail":
            last = max(last, event["last"])
        elif event["type"] == "sessions":
            lines = _joined(lines, event["lines"])
        elif event["type"] in BARE:
            bare[event["type"]] = event
        elif event["type"] == "changed" or event["type"] == "deleted":
            named = event["ids"]
            known = ids[event["type"]]
            joined = None if named is None or known is None else known | dict.fromkeys(named)
            ids[event["type"]] = joined if joined is not None and len(joined) <= MOST_IDS else None
    merged: list[Event] = []
    if last:
        merged.append(Mail(type="mail", last=last))
    if ids["changed"] != {}:
        merged.append(Changed(type="changed", ids=_names(ids["changed"])))
    if ids["deleted"] != {}:
        merged.append(Deleted(type="deleted", ids=_names(ids["deleted"])))
    if lines != {}:
        merged.append(Sessions(type="sessions", lines=lines))
    return merged + list(bare.values())


def _names(ids: dict[str, None] | None) -> list[str] | None:
    return None if ids is None else list(ids)


def _joined(known: dict[str, int] | None, new: dict[str, int] | None) -> dict[str, int] | None:
    if known is None or new is None:
        return None
    for public_id, last in new.items():
        known[public_id] = max(last, known.get(public_id, 0))
    return known if len(known) <= MOST_IDS else None


def _counts() -> Counts:
    counts = Counter.all()
    return Counts(
        type="counts",
        messages=counts[Counter.MESSAGES],
        unread=counts[Counter.UNREAD],
        sessions=counts[Counter.SESSIONS],
        failed=counts[Counter.FAILED],
    )


async def send(events: Iterable[Event]) -> None:
    """Send the merged events to every open page; the only caller of `group_send`."""
    merged = merge(events)
    layer = get_channel_layer()
    if not merged or layer is None:
        return
    try:
        merged.append(await sync_to_async(_counts)())
        await layer.group_send(GROUP, {"type": "events", "frames": [json.dumps(event) for event in merged]})
    except Exception:
        logger.exception("events could not be sent; pages resynchronise by their cursors")


_publish: Callable[[list[Event]], object] | None = None


def connect(sink: Callable[[list[Event]], object] | None) -> None:
    """Say where published events go; the server connects its outbox, a command leaves it unconnected."""
    global _publish
    _publish = sink


def publish(events: list[Event]) -> None:
    """Hand events over, from any thread, after the write they tell of has committed."""
    if events and _publish is not None:
        _publish(events)
