"""Time from the 250 to the websocket frame that covers the message, with ten pages open."""

from __future__ import annotations

import asyncio
import json
import random
from time import perf_counter

from tests.bench.bench import Bench, progress
from tests.bench.latency import no_collection
from tests.bench.plan import Plan
from tests.bench.report import Section, percentile, reached
from tests.bench.sandpost import Sandpost, fresh
from tests.bench.smtp import BenchError, message, send_one
from tests.bench.websocket import WebSocket

P99_BELOW_MS = 150
LAST_FRAME_SECONDS = 10


class Page:
    """An open page: the message cursor of every `mail` frame, and when it came."""

    def __init__(self, socket: WebSocket) -> None:
        self.socket = socket
        self.frames: list[tuple[float, int]] = []
        self._news = asyncio.Event()

    async def listen(self) -> None:
        async for arrived, payload in self.socket.frames():
            frame = json.loads(payload)
            if frame.get("type") == "mail":
                self.frames.append((arrived, int(frame["last"])))
                self._news.set()

    async def reach(self, cursor: int) -> int:
        """Wait for a frame with at least this cursor and return the newest; raises TimeoutError."""
        async with asyncio.timeout(LAST_FRAME_SECONDS):
            while not self.frames or self.frames[-1][1] < cursor:
                self._news.clear()
                await self._news.wait()
        return self.frames[-1][1]

    def delays(self, replied: dict[int, float]) -> list[float]:
        """Return milliseconds from the reply of each message to the first frame that covers its cursor."""
        found, frames = [], iter(self.frames)
        arrived, cursor = next(frames)
        for wanted, at in replied.items():
            while cursor < wanted:
                arrived, cursor = next(frames)
            # The event leaves after the commit, as the reply does: now and then it is the first to arrive.
            found.append(max(0.0, arrived - at) * 1000)
        return found


async def _exchange(server: Sandpost, plan: Plan) -> tuple[list[float], int]:
    """Send with the pages open; return all delays, and how many frames the pages received."""
    pages = [Page(await WebSocket.connect(server.http)) for _ in range(plan.live_sockets)]
    listeners = [asyncio.create_task(page.listen()) for page in pages]
    # The first message tells where the cursor stands; nobody else sends, so the others follow it one by one.
    await send_one(server.smtp, message(0))
    server.sent += 1
    cursor = max([await page.reach(1) for page in pages])
    replied: dict[int, float] = {}
    for number in range(1, plan.live_messages + 1):
        # Random gaps: a fixed beat could fall into step with the pauses in which the server gathers events.
        await asyncio.sleep(random.expovariate(plan.live_rate))
        replied[cursor + number] = (await send_one(server.smtp, message(number))).replied
        server.sent += 1
    newest = [await page.reach(cursor + plan.live_messages) for page in pages]
    if set(newest) != {cursor + plan.live_messages}:
        raise BenchError(f"the cursors end at {newest}, not at {cursor + plan.live_messages}: delays unknown")
    for page, listener in zip(pages, listeners, strict=True):
        listener.cancel()
        page.socket.close()
    delays = [delay for page in pages for delay in page.delays(replied)]
    return delays, sum(len(page.frames) for page in pages)


def run(bench: Bench) -> Section:
    plan = bench.plan
    section = bench.section(
        "live",
        f"SMTP to websocket: 250 to the frame that covers the message, {plan.live_sockets} pages open, in ms",
        *("messages", "per second", "pages", "frames", "p50", "p99", "highest", "p99 below", "verdict"),
    )
    progress(f"live: {plan.live_messages} messages, {plan.live_sockets} pages")
    with fresh() as server, no_collection():
        started = perf_counter()
        try:
            delays, frames = asyncio.run(_exchange(server, plan))
        except TimeoutError:
            section.failures.append(f"a page did not hear of the last message within {LAST_FRAME_SECONDS} s")
            return section
        rate = plan.live_messages / (perf_counter() - started)
        p50, p99 = percentile(delays, 50), percentile(delays, 99)
        verdict = reached(p99, below=P99_BELOW_MS)
        section.add(
            *(plan.live_messages, rate, plan.live_sockets, frames),
            *(p50, p99, max(delays), P99_BELOW_MS, verdict),
        )
        section.notes.append("the cursor of every page reached the last message: no loss after resync")
        bench.verify(server, section)
    return section
