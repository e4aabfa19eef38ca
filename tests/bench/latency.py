"""Time from the final dot to the reply, at a fixed rate that does not wait for the replies."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager, contextmanager
from time import perf_counter
from typing import Any

from tests.bench.bench import CONNECTIONS, Bench, progress
from tests.bench.report import Section, percentile, reached
from tests.bench.sandpost import fresh
from tests.bench.servers import Server
from tests.bench.smtp import Address, BenchError, Client, Stored, message, send_one

P99_BELOW_MS = 10
POOL = 20
WARM_UP_SECONDS = 0.5
Send = Callable[[bytes], Coroutine[Any, Any, Stored]]


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep our own garbage collector out of the figures."""
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()


@asynccontextmanager
async def sender(address: Address, kept: bool) -> AsyncIterator[Send]:
    """Yield what sends a message: over a connection of its own, or over the next free one of a pool."""
    free: asyncio.Queue[Client] = asyncio.Queue()

    async def send_kept(content: bytes) -> Stored:
        client = await free.get()
        stored = await client.send(content)
        free.put_nowait(client)
        return stored

    async def send_new(content: bytes) -> Stored:
        return await send_one(address, content)

    for _ in range(POOL if kept else 0):
        free.put_nowait(await Client.connect(address))
    yield send_kept if kept else send_new
    while not free.empty():
        await free.get_nowait().quit()


async def open_loop(server: Server, rate: int, seconds: float, kept: bool) -> list[float]:
    """Start a message every 1/rate seconds, whatever became of those before; return milliseconds."""
    tasks: list[asyncio.Task[Stored]] = []
    async with sender(server.smtp, kept) as send:
        try:
            async with asyncio.TaskGroup() as group:
                started = perf_counter()
                for number in range(round(rate * seconds)):
                    await asyncio.sleep(max(0, started + number / rate - perf_counter()))
                    tasks.append(group.create_task(send(message(number))))
        except ExceptionGroup as errors:
            raise BenchError(str(errors.exceptions[0])) from errors
    server.sent += len(tasks)
    return [task.result().milliseconds for task in tasks]


def _measure(bench: Bench, server: Server, kept: bool) -> list[float]:
    rate = bench.plan.latency_rate
    asyncio.run(open_loop(server, rate, WARM_UP_SECONDS, kept))  # the first ones meet cold caches
    server.settle(bench.plan.cell_patience)
    with no_collection():
        return asyncio.run(open_loop(server, rate, bench.plan.latency_seconds, kept))


def run(bench: Bench) -> Section:
    rate, seconds = bench.plan.latency_rate, bench.plan.latency_seconds
    section = bench.section(
        "latency",
        f"Acknowledgement: final dot to 250, {rate} messages/s for {seconds:g} s, in ms",
        *("connection", "server", "p50", "p99", "highest", "p99 below", "verdict"),
    )
    with fresh() as sandpost:
        for kept in (False, True):
            for server in (sandpost, *(bench.yardsticks if bench.plan.latency_yardsticks else bench.others)):
                progress(f"latency: {server.name}, {CONNECTIONS[kept]}")
                try:
                    taken = _measure(bench, server, kept)
                except (BenchError, OSError) as error:
                    if server is sandpost:
                        raise
                    section.notes.append(f"{server.name}, {CONNECTIONS[kept]}: {error}")
                    continue
                p99 = percentile(taken, 99)
                bound = P99_BELOW_MS if server is sandpost else None
                verdict = reached(p99, below=bound) if bound else None
                section.add(*(CONNECTIONS[kept], server.name, percentile(taken, 50), p99, max(taken)), bound, verdict)
        bench.verify(sandpost, section)
    section.notes.append(f"own asyncio sender; kept = a pool of {POOL} open connections")
    return section
