"""Sandpost itself: the repository's, started on free ports with a data folder of its own."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from time import perf_counter, sleep

from tests.bench.servers import START_TIMEOUT, STEP, Server, running
from tests.bench.smtp import Address, BenchError
from tests.bench.tools import CACHE
from tests.bench.web import Web


@dataclass
class Sandpost(Server):
    http: Address = field(kw_only=True)
    started: float = field(kw_only=True)  # perf_counter just before the process was started

    def lost(self) -> str | None:
        """Compare what was accepted with what is stored; return the complaint, if there is one."""
        with Web(self.http) as web:
            total = web.total()
        return None if total == self.sent else f"{self.sent:,} messages were accepted, {total:,} are stored"


@contextmanager
def data_folder() -> Iterator[Path]:
    """Yield an empty folder on the repository's disk: the system's may be in memory, where fsync is free."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(prefix="run-", dir=CACHE) as folder:
        yield Path(folder)


def _environment() -> dict[str, str]:
    """Return an environment with Sandpost's defaults, but for retention: what is counted must stay."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SANDPOST_")}
    return {**kept, "SANDPOST_KEEP_MESSAGES": "0", "SANDPOST_KEEP_SESSIONS": "0", "SANDPOST_KEEP_SIZE": "0"}


@contextmanager
def sandpost(folder: Path) -> Iterator[Sandpost]:
    """Run Sandpost on a data folder; what the folder already holds is not counted."""
    ports, output = folder / "ports.json", folder / "serve.log"
    ports.unlink(missing_ok=True)
    command = [sys.executable, "-m", "catcher", "serve"]
    command += ["--smtp", "127.0.0.1:0", "--http", "127.0.0.1:0", "--data", str(folder)]
    started = perf_counter()
    with running(command, _environment(), output) as child:
        deadline = started + START_TIMEOUT
        while (chosen := _read(ports)) is None:
            if child.poll() is not None or perf_counter() > deadline:
                said = "\n".join(output.read_text(errors="replace").splitlines()[-15:])
                raise BenchError(f"Sandpost does not start:\n{said}")
            sleep(STEP / 2)
        yield Sandpost("sandpost", chosen["smtp"], child.pid, http=chosen["http"], started=started)


@contextmanager
def fresh() -> Iterator[Sandpost]:
    """Run Sandpost on an empty folder."""
    with data_folder() as folder, sandpost(folder) as server:
        yield server


def _read(ports: Path) -> dict[str, Address] | None:
    """Return the addresses once they are written; the file may be seen half-written."""
    try:
        chosen = json.loads(ports.read_text())
        return {side: (str(chosen[side][0]), int(chosen[side][1])) for side in ("smtp", "http")}
    except (OSError, ValueError):
        return None
