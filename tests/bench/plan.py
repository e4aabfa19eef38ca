"""How much of everything a run does."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE_BYTES = 5000


@dataclass(frozen=True)
class Plan:
    rounds: int = 5
    cell_seconds: float = 1.2  # of one server in one round of one cell
    latency_seconds: float = 10
    latency_rate: int = 100
    live_messages: int = 300
    live_rate: int = 25
    live_sockets: int = 10
    list_sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    list_requests: int = 50
    memory_messages: int = 20_000
    starts: int = 3


FULL = Plan()
QUICK = Plan(
    rounds=2,
    cell_seconds=0.4,
    latency_seconds=2,
    live_messages=50,
    list_sizes=(1_000, 10_000),
    memory_messages=2_000,
    starts=1,
)
