"""What may stand where someone types a query: keys, and the values of the key before it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

from catcher.search.messages.keys import KEYS, OTHER_NAMES, Key
from catcher.search.messages.language import MOST_CHARACTERS

# The last word before the cursor: a quote that is open may hold blanks.
_LAST = re.compile(r'(?:(?<=[\s(])|^)[-!]*+(?:(?P<key>[A-Za-z][A-Za-z-]{0,30}):)?(?P<typed>"[^"]*|[^\s"()]*)$')
_SIMPLE = re.compile(r"[^\s\"()]+")


class Place(NamedTuple):
    """Where someone types: behind a key (known or not, "" for none), and what stands there between two columns."""

    key: str
    typed: str
    start: int
    end: int


class Completion(NamedTuple):
    """What may replace the text between two columns."""

    text: str
    help: str
    start: int
    end: int


def place(text: str, position: int) -> Place:
    """Return what is being typed at a position."""
    position = max(0, min(position, len(text), MOST_CHARACTERS))
    found = _LAST.search(text[:position])
    if found is None:
        return Place("", "", position, position)
    name = (found["key"] or "").lower()
    return Place(OTHER_NAMES.get(name, name), found["typed"], found.start("typed"), position)


def complete(text: str, position: int) -> list[Completion]:
    """Return the keys, or the known values of the key, that begin with what is typed."""
    here = place(text, position)
    if not here.key:
        return list(_keys(here)) if not here.typed.startswith('"') else []
    key = KEYS.get(here.key)
    return list(_values(key, here)) if key is not None else []


def _keys(here: Place) -> Iterable[Completion]:
    for key in KEYS.values():
        if key.name.startswith(here.typed.lower()):
            yield Completion(f"{key.name}:", key.help, here.start, here.end)


def _values(key: Key, here: Place) -> Iterable[Completion]:
    typed = here.typed.lstrip('"').lower()
    for choice in key.choices:
        if choice.lower().startswith(typed):
            yield Completion(choice, key.help, here.start, here.end)


def quoted(value: str) -> str:
    """Return a value as it is written behind a key; a quote within it counts as a blank anyway."""
    return value if _SIMPLE.fullmatch(value) else '"{}"'.format(value.replace('"', " "))
