"""What is wrong with a query, within the text that has it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from catcher.search.messages import Problem

# Of a long text, so much is shown before what is wrong, of that, and behind it.
BEFORE, WRONG, BEHIND = 40, 60, 30


class Marked(NamedTuple):
    """A problem with the text around it; columns begin with 1."""

    before: str
    wrong: str
    behind: str
    column: int
    text: str


def marked(text: str, problems: Iterable[Problem]) -> tuple[Marked, ...]:
    return tuple(_marked(text, problem) for problem in problems)


def _marked(text: str, problem: Problem) -> Marked:
    end = problem.position + problem.length
    before = text[: problem.position]
    return Marked(
        before if len(before) <= BEFORE else f"…{before[1 - BEFORE :]}",
        text[problem.position : end][:WRONG],
        text[end:][:BEHIND],
        problem.position + 1,
        f"{problem.text}: {problem.hint}" if problem.hint else problem.text,
    )
