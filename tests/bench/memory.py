"""Resident memory of the server before and after many messages, and after as many again."""

from __future__ import annotations

from tests.bench import process
from tests.bench.bench import Bench, progress
from tests.bench.listing import fill
from tests.bench.report import Section, reached
from tests.bench.sandpost import fresh

BELOW_MIB = 150
FLAT_MIB = 10  # what a second batch may add: allocators breathe
FLAT_FROM = 10_000  # messages of a batch; with fewer, caches still fill


def run(bench: Bench) -> Section:
    batch = bench.plan.memory_messages
    section = bench.section(
        "memory",
        "Memory: VmRSS of the server, in MiB",
        *("stored", "RSS", "growth", "filled at /s", "below", "verdict", "growth below", "flat"),
    )
    with fresh() as server:
        server.settle(bench.plan.cell_patience)
        before = process.rss_mib(server.pid)
        section.add(0, before, None, None, None, None, None, None)
        for number in (1, 2):
            progress(f"memory: batch {number} of {batch:,}")
            rate = fill(bench, server, number * batch)
            rss = process.rss_mib(server.pid)
            growth = rss - before if rss is not None and before is not None else None
            judged = number == 2 and batch >= FLAT_FROM
            flat = (FLAT_MIB, reached(growth, below=FLAT_MIB)) if judged else (None, None)
            section.add(number * batch, rss, growth, rate, BELOW_MIB, reached(rss, below=BELOW_MIB), *flat)
            before = rss
        bench.verify(server, section)
    return section
