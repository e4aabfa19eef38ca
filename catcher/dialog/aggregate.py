"""TIMINGS -> CLIENT: what the sessions of one client have in common, from a small sample of each.

A sample is kept with its session, so that hundreds of sessions are summed up without reading their tapes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from catcher.dialog.segment import Spent
from catcher.dialog.timing import Timing


@dataclass(frozen=True, slots=True)
class StepTime:
    """How often a step came in a session, and the microseconds that both sides took for it in all."""

    count: int
    server_us: int
    client_us: int


@dataclass(frozen=True, slots=True)
class Sample:
    """One session in a few numbers."""

    messages: int = 0
    duration_us: int = 0
    round_trips: int = 0
    envelope_trips: int = 0
    envelopes: int = 0
    spent: Mapping[Spent, int] = field(default_factory=dict)
    steps: Mapping[str, StepTime] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        return {
            "messages": self.messages,
            "duration_us": self.duration_us,
            "round_trips": self.round_trips,
            "envelope_trips": self.envelope_trips,
            "envelopes": self.envelopes,
            "spent": {str(kind): total for kind, total in self.spent.items()},
            "steps": {name: [step.count, step.server_us, step.client_us] for name, step in self.steps.items()},
        }

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Sample:
        """Return what was stored; what an older or newer version wrote and this one does not know is left out."""
        numbers = {name: int(stored.get(name, 0)) for name in _NUMBERS}
        spent = {Spent(kind): int(total) for kind, total in stored.get("spent", {}).items() if kind in _KINDS}
        times = {name: each for name, each in stored.get("steps", {}).items() if len(each) >= 3}
        steps = {name: StepTime(*map(int, each[:3])) for name, each in times.items()}
        return cls(**numbers, spent=spent, steps=steps)


_NUMBERS = ("messages", "duration_us", "round_trips", "envelope_trips", "envelopes")
_KINDS = frozenset(map(str, Spent))


@dataclass(frozen=True, slots=True)
class Percentiles:
    """The middle one and the one that 5 of 100 exceed, microseconds."""

    p50: int
    p95: int


@dataclass(frozen=True, slots=True)
class StepAggregate:
    """A step over all sessions that have it; times are those of one occurrence, on average in its session."""

    sessions: int
    count: int
    server: Percentiles
    client: Percentiles


@dataclass(frozen=True, slots=True)
class Aggregate:
    """What the sessions of one client come to."""

    connections: int
    messages: int
    round_trips: int
    envelope_trips: int
    envelopes: int
    duration: Percentiles
    spent: Mapping[Spent, Percentiles]
    steps: Mapping[str, StepAggregate]

    @property
    def connections_per_message(self) -> float:
        """Return 1 where each message has a connection of its own; 0 where there was no message."""
        return self.connections / self.messages if self.messages else 0.0

    @property
    def round_trips_per_message(self) -> float:
        return self.round_trips / self.messages if self.messages else 0.0

    def saved_by_pipelining(self, rtt_ms: float) -> float:
        """Return how many ms a transaction would save on a network with this round trip time.

        MAIL, all RCPT and DATA may go out in one group, of which DATA is the last (RFC 2920 §3.1): one round trip in
        place of one each.
        """
        if not self.envelopes:
            return 0.0
        return max(0, self.envelope_trips - self.envelopes) / self.envelopes * rtt_ms


def sample(timing: Timing, messages: int) -> Sample:
    """Return a session's sample; `messages` is how many it delivered."""
    sums: dict[str, list[int]] = {}
    seen: set[tuple[str, int]] = set()
    for segment in timing.segments:
        if segment.kind not in {Spent.CLIENT, Spent.SERVER}:
            continue
        times = sums.setdefault(segment.step, [0, 0, 0])
        times[1 if segment.kind is Spent.SERVER else 2] += segment.duration_us
        times[0] += (segment.step, segment.seq) not in seen
        seen.add((segment.step, segment.seq))
    return Sample(
        messages,
        timing.duration_us,
        timing.round_trips,
        timing.envelope_trips,
        timing.envelopes,
        timing.totals,
        {name: StepTime(*times) for name, times in sums.items()},
    )


def aggregate(samples: Iterable[Sample]) -> Aggregate:
    """Return what samples come to; kinds and steps are measured over the sessions that have them."""
    found = list(samples)
    spent = {kind: [each.spent[kind] for each in found if kind in each.spent] for kind in Spent}
    names = dict.fromkeys(name for each in found for name in each.steps)
    steps: dict[str, list[StepTime]] = {name: [] for name in names}
    for each in found:
        for name, step in each.steps.items():
            steps[name].append(step)
    return Aggregate(
        len(found),
        sum(each.messages for each in found),
        sum(each.round_trips for each in found),
        sum(each.envelope_trips for each in found),
        sum(each.envelopes for each in found),
        _percentiles(each.duration_us for each in found),
        {kind: _percentiles(totals) for kind, totals in spent.items() if totals},
        {name: _step(times) for name, times in steps.items()},
    )


def _step(times: list[StepTime]) -> StepAggregate:
    return StepAggregate(
        len(times),
        sum(each.count for each in times),
        _percentiles(each.server_us // max(1, each.count) for each in times),
        _percentiles(each.client_us // max(1, each.count) for each in times),
    )


def _percentiles(values: Iterable[int]) -> Percentiles:
    """Return percentiles by nearest rank: each is a value that was measured."""
    ranked = sorted(values)
    return Percentiles(_ranked(ranked, 50), _ranked(ranked, 95))


def _ranked(ranked: list[int], percent: int) -> int:
    return ranked[max(1, ceil(len(ranked) * percent / 100)) - 1] if ranked else 0
