"""TREE -> what the index is asked, in FTS5's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from catcher.search.messages import facts
from catcher.search.messages.entry import END
from catcher.search.messages.index import COLUMNS
from catcher.search.messages.tree import FIELDS, Fact, Text

Alphabet = Callable[[], Iterable[str]]


def phrase(text: str) -> str:
    quoted = text.replace('"', '""')
    return f'"{quoted}"'


def either(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' OR '.join(parts)})"


def every(parts: Sequence[str]) -> str:
    return parts[0] if len(parts) == 1 else f"({' AND '.join(parts)})"


def without(part: str) -> str:
    return f"({anything()} NOT {part})"


def anything() -> str:
    return f"facts : {phrase(facts.ALL)}"


def of_text(text: Text, alphabet: Alphabet) -> str:
    """Return what finds a text; of one or two characters, by what is known to be in the field or to follow them."""
    places = [FIELDS.index(field) for field in text.fields]
    if len(text.needle) == 1:
        return f"characters : {either([phrase(facts.character(place, text.needle)) for place in places])}"
    columns = " ".join(COLUMNS[place] for place in places)
    if len(text.needle) > 2:
        return f"{{{columns}}} : {phrase(text.needle)}"
    following = dict.fromkeys([END, *alphabet()])
    return f"{{{columns}}} : {either([phrase(text.needle + character) for character in following])}"


def of_fact(fact: Fact) -> str:
    """Return what finds a fact; there may be none that begins like that: "" then."""
    codes = facts.beginning(fact.name) if fact.prefix else [facts.code(fact.name)]
    return f"facts : {either([phrase(code) for code in codes])}" if codes else ""


def of_size(least: int, most: int | None) -> str:
    """Return what finds sizes between two numbers; there may be none: "" then."""
    codes = [phrase(code) for code in facts.between(least, most)]
    return f"facts : {either(codes)}" if codes else ""
