"""`python -m tests.bench`: measure Sandpost, and other SMTP servers beside it, in one run."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
from collections.abc import Callable
from contextlib import ExitStack
from http.client import HTTPException
from pathlib import Path
from time import perf_counter

from tests.bench import dialog, latency, listing, live, memory, searching, servers, start, throughput, tools
from tests.bench.bench import Bench, progress
from tests.bench.plan import FULL, QUICK
from tests.bench.report import Section, lines
from tests.bench.sandpost import data_folder
from tests.bench.smtp import BenchError

SECTIONS: dict[str, Callable[[Bench], Section]] = {
    "throughput": throughput.run,
    "latency": latency.run,
    "live": live.run,
    "list": listing.run,
    "search": searching.run,
    "dialog": dialog.run,
    "memory": memory.run,
    "start": start.run,
}
FSYNCS = 50
BUSY = 0.5  # load before the run


def names(text: str) -> list[str]:
    chosen = text.split(",")
    if unknown := set(chosen) - set(SECTIONS):
        raise argparse.ArgumentTypeError(f"no section {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
    return chosen


def options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="under a minute, with less certain figures")
    parser.add_argument("--only", type=names, default=list(SECTIONS), metavar="NAMES", help=", ".join(SECTIONS))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there, too")
    parser.add_argument(
        "servers",
        type=servers.named,
        nargs="*",
        metavar="NAME=HOST:PORT",
        help="another SMTP server that runs",
    )
    return parser.parse_args()


def fsync_ms(folder: Path) -> float:
    """Return what one small durable write costs here: no server that keeps its word is faster than this."""
    with (folder / "fsync").open("wb", buffering=0) as file:
        began = perf_counter()
        for _ in range(FSYNCS):
            file.write(bytes(4096))
            os.fsync(file.fileno())
    return (perf_counter() - began) * 1000 / FSYNCS


def measure(bench: Bench, name: str) -> Section:
    """Run one section; what keeps it from being measured is its failure, and the others go on."""
    try:
        return SECTIONS[name](bench)
    except (BenchError, OSError, ValueError, KeyError, EOFError, HTTPException) as error:
        section = bench.section(name, f"{name}: not measured")
        section.failures.append(f"{type(error).__name__}: {error}")
        return section


def main() -> int:
    chosen = options()
    began = perf_counter()
    with ExitStack() as stack:
        folder = stack.enter_context(data_folder())
        progress("looking for smtp-source and smtp-sink")
        source, limit = tools.source(), tools.find("smtp-sink")
        sink = stack.enter_context(servers.sink(limit, folder)) if limit else None
        bench = Bench(QUICK if chosen.quick else FULL, source, sink, chosen.servers)
        machine = {
            "processors": os.cpu_count(),
            "python": platform.python_version(),
            "load": round(os.getloadavg()[0], 2),
            "fsync_ms": round(fsync_ms(folder), 3),
            "source": source.name,
        }
        print(", ".join(f"{name} {value}" for name, value in machine.items()), flush=True)
        if os.getloadavg()[0] > BUSY:
            print("note: something else keeps this machine busy; the figures suffer, and the ratios with them")
        sections = []
        for name in chosen.only:
            sections.append(measure(bench, name))
            print("", *lines(sections[-1]), sep="\n", flush=True)
    if chosen.json:
        report = {"machine": machine, "sections": {section.name: section.as_json() for section in sections}}
        chosen.json.write_text(json.dumps(report, indent=2) + "\n")
    failures = sum(len(section.failures) for section in sections)
    missed = sum(section.missed for section in sections)
    print(f"\n{missed} figures missed, {failures} failures, {perf_counter() - began:.0f} s")
    return 1 if failures else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except KeyboardInterrupt:
        sys.exit(130)  # what a shell gives for Ctrl-C; everything started here is ended by now
