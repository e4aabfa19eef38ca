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
MOST_BITS = 63
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


def magnitude(octets: int) -> str:
    """Return the code of a size: of the digits that it has in binary."""
    return f"\x04{chr(_FIRST + min(octets.bit_length(), MOST_BITS))}\x04"


def magnitudes(least: int, most: int | None) -> list[str]:
    """Return the codes that sizes between two numbers may have."""
    last = MOST_BITS if most is None else min(most.bit_length(), MOST_BITS)
    return [f"\x04{chr(_FIRST + bits)}\x04" for bits in range(min(least.bit_length(), MOST_BITS), last + 1)]


def character(field: int, char: str) -> str:
    """Return the code of a character that is in a field, which is given by its place."""
    return f"{_mark(field)}{char}{_mark(field)}"


def characters(field: int, chars: Iterable[str]) -> str:
    """Return the codes of all characters of a field."""
    mark = _mark(field)
    return f"{mark}{mark.join(sorted(chars))}{mark}"


def _mark(field: int) -> str:
    return chr(0x0E + field)
