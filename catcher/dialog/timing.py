"""CONVERSATION -> TIMING: where the time of a session went, as one chain of segments without gap or overlap."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import groupby

from catcher.dialog.conversation import Conversation
from catcher.dialog.segment import Segment, Spent
from catcher.dialog.sweep import Sweep

# A picture has no room for more.
MOST_DRAWN = 200


@dataclass(frozen=True, slots=True)
class Timing:
    """Where a session's time went, in microseconds.

    `round_trips` counts how often the client had to wait for a reply before it could go on, the greeting among them
    and a TLS handshake not; `envelope_trips` are those for MAIL, RCPT and DATA, in `envelopes` transactions. `known`
    is False for a transcript without times: only the round trips are told then.
    """

    segments: tuple[Segment, ...] = ()
    totals: Mapping[Spent, int] = field(default_factory=dict)
    round_trips: int = 0
    envelope_trips: int = 0
    envelopes: int = 0

    @property
    def known(self) -> bool:
        return bool(self.segments)

    @property
    def duration_us(self) -> int:
        return self.segments[-1].end_us - self.segments[0].start_us if self.segments else 0

    @property
    def longest_pause(self) -> Segment | None:
        """Return the longest time that the client was waited for, with the step that ended it."""
        pauses = (segment for segment in self.segments if segment.kind is Spent.CLIENT)
        return max(pauses, key=lambda segment: segment.duration_us, default=None)

    @property
    def largest(self) -> Spent | None:
        """Return what took most of the time."""
        return max(self.totals, key=lambda kind: self.totals[kind], default=None)

    @property
    def percents(self) -> dict[Spent, int]:
        """Return the share of each kind; whole numbers that add up to 100."""
        return _percents(self.totals)

    def drawn(self, most: int = MOST_DRAWN) -> list[Segment]:
        """Return at most about `most` segments for a picture: small neighbours merged, each kind's sum unchanged."""
        parts = most
        drawn = list(self.segments)
        while len(drawn) > most and parts:
            drawn = _merged(self.segments, self.duration_us // parts)
            parts //= 2
        return drawn


def timing(conversation: Conversation) -> Timing:
    """Return where a session's time went, in one pass over its records; what runs still is told up to its last."""
    sweep = Sweep(conversation)
    sweep.run()
    return Timing(
        tuple(sweep.segments), _totals(sweep.segments), sweep.round_trips, sweep.envelope_trips, len(sweep.envelopes)
    )


def _totals(segments: Iterable[Segment]) -> dict[Spent, int]:
    sums = dict.fromkeys(Spent, 0)
    for segment in segments:
        sums[segment.kind] += segment.end_us - segment.start_us
    return {kind: total for kind, total in sums.items() if total}


def _percents(totals: Mapping[Spent, int]) -> dict[Spent, int]:
    """Round down, then give what is missing to those that lost most by it."""
    whole = sum(totals.values())
    if not whole:
        return {}
    shares = {kind: total * 100 // whole for kind, total in totals.items()}
    lost = sorted(totals, key=lambda kind: totals[kind] * 100 % whole, reverse=True)
    for kind in lost[: 100 - sum(shares.values())]:
        shares[kind] += 1
    return shares


def _merged(segments: Iterable[Segment], least_us: int) -> list[Segment]:
    """Join neighbours that are shorter than `least_us` until they are as long together."""
    drawn: list[Segment] = []
    group: list[Segment] = []
    for segment in segments:
        small = segment.duration_us < least_us
        if group and (not small or group[-1].end_us - group[0].start_us >= least_us):
            drawn += _by_kind(group)
            group = []
        if small:
            group.append(segment)
        else:
            drawn.append(segment)
    return drawn + _by_kind(group)


def _by_kind(group: list[Segment]) -> list[Segment]:
    """Return a group with one segment a kind, so that each kind keeps its share of the picture."""
    order = list(Spent)
    at_us = group[0].start_us if group else 0
    joined: list[Segment] = []
    for kind, found in groupby(sorted(group, key=lambda segment: order.index(segment.kind)), lambda each: each.kind):
        same = list(found)
        end_us = at_us + sum(segment.duration_us for segment in same)
        joined.append(Segment(at_us, end_us, kind, same[0].step, same[0].seq, len(same)))
        at_us = end_us
    return joined
