"""What /proc says of a server: CPU time, memory, who listens on a port. None elsewhere than on Linux."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
LISTEN = "0A"


def _stat(pid: int) -> list[str] | None:
    """Return the fields of /proc/PID/stat from the third on: the second, the name, may hold spaces."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None


def _pids() -> Iterator[int]:
    if PROC.is_dir():
        yield from (int(entry.name) for entry in PROC.iterdir() if entry.name.isdecimal())


def family(pid: int) -> list[int]:
    """Return the process and its descendants."""
    children: dict[int, list[int]] = {}
    for other in _pids():
        if stat := _stat(other):
            children.setdefault(int(stat[1]), []).append(other)
    found = [pid]
    for parent in found:  # grows while it is walked: generation after generation
        found.extend(children.get(parent, ()))
    return found


def cpu_seconds(pid: int | None) -> float | None:
    """Return user and system time of the process, its descendants and those it has already waited for."""
    stats = [stat for member in family(pid) if (stat := _stat(member))] if pid else []
    if not stats:
        return None
    return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / os.sysconf("SC_CLK_TCK")


def rss_mib(pid: int | None) -> float | None:
    """Return the resident memory of the process and its descendants."""
    kib = 0
    for member in family(pid) if pid else ():
        with suppress(OSError):
            for line in (PROC / str(member) / "status").read_text().splitlines():
                kib += int(line.split()[1]) if line.startswith("VmRSS:") else 0
    return kib / 1024 if kib else None


def listener(port: int) -> int | None:
    """Return the process that listens on a TCP port, where we may look at its files."""
    sockets = set()
    for table in ("net/tcp", "net/tcp6"):
        with suppress(OSError):
            for line in (PROC / table).read_text().splitlines()[1:]:
                fields = line.split()
                if fields[3] == LISTEN and int(fields[1].rpartition(":")[2], 16) == port:
                    sockets.add(f"socket:[{fields[9]}]")
    for pid in _pids() if sockets else ():
        with suppress(OSError):
            if any(os.readlink(link) in sockets for link in (PROC / str(pid) / "fd").iterdir()):
                return pid
    return None
