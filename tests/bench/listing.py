"""The newest fifty messages, as JSON and as the page, with few and with many stored."""

from __future__ import annotations

from statistics import median

from tests.bench.bench import Bench, progress
from tests.bench.report import Section, percentile, reached
from tests.bench.sandpost import Sandpost, fresh
from tests.bench.smtp import BenchError
from tests.bench.web import Answer, Web

P50_BELOW_MS = 10
FILL_SESSIONS = 50
PATHS = ("/api/v1/messages?limit=50", "/")
WARM_UP = 3


def fill(bench: Bench, server: Sandpost, count: int, kept: bool = True) -> float:
    """Send until `count` messages are stored and the work after the reply is done; return messages/s."""
    missing = count - server.sent
    seconds = server.load(bench.source, FILL_SESSIONS, missing, kept)
    server.settle(bench.plan.fill_patience)
    return missing / seconds


def _measure(bench: Bench, server: Sandpost, path: str) -> list[Answer]:
    with Web(server.http) as web:
        for _ in range(WARM_UP):
            web.get(path)
        return [web.get(path) for _ in range(bench.plan.list_requests)]


def _add(section: Section, stored: int, path: str, answers: list[Answer]) -> None:
    server_times = [answer.server_ms for answer in answers if answer.server_ms is not None]
    walls = [answer.wall_ms for answer in answers]
    times, clock = (server_times, "server") if len(server_times) == len(walls) else (walls, "wall")
    p50 = percentile(times, 50)
    section.add(
        *(
            stored,
            f"GET {path}",
            p50,
            percentile(times, 95),
            clock,
            median(walls),
            len(answers[-1].body) / 1024,
        ),
        *(P50_BELOW_MS, reached(p50, below=P50_BELOW_MS)),
    )


def run(bench: Bench) -> Section:
    section = bench.section(
        "list",
        f"Newest 50 messages: {bench.plan.list_requests} requests over one kept connection, in ms",
        *("stored", "request", "p50", "p95", "clock", "wall p50", "KiB", "p50 below", "verdict"),
    )
    with fresh() as server:
        for size in bench.plan.list_sizes:
            progress(f"list: filling up to {size:,}")
            fill(bench, server, size)
            for path in PATHS:
                try:
                    answers = _measure(bench, server, path)
                except BenchError as error:
                    section.failures.append(f"{size:,} stored: {error}")
                else:
                    _add(section, size, path, answers)
        bench.verify(server, section)
    section.notes.append("clock: server = Server-Timing `app` of the answer, wall = as seen by the client")
    return section
