"""The steps from one sequence to another cover both, whatever work is granted."""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from itertools import pairwise

import pytest

from catcher.compare.steps import Step, Work, steps

PLENTY = 10**6


def applied(before: Sequence[object], after: Sequence[object], found: list[Step]) -> tuple[list[object], list[object]]:
    """Return what the steps make of `before`, and back: items that are the same come from the other side."""
    there: list[object] = []
    back: list[object] = []
    for step in found:
        there += before[step.a : step.b] if step.equal else after[step.c : step.d]
        back += after[step.c : step.d] if step.equal else before[step.a : step.b]
    return there, back


def common(before: Sequence[object], after: Sequence[object]) -> int:
    """Return the length of the longest common subsequence, by the table of the textbook."""
    last = [0] * (len(after) + 1)
    for item in before:
        row = [0]
        for at, other in enumerate(after):
            row.append(last[at] + 1 if item == other else max(last[at + 1], row[-1]))
        last = row
    return last[-1]


@pytest.mark.parametrize("kinds", [1, 2, 3, 8, 40])
def test_applying_the_steps_gives_the_other_side(kinds: int) -> None:
    dice = random.Random(kinds)
    for _ in range(600):
        before = [dice.randrange(kinds) for _ in range(dice.randrange(16))]
        after = [dice.randrange(kinds) for _ in range(dice.randrange(16))]
        for granted in (0, 7, 40, PLENTY):
            found = steps(before, after, Work(granted))
            assert applied(before, after, found) == (after, before)
            assert all(step.b > step.a or step.d > step.c for step in found)
            assert all(one.equal != other.equal for one, other in pairwise(found))


def test_without_unique_items_as_many_stay_as_can() -> None:
    dice = random.Random(7)
    for _ in range(400):
        # Twice each: patience finds nothing to hold on to, and the greedy search is exact.
        before, after = ([dice.randrange(3) for _ in range(9)] * 2 for _ in "12")
        kept = sum(step.b - step.a for step in steps(before, after, Work(PLENTY)) if step.equal)
        if all(before.count(item) != 1 and after.count(item) != 1 for item in range(3)):
            assert kept == common(before, after)


def test_one_insertion_in_a_long_sequence_is_one_step() -> None:
    before = [number % 50 for number in range(5_000)]
    after = [*before[:2_500], "new", *before[2_500:]]
    assert [step for step in steps(before, after, Work(PLENTY)) if not step.equal] == [
        Step(False, 2_500, 2_500, 2_500, 2_501)
    ]


def test_moved_blocks_keep_the_longer_one() -> None:
    found = steps([*"abcdefgh"], [*"ghabcdef"], Work(PLENTY))
    assert [step.b - step.a for step in found if step.equal] == [6]


def test_work_that_runs_out_is_told_and_still_right() -> None:
    dice = random.Random(3)
    before, after = ([dice.randrange(5) for _ in range(20_000)] for _ in "12")
    work = Work(100_000)
    began = time.process_time()
    found = steps(before, after, work)
    assert time.process_time() - began < 1
    assert work.is_spent
    assert applied(before, after, found) == (after, before)
