"""The load generator of our own, with the command line of smtp-source, for where that cannot be had.

It is written in Python and takes more of the machine than smtp-source does: its rates are lower for every
server, and the ratios are nearer to 1.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Iterator
from time import perf_counter

from tests.bench.plan import MESSAGE_BYTES
from tests.bench.smtp import Address, Client, message, send_one


async def _session(address: Address, numbers: Iterator[int], length: int, kept: bool) -> None:
    """Send until no number is left; all sessions take from the same ones."""
    if not kept:
        for number in numbers:
            await send_one(address, message(number, length))
        return
    client = await Client.connect(address)
    for number in numbers:
        await client.send(message(number, length))
    await client.quit()


async def send(address: Address, sessions: int, count: int, length: int, kept: bool) -> float:
    """Send `count` messages and return the seconds it took."""
    numbers = iter(range(count))
    started = perf_counter()
    async with asyncio.TaskGroup() as group:
        for _ in range(sessions):
            group.create_task(_session(address, numbers, length, kept))
    return perf_counter() - started


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench.source", description=__doc__)
    parser.add_argument("-s", type=int, default=1, dest="sessions")
    parser.add_argument("-m", type=int, default=1, dest="count")
    parser.add_argument("-l", type=int, default=MESSAGE_BYTES, dest="length")
    parser.add_argument("-d", action="store_true", dest="kept")
    parser.add_argument("server", metavar="HOST:PORT")
    options = parser.parse_args()
    host, _, port = options.server.rpartition(":")
    print(asyncio.run(send((host, int(port)), options.sessions, options.count, options.length, options.kept)))


if __name__ == "__main__":
    main()
