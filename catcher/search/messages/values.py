"""TERM -> NODE: what one term of a query means, read by the kind that its key takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, tzinfo
from difflib import get_close_matches
from typing import NamedTuple

from catcher.search.messages import times
from catcher.search.messages.errors import Problem
from catcher.search.messages.keys import KEYS, OTHER_CHOICES, OTHER_NAMES, Key, Kind
from catcher.search.messages.lexer import Token
from catcher.search.messages.text import plain
from catcher.search.messages.tree import (
    ADDRESSED,
    ANYWHERE,
    ByClient,
    Fact,
    Node,
    OfSession,
    OfThread,
    Received,
    Size,
    State,
    Tagged,
    Text,
)

_SIZE = re.compile(r"(\d{1,12}(?:\.\d{1,6})?)\s*([kmg]?)i?b?", re.ASCII)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}
_RULE = re.compile(r"[a-z]\d{0,4}", re.ASCII)
_MOST_SHOWN = 40


class Read(NamedTuple):
    """What a term means, with what was wrong where it was read all the same."""

    node: Node
    problem: Problem | None = None


class _Wrong(ValueError):
    def __init__(self, text: str, hint: str, about_key: bool = False) -> None:
        super().__init__(text)
        self.text, self.hint, self.about_key = text, hint, about_key


def leaf(token: Token, now: datetime, zone: tzinfo, lenient: bool = False) -> Read | Problem:
    """Return what a term means, or what is wrong with it."""
    try:
        return Read(_keyed(token, now, zone) if token.key else _free(token.value))
    except _Wrong as wrong:
        start, end = token.start, token.end
        if wrong.about_key:
            end = start + len(token.key) + 1
        elif token.key and token.value:
            start = token.value_at
        problem = Problem(start, end - start, wrong.text, wrong.hint)
    if lenient and token.key and _key(token.key) is None and (text := plain(f"{token.key}:{token.value}")):
        return Read(Text(ANYWHERE, text), problem)
    return problem


def _key(name: str) -> Key | None:
    name = name.lower()
    return KEYS.get(OTHER_NAMES.get(name, name))


def _free(value: str) -> Node:
    return Text(ANYWHERE, _needle(value))


def _needle(value: str) -> str:
    text = plain(value)
    if not text:
        raise _Wrong("There is nothing to search for", "write a word; < > , ; ( ) and quotes count as blanks")
    return text


def _keyed(token: Token, now: datetime, zone: tzinfo) -> Node:
    key = _key(token.key)
    if key is None:
        near = nearest(token.key, [*KEYS, *OTHER_NAMES])
        quoted = f'"{_short(f"{token.key}:{token.value}")}" searches for it as text'
        raise _Wrong(f"There is no key {token.key}", f"did you mean {near}:? {quoted}" if near else quoted, True)
    value = token.value.strip()
    if not value:
        raise _Wrong(f"{token.key}: needs a value", f"such as {key.examples[0]}")
    if key.kind is Kind.TIME:
        return _time(key, value, now, zone)
    return _READERS[key.kind](key, value)


def _text(key: Key, value: str) -> Node:
    needle = _needle(value)
    if key.name == "client":
        return ByClient(needle)
    return Text(ADDRESSED if key.name == "addressed" else (key.name,), needle)


def _choice(key: Key, value: str) -> Node:
    choice = OTHER_CHOICES.get(value.lower(), value.lower())
    if choice not in key.choices:
        near = nearest(value, key.choices)
        hint = f"did you mean {key.name}:{near}?" if near else f"use one of {', '.join(key.choices)}"
        raise _Wrong(f"{key.name}: does not know {_short(value)}", hint)
    return Fact(f"has={choice}") if key.name == "has" else State(choice)


def _name(key: Key, value: str) -> Node:
    makers: dict[str, Callable[[str], Node]] = {"tag": Tagged, "session": OfSession, "thread": OfThread}
    return makers[key.name](value)


def _rule(key: Key, value: str) -> Node:
    name = value.lower()
    beginning = name.endswith("*")
    if not _RULE.fullmatch(name.removesuffix("*")) or (len(name) == 1 and not beginning):
        raise _Wrong(f"{_short(value)} is no rule", f"write {key.examples[0]}, or {key.examples[1]} for several")
    return Fact(f"finding={name.removesuffix('*')}", beginning)


def _size(key: Key, value: str) -> Node:
    found = _SIZE.fullmatch(value.lower())
    if found is None:
        raise _Wrong(f"{_short(value)} is no size", f"write a number, or one with a unit: {key.examples[0]}")
    octets = float(found[1]) * _UNITS[found[2]]
    # Neither counts the number itself; what lies between two octets is none.
    return Size(least=int(octets) + 1) if key.name == "larger" else Size(most=-int(-octets // 1) - 1)


def _time(key: Key, value: str, now: datetime, zone: tzinfo) -> Node:
    span = times.span(value, now, zone)
    if span is None:
        raise _Wrong(f"{_short(value)} is no time", f"write {', '.join(key.examples)} or 2026-11-24T10:30")
    if key.name == "after":
        return Received(since=span.start)
    if key.name == "before":
        return Received(until=span.start, included=True)
    if span.start == span.end:  # on a moment: on its day
        day = times.span(span.start.astimezone(zone).strftime("%Y-%m-%d"), now, zone)
        span = day or span
    return Received(since=span.start, until=span.end)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return a known word that is close to another, or nothing."""
    close = get_close_matches(word[:_MOST_SHOWN].lower(), list(known), 1, 0.6)
    return close[0] if close else ""


def _short(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else text[:_MOST_SHOWN] + "…"


_READERS: dict[Kind, Callable[[Key, str], Node]] = {
    Kind.TEXT: _text,
    Kind.CHOICE: _choice,
    Kind.NAME: _name,
    Kind.RULE: _rule,
    Kind.SIZE: _size,
}
