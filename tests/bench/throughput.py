"""Messages a second with 1, 10 and 50 sessions, over new and over kept connections."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import median

from tests.bench.bench import CONNECTIONS, Bench, progress
from tests.bench.plan import MESSAGE_BYTES
from tests.bench.report import Section, reached
from tests.bench.sandpost import fresh
from tests.bench.servers import Server
from tests.bench.smtp import BenchError

# (sessions, kept connection) -> the part of smtp-sink's rate that Sandpost has to reach.
REQUIRED = {
    (1, False): 0.12,
    (1, True): 0.09,
    (10, False): 0.30,
    (10, True): 0.14,
    (50, False): 0.40,
    (50, True): 0.15,
}
WARM_UP = 200
WARM_UP_SECONDS = 0.2
COUNTS = (200, 60_000)


@dataclass
class Runs:
    """What one server did in one cell."""

    server: Server
    rates: list[float] = field(default_factory=list)
    after: list[float] = field(default_factory=list)
    messages: int = 0
    cpu: float | None = 0.0
    failure: str = ""

    @property
    def rate(self) -> float | None:
        return median(self.rates) if self.rates and not self.failure else None

    def warm_up(self, bench: Bench, sessions: int, kept: bool) -> float:
        """Send until the time is long enough to be believed, and return the rate."""
        count = WARM_UP
        while (seconds := self.server.load(bench.source, sessions, count, kept)) < WARM_UP_SECONDS:
            count *= 4
        return count / seconds

    def run(self, bench: Bench, sessions: int, kept: bool) -> None:
        """Add one round; every server gets about the same time, so the count follows its own rate."""
        before, sent = self.server.cpu, self.server.sent
        rate = self.rates[-1] if self.rates else self.warm_up(bench, sessions, kept)
        low, high = COUNTS
        count = min(max(round(rate * bench.plan.cell_seconds), low), high)
        self.rates.append(count / self.server.load(bench.source, sessions, count, kept))
        # The work after the reply belongs to the message.
        self.after.append(self.server.settle(bench.plan.cell_patience))
        after = self.server.cpu
        self.messages += self.server.sent - sent
        self.cpu = None if self.cpu is None or before is None or after is None else self.cpu + after - before


def _cell(bench: Bench, servers: list[Server], sessions: int, kept: bool) -> list[Runs]:
    """Let the servers take turns: noise of the machine then falls on all of them."""
    cells = [Runs(server) for server in servers]
    for turn in range(bench.plan.rounds):
        progress(f"throughput: {sessions} x {CONNECTIONS[kept]}, round {turn + 1}/{bench.plan.rounds}")
        for runs in cells:
            if not runs.failure:
                try:
                    runs.run(bench, sessions, kept)
                except BenchError as error:
                    runs.failure = str(error)
    return cells


def _ratio(runs: Runs, limit: Runs | None) -> float | None:
    """Return the median over the rounds: what lies seconds apart shares the machine's mood."""
    if limit is None or runs.rate is None or limit.rate is None:
        return None
    return median(rate / of for rate, of in zip(runs.rates, limit.rates, strict=True))


def _report(section: Section, cells: list[Runs], sink: Server | None, sessions: int, kept: bool) -> None:
    limit = next((runs for runs in cells if runs.server is sink), None)
    for runs in cells:
        ratio = _ratio(runs, limit)
        required = REQUIRED[sessions, kept] if runs is cells[0] else None
        spread = f"{min(runs.rates):,.0f}-{max(runs.rates):,.0f}" if runs.rates else None
        cpu = runs.cpu / runs.messages * 1000 if runs.cpu is not None and runs.messages else None
        verdict = reached(ratio, at_least=required) if required else None
        after = sum(runs.after) / runs.messages * 1000 if cpu is not None else None
        section.add(
            *(sessions, CONNECTIONS[kept], runs.server.name, runs.rate, spread),
            *(ratio, required, verdict, cpu, after),
        )
        if runs.failure:
            said = section.failures if runs is cells[0] else section.notes
            said.append(f"{runs.server.name}, {sessions} sessions, {CONNECTIONS[kept]}: {runs.failure}")


def run(bench: Bench) -> Section:
    section = bench.section(
        "throughput",
        f"Throughput: {MESSAGE_BYTES:,}-byte messages from {bench.source.name}, median of the rounds",
        *("sessions", "connection", "server", "messages/s", "rounds"),
        *("ratio", "required", "verdict", "CPU s/1,000", "after s/1,000"),
    )
    with fresh() as sandpost:
        for sessions, kept in REQUIRED:
            cells = _cell(bench, [sandpost, *bench.yardsticks], sessions, kept)
            _report(section, cells, bench.sink, sessions, kept)
        bench.verify(sandpost, section)
    section.notes += [
        "ratio: to smtp-sink in the same round, median; CPU: of the server, with its work after the reply",
        "after: how long that work went on when the load had ended, for every 1,000 messages",
    ]
    return section
