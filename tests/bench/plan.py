"""How much of everything a run does."""

from __future__ import annotations

from dataclasses import dataclass

MESSAGE_BYTES = 5000


@dataclass(frozen=True)
class Plan:
    rounds: int = 4
    cell_seconds: float = 0.8  # of one server in one round of one cell
    cell_patience: float = 6  # seconds that a server gets to finish what it does after its replies
    fill_patience: float = 20  # the same, after thousands of messages at once
    latency_seconds: float = 10
    latency_rate: int = 100
    latency_yardsticks: bool = True
    live_messages: int = 300
    live_rate: int = 25
    live_sockets: int = 10
    list_sizes: tuple[int, ...] = (1_000, 10_000, 100_000)
    list_requests: int = 50
    search_sizes: tuple[int, ...] = (1_000, 100_000)
    memory_messages: int = 20_000
    starts: int = 3


FULL = Plan()
QUICK = Plan(
    rounds=2,
    cell_seconds=0.3,
    cell_patience=0.7,
    fill_patience=1.5,
    latency_seconds=1.5,
    latency_yardsticks=False,
    live_messages=40,
    list_sizes=(1_000, 10_000),
    search_sizes=(1_000, 4_000),
    memory_messages=1_000,
    starts=1,
)
