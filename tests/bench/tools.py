"""Where the load generator and the physical limit come from: Debian's smtp-source and smtp-sink."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from tests.bench import debian
from tests.bench.plan import MESSAGE_BYTES
from tests.bench.smtp import CLIENT_NAME, RECIPIENT, SENDER, Address, BenchError

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache" / "bench"
RUN_TIMEOUT = 180


@dataclass(frozen=True)
class Program:
    command: tuple[str, ...]
    libraries: str = ""

    def environment(self) -> dict[str, str]:
        return {**os.environ, **({"LD_LIBRARY_PATH": self.libraries} if self.libraries else {})}


@dataclass(frozen=True)
class Source:
    """The load generator: smtp-source, or our own with the same options."""

    program: Program
    is_own: bool = False

    @property
    def name(self) -> str:
        return "tests/bench/source.py" if self.is_own else "smtp-source"

    def send(self, address: Address, sessions: int, count: int, kept: bool) -> float:
        """Send `count` messages and return the seconds it took; raises BenchError if any was not accepted."""
        arguments = ["-s", str(min(sessions, count)), "-m", str(count), "-l", str(MESSAGE_BYTES)]
        arguments += ["-d"] * kept
        if not self.is_own:
            arguments += ["-M", CLIENT_NAME, "-f", SENDER, "-t", RECIPIENT]
        command = [*self.program.command, *arguments, "{}:{}".format(*address)]
        started = perf_counter()
        try:
            done = subprocess.run(
                command,
                env=self.program.environment(),
                cwd=ROOT,
                capture_output=True,
                text=True,
                timeout=RUN_TIMEOUT,
            )
        except subprocess.TimeoutExpired:
            raise BenchError(f"{self.name} did not finish {count} messages in {RUN_TIMEOUT} s") from None
        wall = perf_counter() - started
        if done.returncode != 0:
            raise BenchError(f"{self.name}: {done.stderr.strip().rpartition('fatal: ')[2] or 'failed'}")
        # Our own prints the time itself: the start of an interpreter is not part of the load.
        return float(done.stdout) if self.is_own else wall


def _unpacked(name: str, folder: Path) -> Program | None:
    """Return a program of the unpacked package, or of a folder that simply holds it."""
    for program in (folder / "usr" / "sbin" / name, folder / name):
        if program.is_file() and debian.runs(program, folder):
            return Program((str(program),), debian.path_of_libraries(folder))
    return None


def find(name: str) -> Program | None:
    """Return one of the two: from the path, $SANDPOST_BENCH_TOOLS, the cache, or the package itself."""
    # Debian keeps both in /usr/sbin, which is not on everybody's path.
    if path := shutil.which(name, path=f"{os.environ.get('PATH', os.defpath)}:/usr/sbin"):
        return Program((path,))
    given = os.environ.get("SANDPOST_BENCH_TOOLS")
    if given and (program := _unpacked(name, Path(given))):
        return program
    root = CACHE / "postfix"
    if program := _unpacked(name, root):
        return program
    return _unpacked(name, root) if debian.unpack("postfix", f"usr/sbin/{name}", root) else None


def source() -> Source:
    if program := find("smtp-source"):
        return Source(program)
    return Source(Program((sys.executable, "-m", "tests.bench.source")), is_own=True)
