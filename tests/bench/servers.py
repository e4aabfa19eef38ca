"""A server under measurement, smtp-sink among them, and those that run already and are named."""

from __future__ import annotations

import os
import socket
import subprocess
from argparse import ArgumentTypeError
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from time import perf_counter, sleep

from tests.bench import process
from tests.bench.smtp import Address, BenchError
from tests.bench.tools import ROOT, Program, Source

STEP = 0.01
START_TIMEOUT = 30
STOP_TIMEOUT = 20
SETTLE_STEP = 0.1
IDLE_LOAD = 0.15
BACKLOG = 1000


@dataclass
class Server:
    name: str
    smtp: Address
    pid: int | None
    quiet: float = 0.7  # seconds without work after which it is done: background work is done in spurts
    sent: int = 0  # accepted with 250, as far as the senders here know
    unsettled: list[float] = field(default_factory=list)  # patience that did not suffice

    @property
    def cpu(self) -> float | None:
        return process.cpu_seconds(self.pid)

    def load(self, source: Source, sessions: int, count: int, kept: bool) -> float:
        """Have the load generator send `count` messages and return the seconds it took."""
        seconds = source.send(self.smtp, sessions, count, kept)
        self.sent += count
        return seconds

    def settle(self, patience: float) -> float:
        """Wait for the work after the reply, which the next figure is not to pay for; return its seconds."""
        started = worked = perf_counter()
        before = self.cpu
        while before is not None and perf_counter() - worked < self.quiet:
            sleep(SETTLE_STEP)
            now = self.cpu
            if now is None or now - before > IDLE_LOAD * SETTLE_STEP:
                worked = perf_counter()
            if worked - started > patience:
                self.unsettled.append(patience)
                break
            before = now
        return worked - started


def named(text: str) -> Server:
    """Return a server that runs already, from NAME=HOST:PORT."""
    name, _, address = text.partition("=")
    host, _, port = address.rpartition(":")
    if not (name and host and port.isdecimal()):
        raise ArgumentTypeError(f"{text!r} is not NAME=HOST:PORT")
    return Server(name, (host.strip("[]"), int(port)), process.listener(int(port)))


@contextmanager
def running(command: list[str], environment: dict[str, str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program with its output in a file, and end it in any case."""
    with output.open("wb") as file:
        child = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=file, stderr=subprocess.STDOUT)
    try:
        yield child
    finally:
        child.terminate()
        try:
            child.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            child.kill()
            child.wait()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port: int = free.getsockname()[1]
        return port


def _accepts(address: Address) -> bool:
    try:
        socket.create_connection(address, timeout=1).close()
    except OSError:
        return False
    return True


@contextmanager
def sink(program: Program, folder: Path) -> Iterator[Server]:
    """Run smtp-sink."""
    address = ("127.0.0.1", _free_port())
    # It refuses to stay root.
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    command = [*program.command, *user, "{}:{}".format(*address), str(BACKLOG)]
    output = folder / "smtp-sink.log"
    with running(command, program.environment(), output) as child:
        deadline = perf_counter() + START_TIMEOUT
        while not _accepts(address):
            if child.poll() is not None or perf_counter() > deadline:
                raise BenchError(f"smtp-sink does not start: {output.read_text().strip()}")
            sleep(STEP)
        yield Server("smtp-sink", address, child.pid, quiet=0)
