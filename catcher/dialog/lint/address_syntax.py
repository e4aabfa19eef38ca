"""ADDRESS LIST -> what is wrong with its syntax (RFC 5322, section 3.4), where catcher.mime reads whatever was sent.

Old forms that every program reads (dots in a name, blanks and comments anywhere) pass. A list is first written as one
letter for each of its tokens, so that the grammar is a few patterns over those letters.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

MAX_VALUE: Final = 20_000  # characters of a list that are checked

_TOKEN = re.compile(
    r"""(?P<blank>\s++)
    | (?P<q>"(?:[^"\\]|\\.)*+")
    | (?P<d>\[[^\[\]\\\s]*+\])
    | (?P<w>[^\s()<>\[\]:;@\\,."\x00-\x1f\x7f]++)
    | (?P<mark>[<>@,:;.])
    | (?P<open>\()
    | (?P<x>.)""",
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"\\.|[()]", re.DOTALL)

_ADDRESS = r"[wq](?:\.[wq])*+@(?:w(?:\.w)*+|d)"
_MAILBOX = re.compile(rf"(?:[wq][wq.]*+)?+<(?:@w(?:\.w)*+[,:])*+{_ADDRESS}>|{_ADDRESS}")
_GROUP_START = re.compile(r"[wq][wq.]*+:")


class Problem(NamedTuple):
    """What is wrong in a few words, and the text of the entry."""

    what: str
    entry: str


class _Tokens(NamedTuple):
    letters: str
    places: list[tuple[int, int]]


def problem(value: str) -> Problem | None:
    """Return the first problem of an address list, or None; a list longer than is checked has none."""
    if len(value) > MAX_VALUE:
        return None
    tokens = _read(value)
    if isinstance(tokens, Problem):
        return tokens
    if not tokens.letters:
        return Problem("the field is empty", "")
    at = _first_failure(tokens.letters)
    return None if at is None else _explained(value, tokens, at)


def _read(value: str) -> _Tokens | Problem:
    letters: list[str] = []
    places: list[tuple[int, int]] = []
    pos = 0
    while pos < len(value):
        match = _TOKEN.match(value, pos)
        assert match is not None
        pos = match.end()
        kind = match.lastgroup or "x"
        if kind == "open":
            end = _comment_end(value, pos)
            if end is None:
                return Problem("a comment is not closed", value)
            pos = end
        elif match[0] == '"':
            # To go on would be quadratic: each further quotation mark might begin a string without an end.
            return Problem("a quotation mark is not closed", value)
        elif kind != "blank":
            letters.append(match[0] if kind == "mark" else kind)
            places.append(match.span())
    return _Tokens("".join(letters), places)


def _comment_end(value: str, pos: int) -> int | None:
    """Return where a comment ends, which may hold others (section 3.2.2)."""
    depth = 1
    for match in _COMMENT_MARK.finditer(value, pos):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if not depth:
            return match.end()
    return None


def _first_failure(letters: str) -> int | None:
    """Return the index of the token at which no entry of a list begins, or None where all is well."""
    pos, in_group = 0, False
    while True:
        group = None if in_group else _GROUP_START.match(letters, pos)
        if group is not None:
            in_group, pos = True, group.end()
        entry = _MAILBOX.match(letters, pos)
        if entry is not None:
            after = entry.end()
        elif in_group and letters[pos : pos + 1] == ";":
            after = pos  # a group may be empty: undisclosed-recipients:;
        else:
            return pos
        if in_group and letters[after : after + 1] == ";":
            in_group, after = False, after + 1
        if after == len(letters):
            return pos if in_group else None
        if letters[after] != ",":
            return pos
        pos = after + 1


def _explained(value: str, tokens: _Tokens, at: int) -> Problem:
    if at >= len(tokens.letters):
        return Problem("a comma at the end", value)
    stop = min((i for i in (tokens.letters.find(mark, at) for mark in ",;") if i >= 0), default=len(tokens.letters))
    letters = tokens.letters[at:stop]
    if not letters:
        return Problem("an empty entry between two commas" if tokens.letters[at] == "," else "a semicolon", value)
    entry = value[tokens.places[at][0] : tokens.places[stop - 1][1]]
    return Problem(_what(letters, tokens.letters[stop : stop + 1]), entry)


def _what(letters: str, behind: str) -> str:
    if behind == ";" and _MAILBOX.fullmatch(letters):
        return "a semicolon between addresses"
    if letters.count("<") != letters.count(">"):
        return "< and > do not match"
    if "@" not in letters:
        return "no address; a name with a comma needs quotes" if behind == "," and "<" not in letters else "no address"
    if letters.count("@") > 1:
        return "two addresses without a comma"
    return "bad syntax"
