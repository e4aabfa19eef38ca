"""Searches of the inbox, each as the page asks for it, with few and with many messages stored."""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Iterator
from statistics import median
from urllib.parse import quote

from tests.bench.bench import Bench, progress
from tests.bench.plan import MESSAGE_BYTES
from tests.bench.report import Section, percentile, reached
from tests.bench.sandpost import Sandpost, fresh
from tests.bench.smtp import BenchError, Client
from tests.bench.web import Web

P50_BELOW_MS = 30
FILL_SESSIONS = 8
REQUESTS = 15
PATIENCE = 600  # seconds that the work after the replies may take
# Words as a language has them: some in every message, most in few.
_DICE = random.Random(1)
WORDS = ["".join(_DICE.choices("etaoinshrdlucmfwygpbvk", k=_DICE.randrange(3, 10))) for _ in range(4000)]
WEIGHTS = [1 / (place + 3) for place in range(len(WORDS))]
COMMON, OTHER, THIRD = WORDS[5], WORDS[40], WORDS[90]
QUERIES = {
    "rare": "parcel-000123",
    "common": COMMON,
    "none": "zxqvjw",
    "none, of common pieces": f"{COMMON[-2:]}{OTHER}{THIRD[:2]}",
    "two characters": "zq",
    "pair": f"{OTHER} {THIRD}",
    "or": f"{OTHER} OR parcel-000123",
    "negation": f"{OTHER} -{THIRD}",
    "sender": "from:shop17@",
    "subject": "subject:parcel",
    "header field": 'header:"x-batch: 3"',
    "has": "has:link",
    "time and text": f"after:1d {COMMON}",
    "size": "larger:100k",
    "state and text": f"is:unread {COMMON}",
}


def _mails(first: int, last: int) -> Iterator[bytes]:
    """Yield messages of a few hundred words each."""
    for number in range(first, last):
        dice = random.Random(number)
        text = " ".join(dice.choices(WORDS, WEIGHTS, k=MESSAGE_BYTES // 7))
        lines = [text[at : at + 76] for at in range(0, MESSAGE_BYTES - 400, 76)]
        yield (
            f"From: Shop {number % 300} <shop{number % 300}@example.com>\r\nTo: <jane@example.com>\r\n"
            f"Subject: Your parcel {number}\r\nX-Batch: {number % 7}\r\nMessage-Id: <{number:08x}@example.com>\r\n\r\n"
            + "\r\n".join(lines)
            + f"\r\nparcel-{number:06d} https://shop.example/p/{dice.getrandbits(64):x}\r\n"
        ).encode()


async def _send(server: Sandpost, mails: Iterator[bytes]) -> None:
    async def session() -> None:
        client = await Client.connect(server.smtp)
        for mail in mails:
            await client.send(mail)
            server.sent += 1
        await client.quit()

    async with asyncio.TaskGroup() as group:
        for _ in range(FILL_SESSIONS):
            group.create_task(session())


def _wait(web: Web, number: int) -> float:
    """Return the seconds until the newest message is found."""
    began = time.monotonic()
    while b"data-row=" not in web.get(f"/messages/?q=parcel-{number:06d}").body:
        if time.monotonic() > began + PATIENCE:
            raise BenchError(f"message {number} is not found after {PATIENCE} s")
        time.sleep(0.2)
    return time.monotonic() - began


def run(bench: Bench) -> Section:
    section = bench.section(
        "search",
        f"Searches of the inbox: {REQUESTS} requests each, over one kept connection, in ms of server time",
        *("stored", "search", "query", "p50", "p95", "wall p50", "p50 below", "verdict"),
    )
    with fresh() as server, Web(server.http) as web:
        for size in bench.plan.search_sizes:
            progress(f"search: filling up to {size:,}")
            began, before = time.monotonic(), server.sent
            asyncio.run(_send(server, _mails(before, size)))
            sent = time.monotonic() - began
            behind = _wait(web, size - 1)
            section.notes.append(f"{size - before:,} sent in {sent:.0f} s, all found {behind:.0f} s later")
            for name, query in QUERIES.items():
                answers = [web.get(f"/messages/?q={quote(query)}") for _ in range(REQUESTS)]
                times = [answer.server_ms or answer.wall_ms for answer in answers]
                p50, wall = percentile(times, 50), median(answer.wall_ms for answer in answers)
                verdict = reached(p50, below=P50_BELOW_MS)
                section.add(size, name, query, p50, percentile(times, 95), wall, P50_BELOW_MS, verdict)
        bench.verify(server, section)
    return section
