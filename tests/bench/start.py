"""Time from the start of the process to the first message accepted."""

from __future__ import annotations

import asyncio
from time import perf_counter

from tests.bench.bench import Bench, progress
from tests.bench.report import Section, reached
from tests.bench.sandpost import data_folder, sandpost
from tests.bench.smtp import message, send_one

BELOW_SECONDS = 2


def run(bench: Bench) -> Section:
    section = bench.section(
        "start",
        "Start: from the start of the process, in s",
        *("data folder", "ports known", "first 250", "highest", "below", "verdict"),
    )
    kinds: dict[str, list[tuple[float, float]]] = {"empty": [], "used": []}
    for number in range(bench.plan.starts):
        progress(f"start: {number + 1}/{bench.plan.starts}")
        with data_folder() as folder:
            for stored, taken in enumerate(kinds.values(), 1):
                with sandpost(folder) as server:
                    ports_known = perf_counter() - server.started
                    asyncio.run(send_one(server.smtp, message(number)))
                    taken.append((ports_known, perf_counter() - server.started))
                    server.sent = stored
                    if complaint := server.lost():
                        section.failures.append(complaint)
    for kind, taken in kinds.items():
        ports, first = (sorted(values) for values in zip(*taken, strict=True))
        middle = len(taken) // 2
        verdict = reached(first[-1], below=BELOW_SECONDS)
        section.add(kind, ports[middle], first[middle], first[-1], BELOW_SECONDS, verdict)
    return section
