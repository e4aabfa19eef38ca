"""Two sequences -> the steps that lead from one to the other.

What both begin and end with is taken off first. What is left is split at the items that either side has once and
both have (patience), and what has none of those goes through the greedy search of E. Myers, "An O(ND) Difference
Algorithm and Its Variations" (1986), so many differences at a time. All of it is paid from one account of work: what
is not paid for counts as changed.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Hashable, Sequence
from typing import Final, NamedTuple

MAX_DEPTH: Final = 96  # differences that one round of the greedy search looks for


class Step(NamedTuple):
    """Items `before[a:b]` and `after[c:d]`, which are the same, or else one stands in place of the other."""

    equal: bool
    a: int
    b: int
    c: int
    d: int


class _Run(NamedTuple):
    """So many items from one index in either sequence on that are the same."""

    a: int
    c: int
    length: int


class _Region(NamedTuple):
    a: int
    b: int
    c: int
    d: int


class Work:
    """How much may still be looked at, counted in items; `is_spent` tells whether something was left out for it."""

    def __init__(self, left: int) -> None:
        self.left = left
        self.is_spent = False

    def pay(self, amount: int) -> bool:
        if amount > self.left:
            self.is_spent = True
            return False
        self.left -= amount
        return True


def steps(before: Sequence[Hashable], after: Sequence[Hashable], work: Work) -> list[Step]:
    """Return steps in order that cover both sequences; neighbours are never of one kind."""
    names: dict[Hashable, int] = {}
    left = [names.setdefault(item, len(names)) for item in before]
    right = [names.setdefault(item, len(names)) for item in after]
    runs: list[_Run] = []
    waiting = [_Region(0, len(left), 0, len(right))]
    while waiting:
        region = _trimmed(left, right, waiting.pop(), runs)
        size = region.b - region.a + region.d - region.c
        if region.a == region.b or region.c == region.d or not work.pay(size):
            continue
        waiting += _split(left, right, region) or _searched(left, right, region, runs, work)
    return _joined(sorted(runs), len(left), len(right))


def _trimmed(left: list[int], right: list[int], region: _Region, runs: list[_Run]) -> _Region:
    """Take off what a region begins and ends with on both sides."""
    a, b, c, d = region
    while a < b and c < d and left[a] == right[c]:
        a, c = a + 1, c + 1
    if a > region.a:
        runs.append(_Run(region.a, region.c, a - region.a))
    while a < b and c < d and left[b - 1] == right[d - 1]:
        b, d = b - 1, d - 1
    if b < region.b:
        runs.append(_Run(b, d, region.b - b))
    return _Region(a, b, c, d)


def _split(left: list[int], right: list[int], region: _Region) -> list[_Region]:
    """Return the regions that begin at items which both sides have once, in the order that keeps most of them."""
    a, b, c, d = region
    many = Counter(left[a:b])
    places = {item: c + at for at, item in enumerate(right[c:d])}
    others = Counter(right[c:d])
    once = [(at, places[left[at]]) for at in range(a, b) if many[left[at]] == 1 and others.get(left[at]) == 1]
    found: list[_Region] = []
    for at, to in _rising(once):
        found.append(_Region(a, at, c, to))
        a, c = at, to
    return [*found, _Region(a, b, c, d)] if found else []


def _rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the longest of the lists whose second numbers rise, by piles of patience."""
    tops: list[int] = []
    last: list[int] = []
    below: list[int] = []
    for at, (_, value) in enumerate(pairs):
        pile = bisect_left(tops, value)
        below.append(last[pile - 1] if pile else -1)
        if pile == len(tops):
            tops.append(value)
            last.append(at)
        else:
            tops[pile], last[pile] = value, at
    found: list[tuple[int, int]] = []
    at = last[-1] if last else -1
    while at >= 0:
        found.append(pairs[at])
        at = below[at]
    return found[::-1]


def _searched(left: list[int], right: list[int], region: _Region, runs: list[_Run], work: Work) -> list[_Region]:
    """Search a region greedily; return what is left of it where that took more than so many differences."""
    a, b, c, d = region
    if set(left[a:b]).isdisjoint(right[c:d]):
        return []
    width, height = b - a, d - c
    furthest = {1: 0}
    trace: list[dict[int, int]] = []
    for depth in range(MAX_DEPTH + 1):
        if not work.pay(depth + 1):
            break
        trace.append(furthest)
        furthest, steps_taken, end = _deeper(left, right, region, furthest, depth)
        # What was already looked at is only counted; the next round finds the account empty.
        work.left = max(0, work.left - steps_taken)
        if end is not None:
            _go_back(trace, end, width, region, runs)
            return []
    if not trace:
        return []
    end = max(furthest, key=lambda diagonal: 2 * furthest[diagonal] - diagonal)
    x = furthest[end]
    y = x - end
    if x > width or y > height:
        return []
    _go_back(trace, end, x, region, runs)
    return [_Region(a + x, b, c + y, d)]


def _deeper(
    left: list[int], right: list[int], region: _Region, before: dict[int, int], depth: int
) -> tuple[dict[int, int], int, int | None]:
    """Go one difference further on every diagonal; return where each ends, the cost, and the one that is through."""
    a, b, c, d = region
    width, height = b - a, d - c
    found: dict[int, int] = {}
    cost = 0
    for diagonal in range(-depth, depth + 1, 2):
        down = before.get(diagonal + 1, -1)
        across = before.get(diagonal - 1, -2) + 1
        x = begin = max(down, across)
        y = x - diagonal
        if x < 0 or x > width or y < 0 or y > height:
            continue
        while x < width and y < height and left[a + x] == right[c + y]:
            x, y = x + 1, y + 1
        cost += x - begin
        found[diagonal] = x
        if x >= width and y >= height:
            return found, cost, diagonal
    return found, cost, None


def _go_back(trace: list[dict[int, int]], diagonal: int, x: int, region: _Region, runs: list[_Run]) -> None:
    """Follow the way back from x on a diagonal, and note the items that were the same on it."""
    for depth in range(len(trace) - 1, -1, -1):
        before = trace[depth]
        down, across = before.get(diagonal + 1, -1), before.get(diagonal - 1, -2) + 1
        begin = max(down, across)
        if x > begin:
            runs.append(_Run(region.a + begin, region.c + begin - diagonal, x - begin))
        if down >= across:
            diagonal, x = diagonal + 1, down
        else:
            diagonal, x = diagonal - 1, across - 1


def _joined(runs: list[_Run], width: int, height: int) -> list[Step]:
    """Return runs that follow each other as one step, and what lies between as changed."""
    found: list[Step] = []
    a = c = 0
    for run in [*runs, _Run(width, height, 0)]:
        if run.a > a or run.c > c:
            found.append(Step(False, a, run.a, c, run.c))
        a, c = run.a + run.length, run.c + run.length
        if found and found[-1].equal and found[-1].b == run.a and found[-1].d == run.c:
            found[-1] = found[-1]._replace(b=a, d=c)
        elif run.length:
            found.append(Step(True, run.a, a, run.c, c))
    return found
