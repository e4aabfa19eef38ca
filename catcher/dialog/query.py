"""FILTER -> TERMS: the small language in which sessions are asked for.

    code>=500 verb=RCPT client=10.0.0.* -is:live since=1h "mailbox full"

Terms stand side by side and must all hold; `-` or NOT in front of one turns it round. A word without a key is looked
for in all lines, with `*` at its end as the beginning of a word; in quotes it is a phrase. What cannot be understood
becomes a problem that says where it stands and what to do; nothing is left out silently and nothing raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catcher.dialog.query_keys import KEYS, Key, Kind
from catcher.dialog.query_values import Value, nearest, read

__all__ = [
    "KEYS",
    "Completion",
    "Key",
    "Kind",
    "Place",
    "Problem",
    "Query",
    "Term",
    "Value",
    "complete",
    "parse",
    "place",
]

MOST_CHARACTERS = 2000
MOST_TERMS = 40
# A word, in which quoted parts may hold blanks.
_CHUNK = re.compile(r'(?:"[^"]*"?|[^\s"])+')
_HEAD = re.compile(r"([A-Za-z][A-Za-z_-]{0,30})(>=|<=|!=|=|>|<|:)")
# Words of one side of a conversation that look like a key: MAIL FROM:, RCPT TO:.
_FREE = re.compile(r"[A-Z]+:")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Term:
    """One condition; `key` is empty for free text, whose operator is `=`, or `~` where its last word may go on."""

    key: str
    operator: str
    value: Value
    negated: bool = False
    start: int = 0
    end: int = 0


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong between two columns (from 0, the end not included), with what to do about it."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """All that a filter says; one with problems says less than its author meant."""

    terms: tuple[Term, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def is_empty(self) -> bool:
        return not self.terms and not self.problems


@dataclass(frozen=True, slots=True)
class Completion:
    """What may replace the text between two columns."""

    text: str
    help: str
    start: int
    end: int


def parse(text: str) -> Query:
    """Return the terms of a filter, and what could not be understood."""
    return _Parser(text).run()


class _Parser:
    def __init__(self, text: str) -> None:
        # Halves of a character are no text that a database takes; in their place, so that columns stay.
        self._text = _SURROGATE.sub("\ufffd", text)
        self._terms: list[Term] = []
        self._problems: list[Problem] = []
        # Where the NOT stands that turns the next term round.
        self._not: tuple[int, int] | None = None

    def run(self) -> Query:
        if len(self._text) > MOST_CHARACTERS:
            self._complain(f"too long: use at most {MOST_CHARACTERS} characters", MOST_CHARACTERS, len(self._text))
        for chunk in _CHUNK.finditer(self._text[:MOST_CHARACTERS]):
            if len(self._terms) == MOST_TERMS:
                self._complain(f"too many terms: use at most {MOST_TERMS}", chunk.start(), len(self._text))
                break
            self._chunk(chunk[0], chunk.start(), chunk.end())
        if self._not is not None:
            self._complain("`NOT` needs a term behind it", *self._not)
        return Query(tuple(self._terms), tuple(self._problems))

    def _chunk(self, chunk: str, start: int, end: int) -> None:
        if chunk == "NOT":
            if self._not is not None:
                self._complain("one `NOT` is enough: take the other away", *self._not)
            self._not = (start, end)
        elif chunk == "OR":
            self._complain(
                '`OR` is not known: list values by commas, as in `verb=MAIL,RCPT`, or quote "OR"', start, end
            )
        elif chunk != "AND":  # which is meant anyway
            negated = self._not is not None
            self._not = None
            minus = chunk.startswith("-") and len(chunk) > 1
            self._term(chunk[1:] if minus else chunk, start, end, negated != minus)

    def _term(self, chunk: str, start: int, end: int, negated: bool) -> None:
        if chunk.count('"') % 2:
            self._complain('the quote is not closed: add `"` at its end', end - len(chunk) + chunk.rindex('"'), end)
        head = _HEAD.match(chunk)
        if head is not None and not (_FREE.match(chunk) or chunk[head.end() : head.end() + 2] == "//"):
            self._keyed(head[1], head[2], _unquoted(chunk[head.end() :]), start, end, negated)
        elif chunk.startswith("(") or (chunk.endswith(")") and "(" not in chunk):
            self._complain("brackets are not known: all terms must hold; quote them to search for them", start, end)
        else:
            self._free(chunk, start, end, negated)

    def _keyed(self, name: str, compare: str, text: str, start: int, end: int, negated: bool) -> None:
        try:
            key, compare, turned = _known(name, compare)
            value = read(key, compare, text)
        except ValueError as error:
            self._complain(str(error), start, end)
        else:
            self._terms.append(Term(key.name, compare, value, negated != turned, start, end))

    def _free(self, chunk: str, start: int, end: int, negated: bool) -> None:
        quoted = '"' in chunk
        text = _unquoted(chunk).strip() if quoted else chunk.removesuffix("*")
        if not any(character.isalnum() for character in text):
            self._complain("nothing to search for: a word needs a letter or a digit", start, end)
        elif not quoted and "*" in text:
            self._complain("in free text, `*` can stand at the end of a word only", start, end)
        else:
            self._terms.append(Term("", "=" if quoted or text == chunk else "~", (text,), negated, start, end))

    def _complain(self, text: str, start: int, end: int) -> None:
        self._problems.append(Problem(text, start, end))


def _known(name: str, compare: str) -> tuple[Key, str, bool]:
    """Return the key, the operator and whether that turns the term round; raises ValueError as `read` does."""
    key = KEYS.get(name.lower())
    if key is None:
        hint = nearest(name, KEYS) or ": quote the whole to search for it as text"
        raise ValueError(f"unknown key `{name}`{hint}")
    equal = compare in {":", "="} and (":" in key.operators or "=" in key.operators)
    if not equal and compare not in key.operators:
        allowed = ", ".join(f"`{one}`" for one in key.operators)
        raise ValueError(f"`{name}` goes with {allowed}, not with `{compare}`")
    turned = compare == "!="
    return key, "=" if equal or turned else compare, turned


def _unquoted(text: str) -> str:
    return text.replace('"', "")


@dataclass(frozen=True, slots=True)
class Place:
    """Where someone types: behind a key, or where one could begin, and what stands there between two columns.

    `name` is that of the key, known or not, and empty where none stands.
    """

    name: str
    typed: str
    start: int
    end: int


def place(text: str, position: int) -> Place:
    """Return what is being typed at a position."""
    position = max(0, min(position, len(text), MOST_CHARACTERS))
    word, start = "", position
    for chunk in _CHUNK.finditer(text[:position]):
        if chunk.end() == position:
            word, start = chunk[0], chunk.start()
    if word.startswith("-"):
        word, start = word[1:], start + 1
    head = _HEAD.match(word)
    if head is None:
        return Place("", word, start, position)
    return Place(head[1].lower(), word[head.end() :], start + head.end(), position)


def complete(text: str, position: int) -> list[Completion]:
    """Return what could stand at a position: keys, or the values of the key before it."""
    here = place(text, position)
    if not here.name:
        return [] if '"' in here.typed else list(_keys(here.typed.lower(), here.start, here.end))
    key = KEYS.get(here.name)
    return list(_values(key, here.typed, here.end)) if key is not None else []


def _keys(word: str, start: int, end: int) -> Iterable[Completion]:
    for key in KEYS.values():
        if key.name.startswith(word):
            yield Completion(key.name + key.operators[0], key.help, start, end)


def _values(key: Key, typed: str, end: int) -> Iterable[Completion]:
    last = typed.rpartition(",")[2] if key.kind is Kind.CHOICE else typed
    for choice in key.choices:
        if choice.lower().startswith(last.lower()):
            yield Completion(choice, key.help, end - len(last), end)
