"""Two lines -> the words that differ, and which of many lines belong together."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import Final, NamedTuple

from catcher.compare.steps import Work, steps

MAX_PAIRED: Final = 1_600  # pairs of lines in one block that are weighed against each other
ALIKE: Final = 0.35  # share of their words that two lines have in common to count as one line that was changed
_WORDS_WEIGHED: Final = 60
_CHARACTERS_WEIGHED: Final = 400
_OF_A_LINE: Final = 60  # what comparing two lines costs, however short they are
_OF_A_PAIR: Final = 12
_TOKEN = re.compile(r"\d+(?:[.,]\d+)++(?!\w)|\w+|\s+|[^\w\s]")


class Span(NamedTuple):
    """A piece of a line; marked where the other side has something else."""

    text: str
    marked: bool = False


Spans = tuple[Span, ...]


def plain(text: str) -> Spans:
    return (Span(text),) if text else ()


def marked(before: str, after: str, work: Work, ignore_space: bool = False) -> tuple[Spans, Spans]:
    """Return both lines with the words marked that differ; unmarked where they have too little in common."""
    if not work.pay(_OF_A_LINE + len(before) + len(after)):
        return plain(before), plain(after)
    left, right = _TOKEN.findall(before), _TOKEN.findall(after)
    a, c = _compared(left, ignore_space), _compared(right, ignore_space)
    common: list[tuple[int, int]] = []
    for step in steps([left[at] for at in a], [right[at] for at in c], work):
        if step.equal:
            common += zip(a[step.a : step.b], c[step.c : step.d], strict=True)
    kept = sum(len(left[at]) for at, _ in common if not left[at].isspace())
    if kept * 4 < max(_weight(left), _weight(right)):
        return plain(before), plain(after)
    return (
        _spans(left, set(a) - {at for at, _ in common}),
        _spans(right, set(c) - {at for _, at in common}),
    )


def _compared(tokens: list[str], ignore_space: bool) -> list[int]:
    return [at for at, token in enumerate(tokens) if not (ignore_space and token.isspace())]


def _weight(tokens: list[str]) -> int:
    return sum(len(token) for token in tokens if not token.isspace())


def _spans(tokens: list[str], changed: set[int]) -> Spans:
    flags = [at in changed for at in range(len(tokens))]
    for at in range(1, len(tokens) - 1):
        # A space between two words that changed reads better as a part of the change.
        flags[at] = flags[at] or (tokens[at].isspace() and at - 1 in changed and at + 1 in changed)
    pairs = zip(tokens, flags, strict=True)
    runs = groupby(pairs, lambda pair: pair[1])
    return tuple(Span("".join(token for token, _ in run), flag) for flag, run in runs)


def pairs(before: list[str], after: list[str], work: Work) -> list[tuple[int, int]]:
    """Return which line became which, in order; a line without a like one is in no pair."""
    if len(before) == len(after) == 1:
        return [(0, 0)]
    size = len(before) * len(after)
    weighed = sum(min(len(line), _CHARACTERS_WEIGHED) for side in (before, after) for line in side)
    if size > MAX_PAIRED or not work.pay(size * _OF_A_PAIR + weighed):
        return []
    left, right = [_bag(line) for line in before], [_bag(line) for line in after]
    weights = [[_alike(a, c) for c in right] for a in left]
    return _heaviest(weights)


def _bag(line: str) -> Counter[str]:
    return Counter(
        token for token in _TOKEN.findall(line[:_CHARACTERS_WEIGHED])[:_WORDS_WEIGHED] if not token.isspace()
    )


def _alike(a: Counter[str], c: Counter[str]) -> float:
    total = a.total() + c.total()
    share = 2 * (a & c).total() / total if total else 1.0
    return share if share >= ALIKE else 0.0


def _heaviest(weights: list[list[float]]) -> list[tuple[int, int]]:
    """Return the pairs of rising indexes whose weights are most together."""
    rows, columns = len(weights), len(weights[0]) if weights else 0
    best = [[0.0] * (columns + 1) for _ in range(rows + 1)]
    for a in range(rows - 1, -1, -1):
        for c in range(columns - 1, -1, -1):
            with_both = best[a + 1][c + 1] + weights[a][c]
            best[a][c] = max(best[a + 1][c], best[a][c + 1], with_both)
    found: list[tuple[int, int]] = []
    a = c = 0
    while a < rows and c < columns:
        if weights[a][c] and best[a][c] == best[a + 1][c + 1] + weights[a][c]:
            found.append((a, c))
            a, c = a + 1, c + 1
        elif best[a][c] == best[a + 1][c]:
            a += 1
        else:
            c += 1
    return found
