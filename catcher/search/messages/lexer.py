"""QUERY -> TOKENS: words with their quotes taken off, brackets, and the words that join terms."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from catcher.search.messages.errors import Problem

# Quotes begin at the start of a word, or behind a key; anywhere else they are read as blanks.
_WORD = re.compile(
    r"""(?P<turned>[-!]*+)
    (?:(?P<key>[A-Za-z][A-Za-z-]{0,30}+):(?!//))?
    (?:"(?P<quoted>[^"]*+)(?P<closed>"?)|(?P<bare>[^\s"]*+))""",
    re.VERBOSE,
)
_SPACE = re.compile(r"\s+")
Sort = Literal["term", "open", "close", "and", "or", "not"]
_JOINING: dict[str, Sort] = {"AND": "and", "OR": "or", "NOT": "not"}


@dataclass(frozen=True, slots=True)
class Token:
    """One piece of a query; `value_at` is where the value of a term begins."""

    sort: Sort
    start: int
    end: int
    key: str = ""
    value: str = ""
    quoted: bool = False
    value_at: int = 0


def tokens(text: str) -> tuple[list[Token], list[Problem]]:
    """Split a query; what cannot be split so becomes a problem."""
    found: list[Token] = []
    problems: list[Problem] = []
    at = depth = 0
    while at < len(text):
        if (space := _SPACE.match(text, at)) is not None:
            at = space.end()
        elif text[at] == "(":
            found.append(Token("open", at, at + 1))
            depth, at = depth + 1, at + 1
        elif text[at] == ")":
            found.append(Token("close", at, at + 1))
            depth, at = max(0, depth - 1), at + 1
        else:
            at = _word(text, at, depth, found, problems)
    return found, problems


def _word(text: str, at: int, depth: int, found: list[Token], problems: list[Problem]) -> int:
    """Add the tokens of one word; return where the next one may begin."""
    word = _WORD.match(text, at)
    assert word is not None  # every part of it may be empty
    marks = word["turned"]
    if marks and word.end() == word.end("turned") and text[word.end() : word.end() + 1] in ("", " ", ")"):
        # Nothing that could be turned round: a dash between words.
        found.append(Token("term", at, word.end(), "", marks, False, at))
        return word.end()
    found += [Token("not", at + place, at + place + 1) for place in range(len(marks))]
    if word["quoted"] is not None:
        if not word["closed"]:
            quote = word.start("quoted") - 1
            problems.append(Problem(quote, len(text) - quote, "The quote is not closed", 'add " at its end'))
        start = at + len(marks)
        key = word["key"] or ""
        found.append(Token("term", start, word.end(), key, word["quoted"], True, word.start("quoted") - 1))
        return word.end()
    return _bare(text, word, depth, found)


def _bare(text: str, word: re.Match[str], depth: int, found: list[Token]) -> int:
    start, value_at, end = word.end("turned"), word.start("bare"), word.end()
    key, value = word["key"] or "", word["bare"]
    if not key and value.startswith("("):  # a minus before a bracket
        return start
    while depth and value.endswith(")") and value.count(")") > value.count("("):
        value, end = value[:-1], end - 1
    if value or key:
        sort = _JOINING.get(value, "term") if not key else "term"
        found.append(Token(sort, start, end, key, value, False, value_at))
    elif text[end : end + 1] == '"':  # within a word: a blank
        return end + 1
    return end
