"""FACTS -> CODES: what is known of a message beside its words, each fact in three characters, which is one token.

The index knows every three characters that follow each other. A code begins with a control character, which no text
has (catcher/search/messages/text.py), so that nothing else looks like one, wherever it stands.
"""

from __future__ import annotations

from collections.abc import Iterable

from catcher.dialog.lint.registry import by_id

# The fact that all messages have.
ALL = "\x01*\x01"
_HAS = {"attachment": "a", "inline": "i", "link": "l", "code": "c", "finding": "f"}
_LEVELS = 10
# Larger messages count as this large.
MOST_OCTETS = (1 << 30) - 1
_FIRST = 0x100


def code(name: str) -> str:
    """Return the code of `has=link` or `finding=m04`."""
    key, _, value = name.partition("=")
    return f"\x02{_HAS[value]}\x02" if key == "has" else _rule(value)


def _rule(name: str) -> str:
    number = int(name[1:]) if name[1:].isdigit() else 0
    return f"\x03{name[:1].lower()}{chr(_FIRST + number % 10_000)}"


def beginning(name: str) -> list[str]:
    """Return the codes of all rules whose names begin like this."""
    return [_rule(rule) for rule in by_id if rule.lower().startswith(name.partition("=")[2])]


def sizes(octets: int) -> Iterable[str]:
    """Return the codes of a size: of the size itself, and of ever larger ranges that it lies in."""
    return (_range(level, min(octets, MOST_OCTETS) >> 3 * level) for level in range(_LEVELS))


def between(least: int, most: int | None) -> Iterable[str]:
    """Return the codes of the fewest ranges that cover all sizes between two numbers."""
    low, high = max(0, least), MOST_OCTETS if most is None else min(most, MOST_OCTETS)
    for level in range(_LEVELS):
        while low <= high and (low % 8 or level == _LEVELS - 1):
            yield _range(level, low)
            low += 1
        while low <= high and high % 8 != 7:
            yield _range(level, high)
            high -= 1
        if low > high:
            return
        low, high = low >> 3, high >> 3


def _range(level: int, number: int) -> str:
    return f"\x04{chr(0x10000 + (level << 15) + (number >> 15))}{chr(0x10000 + (number & 0x7FFF))}"


def character(field: int, char: str) -> str:
    """Return the code of a character that is in a field, which is given by its place."""
    return f"{_mark(field)}{char}{_mark(field)}"


def characters(field: int, chars: Iterable[str]) -> str:
    """Return the codes of all characters of a field."""
    mark = _mark(field)
    return f"{mark}{mark.join(sorted(chars))}{mark}"


def _mark(field: int) -> str:
    return chr(0x0E + field)
