"""What is wrong with a query: where, and what to write instead."""

from __future__ import annotations

from typing import NamedTuple


class Problem(NamedTuple):
    """`text` says what is wrong with `length` characters from `position` on, and `hint` what to do instead."""

    position: int
    length: int
    text: str
    hint: str = ""


class QueryError(ValueError):
    """A query that cannot be understood as a whole; position, length, text and hint are those of its first problem."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        first = problems[0]
        super().__init__(f"{first.text}: {first.hint}" if first.hint else first.text)
        self.problems = problems
        self.position, self.length, self.text, self.hint = first
