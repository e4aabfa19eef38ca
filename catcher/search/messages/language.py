"""QUERY -> TREE: the language in which messages are asked for.

    from:shop (subject:invoice OR has:attachment) -is:read after:2h "your order"

It is Mailpit's, with OR, brackets and more keys. Terms that stand side by side must all hold; `-`, `!` or NOT in
front of one turns it round; OR binds less than that. What cannot be understood is a problem that says where it stands
and what to write instead: a query that has one finds nothing, for it would find what was not meant.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo

from catcher.search.messages.errors import Problem, QueryError
from catcher.search.messages.lexer import Token, tokens
from catcher.search.messages.tree import ANYTHING, Either, Every, Node, Without, texts
from catcher.search.messages.values import leaf

MOST_CHARACTERS = 2000
MOST_TERMS = 40
DEEPEST = 20


@dataclass(frozen=True, slots=True)
class Query:
    """What was asked for, as it was written and as a tree; `problems` are only kept by a lenient reading."""

    text: str
    tree: Node
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.tree == ANYTHING

    @property
    def highlights(self) -> tuple[str, ...]:
        """Return what to mark in what was found, in lower case, the longest first."""
        needles = dict.fromkeys(text.needle for text in texts(self.tree))
        return tuple(sorted(needles, key=len, reverse=True))


def parse(text: str, now: datetime | None = None, zone: tzinfo = UTC, lenient: bool = False) -> Query:
    """Return what a query asks for; raises QueryError with all of its problems.

    `now` is what `after:2h` counts from, and days begin at midnight in `zone`. A lenient reading does as Mailpit does:
    it leaves out what it does not understand, takes an unknown key for text, and keeps the problems.
    """
    reading = _Reading(text, now or datetime.now(UTC), zone, lenient)
    tree = reading.run()
    if reading.problems and not lenient:
        raise QueryError(tuple(sorted(reading.problems)))
    return Query(text, tree, tuple(sorted(reading.problems)))


class _Reading:
    """Recursive descent: alternatives, then what stands side by side, then what is turned round or in brackets."""

    def __init__(self, text: str, now: datetime, zone: tzinfo, lenient: bool) -> None:
        self._text = text
        self._now = now
        self._zone = zone
        self._lenient = lenient
        self.problems: list[Problem] = []
        self._tokens: list[Token] = []
        self._at = 0

    def run(self) -> Node:
        text = self._text
        if len(text) > MOST_CHARACTERS:
            self._complain(MOST_CHARACTERS, len(text), "The query is too long", f"use up to {MOST_CHARACTERS} letters")
            text = text[:MOST_CHARACTERS]
        found, problems = tokens(text)
        self.problems += problems
        self._tokens = self._bounded(found)
        tree = self._either(0)
        while self._at < len(self._tokens):  # closing brackets that nothing opened
            self._complain_of(self._tokens[self._at], "This bracket closes nothing", "take it away, or quote the text")
            self._at += 1
            tree = _joined([tree, self._either(0)])
        return tree

    def _bounded(self, found: list[Token]) -> list[Token]:
        terms = [place for place, token in enumerate(found) if token.sort == "term"]
        if len(terms) <= MOST_TERMS:
            return found
        first = found[terms[MOST_TERMS]]
        self._complain(first.start, len(self._text), "There are too many terms", f"use up to {MOST_TERMS}")
        return found[: terms[MOST_TERMS]]

    def _either(self, depth: int) -> Node:
        parts = [self._every(depth)]
        while (token := self._peek()) is not None and token.sort == "or":
            self._at += 1
            if parts[-1] is None:
                self._complain_of(token, "OR needs a term before it", 'write one, or "OR" to search for the word')
            parts.append(self._every(depth))
            if parts[-1] is None:
                self._complain_of(token, "OR needs a term behind it", 'write one, or "OR" to search for the word')
        found = [part for part in parts if part is not None]
        return _joined(found) if len(found) < 2 else Either(tuple(found))

    def _every(self, depth: int) -> Node | None:
        parts: list[Node] = []
        while (token := self._peek()) is not None and token.sort not in ("or", "close"):
            self._at += 1
            if token.sort == "and":
                continue  # it is meant anyway
            part = self._one(token, depth)
            if part is not None:
                parts.append(part)
        return _joined(parts) if parts else None

    def _one(self, token: Token, depth: int) -> Node | None:
        turned = False
        while token.sort == "not":
            turned = not turned
            following = self._peek()
            if following is None or following.sort in ("or", "close", "and"):
                word = self._text[token.start : token.end]
                self._complain_of(token, f"{word} needs a term behind it", "write one, or quote it")
                return None
            self._at += 1
            token = following
        part = self._bracket(token, depth) if token.sort == "open" else self._term(token)
        return Without(part) if turned and part is not None else part

    def _bracket(self, opening: Token, depth: int) -> Node | None:
        if depth >= DEEPEST:
            self._complain_of(opening, "The brackets are nested too deeply", f"use up to {DEEPEST}")
            self._at = len(self._tokens)
            return None
        first = self._at
        part = self._either(depth + 1)
        if self._peek() is None:
            if not any(problem.text.startswith("The brackets") for problem in self.problems):
                self._complain_of(opening, "The bracket is not closed", "add ) where it ends, or quote the text")
        else:
            self._at += 1
            if self._at == first + 1:
                self._complain_of(opening, "There is nothing between the brackets", "take them away")
        return None if part == ANYTHING else part

    def _term(self, token: Token) -> Node | None:
        found = leaf(token, self._now, self._zone, self._lenient)
        if isinstance(found, Problem):
            self.problems.append(found)
            return None
        if found.problem is not None:
            self.problems.append(found.problem)
        return found.node

    def _peek(self) -> Token | None:
        return self._tokens[self._at] if self._at < len(self._tokens) else None

    def _complain_of(self, token: Token, text: str, hint: str) -> None:
        self._complain(token.start, token.end, text, hint)

    def _complain(self, start: int, end: int, text: str, hint: str) -> None:
        self.problems.append(Problem(start, end - start, text, hint))


def _joined(parts: list[Node]) -> Node:
    return parts[0] if len(parts) == 1 else Every(tuple(part for part in parts if part != ANYTHING))
