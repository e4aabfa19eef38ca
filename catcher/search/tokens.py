"""What the index knows: tokens, one a fact of a session, and the tree of what is wanted of them.

A token is `key=value` in lower case whose punctuation is moved to private-use characters: every tokenizer of words
takes those for letters, so that a value stays one token, and the beginning of a value the beginning of its token. The
tree knows no SQL; catcher/search/index.py writes it for the database at hand.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

# Longer values are found by their first characters.
MOST_CHARACTERS = 255
_PUNCTUATION = re.compile(r"[\W_]")
_MOST_BITS = 63


@dataclass(frozen=True, slots=True)
class Token:
    """A session that has this token, or one that begins with it."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """A session in whose lines these words follow each other; with `prefix`, the last one may go on."""

    text: str
    prefix: bool = False


@dataclass(frozen=True, slots=True)
class Every:
    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Either:
    parts: tuple[Wanted, ...]


@dataclass(frozen=True, slots=True)
class Without:
    part: Wanted


Wanted = Token | Phrase | Every | Either | Without


def has_prefix(wanted: Wanted) -> bool:
    match wanted:
        case Token(_, prefix) | Phrase(_, prefix):
            return prefix
        case Without(part):
            return has_prefix(part)
        case Every(parts) | Either(parts):
            return any(has_prefix(part) for part in parts)


# The token that every session has.
ALL = "all"


def plain(text: str) -> str:
    """Return the text with its punctuation moved to where every tokenizer sees letters."""
    return _PUNCTUATION.sub(_moved, text.lower())


def _moved(match: re.Match[str]) -> str:
    return chr(0xE000 + ord(match[0]) % 0x1800)


def token(key: str, value: str) -> str:
    return plain(f"{key}={value[:MOST_CHARACTERS]}")


def backwards(key: str, value: str) -> str:
    """Return the token that finds a value by its end."""
    return plain(f"{key}<{value[: -MOST_CHARACTERS - 1 : -1]}")


def both(key: str, value: str) -> list[str]:
    """Return the tokens of a value that is searched by patterns; none for an empty one.

    Addresses have one more for their domain: its end alone would be the end of many different tokens.
    """
    if not value:
        return []
    domain = value.rpartition("@")[2] if "@" in value else ""
    return [token(key, value), backwards(key, value), *([token(f"{key}@", domain)] if domain else [])]


def magnitude(key: str, number: int) -> str:
    """Return the token of a number: by the digits that it has in binary."""
    return token(key, str(min(max(number, 0).bit_length(), _MOST_BITS)))


def between(key: str, least: int, most: int | None) -> Wanted:
    """Want a number's magnitude; its exact value is for the row to tell."""
    last = _MOST_BITS if most is None else min(max(most, 0).bit_length(), _MOST_BITS)
    first = min(max(least, 0).bit_length(), _MOST_BITS)
    return Either(tuple(Token(token(key, str(bits))) for bits in range(first, last + 1)))


def codes(key: str, wanted: Iterable[int]) -> Wanted:
    """Want one of these reply codes, a whole hundred by one token."""
    left = set(wanted)
    parts: list[Wanted] = []
    for hundred in (2, 3, 4, 5):
        whole = set(range(hundred * 100, hundred * 100 + 100))
        if whole <= left:
            left -= whole
            parts.append(Token(token(key, f"{hundred}xx")))
    return Either((*parts, *(Token(token(key, str(code))) for code in sorted(left))))


def code_tokens(key: str, code: int) -> tuple[str, str]:
    return token(key, str(code)), token(key, f"{code // 100}xx")


def pattern(key: str, glob: str) -> tuple[Wanted, str]:
    """Want a value by its pattern; also return the expression that the tokens must match where these do not suffice."""
    first, star, rest = glob.partition("*")
    last = rest.rpartition("*")[2]
    if not star:
        return Token(token(key, glob)), ""
    if not rest:
        return Token(token(key, first), prefix=True), ""
    if glob.startswith("*@") and "*" not in rest and "@" not in rest[1:]:
        return Token(token(f"{key}@", rest[1:])), ""
    if not first and "*" not in rest:
        return Token(backwards(key, last), prefix=True), ""
    ends: list[Wanted] = [Token(token(key, first), prefix=True)]
    if last:
        ends.append(Token(backwards(key, last), prefix=True))
    parts = "[^ ]*".join(re.escape(plain(part)) for part in glob.split("*"))
    return Every(tuple(ends)), f" {re.escape(token(key, ''))}{parts} "
