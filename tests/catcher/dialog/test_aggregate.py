"""What many sessions of one client come to."""

from __future__ import annotations

import json

import pytest

from catcher.dialog import conversation, script
from catcher.dialog.aggregate import Percentiles, Sample, StepTime, aggregate, sample
from catcher.dialog.segment import Spent
from catcher.dialog.timing import Timing, timing

ENVELOPE = """
    @ 10
    C: MAIL FROM:<a@example.com>
    @ 12
    S: 250 ok
    @ 20
    C: RCPT TO:<b@example.com>
    @ 21
    S: 250 ok
    @ 30
    C: RCPT TO:<c@example.com>
    @ 34
    S: 250 ok
    @ 40
    C: DATA
    @ 41
    S: 354 go
    @ 50
    = bytes=9 first_us=45000 last_us=48000
    @ 60
    S: 250 ok
    ! close reason=client
"""
PIPELINED = """
    @ 10
    C: MAIL FROM:<a@example.com>
    @ 10
    C+ RCPT TO:<b@example.com>
    @ 10
    C+ DATA
    @ 12
    S: 250 ok
    S: 250 ok
    S: 354 go
    = bytes=9
    S: 250 ok
    ! close reason=client
"""


def sampled(text: str, messages: int = 1) -> Sample:
    return sample(timing(conversation.read(script.records("@ 1\nS: 220 ready\n" + text))), messages)


def test_a_sample_has_each_step_with_both_sides() -> None:
    found = sampled(ENVELOPE)
    assert found.steps["MAIL"] == StepTime(1, 2_000, 9_000)
    assert found.steps["RCPT"] == StepTime(2, 5_000, 17_000)
    assert found.steps["greeting"] == StepTime(1, 1_000, 0)
    assert found.spent[Spent.TRANSFER] == 3_000
    assert (found.round_trips, found.envelope_trips, found.envelopes) == (6, 4, 1)


def test_a_sample_is_stored_as_json() -> None:
    found = sampled(ENVELOPE)
    assert Sample.from_json(json.loads(json.dumps(found.to_json()))) == found


@pytest.mark.parametrize("stored", [{}, {"spent": {"new": 1}, "steps": {"RCPT": [1]}, "more": 2}])
def test_what_another_version_stored_is_read(stored: dict[str, object]) -> None:
    assert Sample.from_json(stored) == Sample()


def test_connections_and_round_trips_per_message() -> None:
    found = aggregate([sampled(ENVELOPE), sampled(ENVELOPE, 3), sampled("! close reason=client", 0)])
    assert (found.connections, found.messages) == (3, 4)
    assert found.connections_per_message == 0.75
    assert found.round_trips_per_message == 13 / 4


def test_what_pipelining_would_save() -> None:
    assert aggregate([sampled(ENVELOPE)]).saved_by_pipelining(80) == 240
    assert aggregate([sampled(PIPELINED)]).saved_by_pipelining(80) == 0
    assert aggregate([sampled(ENVELOPE), sampled(PIPELINED)]).saved_by_pipelining(80) == 120
    assert aggregate([sampled("C: QUIT\nS: 221 bye")]).saved_by_pipelining(80) == 0


def test_percentiles_are_values_that_were_measured() -> None:
    samples = [
        Sample(duration_us=at, spent={Spent.CLIENT: at}, steps={"RCPT": StepTime(2, at * 2, at * 4)})
        for at in range(1, 101)
    ]
    found = aggregate(samples)
    assert found.duration == found.spent[Spent.CLIENT] == Percentiles(50, 95)
    step = found.steps["RCPT"]
    assert (step.sessions, step.count, step.server, step.client) == (
        100,
        200,
        Percentiles(50, 95),
        Percentiles(100, 190),
    )
    assert Spent.TLS not in found.spent


def test_nothing_comes_to_nothing() -> None:
    found = aggregate([])
    assert (found.connections_per_message, found.round_trips_per_message) == (0, 0)
    assert (found.duration, found.spent, found.steps) == (Percentiles(0, 0), {}, {})
    assert aggregate([sample(Timing(), 0)]).connections == 1
