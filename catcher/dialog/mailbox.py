"""The argument of MAIL and RCPT -> the mailbox and the parameters, of any server and however it is written. Pure."""

from __future__ import annotations

import re
from typing import NamedTuple

# RFC 5321 §4.1.2; more than the grammar allows, since what clients send is to be shown: spaces, no brackets, no end.
_PATH = re.compile(r'[^:<]*:?\s*(?:<(?P<path>(?:"(?:[^"\\]|\\.)*"|[^<>"])*)>|<?(?P<bare>[^\s<>]*)>?)')
_LONGEST = 4000
# RFC 5321 §4.1.1.2 (esmtp-param).
_PARAMETER = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*(?:=.*)?")


class Argument(NamedTuple):
    mailbox: str
    parameters: tuple[str, ...] = ()


def read(argument: str) -> Argument:
    """Take an argument apart; where an address is not in brackets, what stands before its @ belongs to it."""
    match = _PATH.match(argument[:_LONGEST])
    if match is None:
        return Argument("")
    words = argument[match.end() : _LONGEST].split()
    if match["path"] is not None:
        return Argument(match["path"].strip(), _parameters(words))
    last = max((place for place, word in enumerate(words) if "@" in word.partition("=")[0]), default=-1)
    bare = " ".join((match["bare"], *(word.rstrip(">") for word in words[: last + 1])))
    return Argument(bare.strip(), _parameters(words[last + 1 :]))


def _parameters(words: list[str]) -> tuple[str, ...]:
    return tuple(word for word in words if _PARAMETER.fullmatch(word))
