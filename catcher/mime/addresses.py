"""Address lists (RFC 5322, section 3.4) as they are sent, not as they should be."""

import re
from typing import Final, NamedTuple

from catcher.mime.charsets import one_line
from catcher.mime.words import ENCODED_WORD, decode_words

MAX_ADDRESSES: Final = 1_000
MAX_LENGTH: Final = 1_000  # characters of one name or address
MAX_VALUE: Final = 400_000  # characters of a whole list

_ATOM = r"[^\s\x00-\x20<>@,;:\"()\\\[\]\x7f]++"
_SIMPLE = re.compile(rf"([^<>@,;:\"()\\\[\]=]*+)<({_ATOM}@{_ATOM})>|({_ATOM}@{_ATOM})")
_TOKEN = re.compile(
    rf"""(?P<word>{ENCODED_WORD})
    | "(?P<quoted>(?:[^"\\]|\\.)*+)"?
    | <(?P<angle>[^<>]*+)>?
    | (?P<literal>\[[^\[\]]*+\]?)
    | (?P<text>(?:(?!=\?)[^\s"()<>,;:\[\\])++|=\?)
    | (?P<mark>[(),;:])
    | (?P<blank>\s++)
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_BLANK: Final = "\n"
_QUOTED_PAIR = re.compile(r"\\(.)", re.DOTALL)


class Address(NamedTuple):
    """A mailbox: the name to show, decoded, and the address as sent; either may be empty."""

    name: str
    address: str


def addresses(value: str) -> list[Address]:
    """Return the mailboxes of a list, groups dissolved, at most 1,000; text alone becomes a name."""
    value = value[:MAX_VALUE]
    return _simple_list(value) or _Reader().read(value)


def _simple_list(value: str) -> list[Address]:
    """Read the two forms nearly every mail uses; [] where the value needs the full reader."""
    found: list[Address] = []
    for entry in value.split(",", MAX_ADDRESSES):
        match = _SIMPLE.fullmatch(entry.strip())
        if match is None or len(entry) > MAX_LENGTH or not entry.strip().isprintable():
            return []
        name, angle, bare = match.groups()
        found.append(Address("", bare) if bare else Address(one_line(name), angle))
    return found[:MAX_ADDRESSES]


class _Reader:
    """Gathers one mailbox after another; a comment counts as the name where there is no other."""

    def __init__(self) -> None:
        self.found: list[Address] = []
        self.depth = 0  # of comments, which nest
        self.in_group = False
        self._begin()

    def _begin(self) -> None:
        self.words: list[str] = []
        self.comment: list[str] = []
        self.angle: str | None = None
        self.sent: list[str] = []  # the same words with their quotes, _BLANK for white space outside of them
        self.has_at = False

    def read(self, value: str) -> list[Address]:
        for token in _TOKEN.finditer(value):
            kind = token.lastgroup or "other"
            text = token[kind]
            if self.depth or (kind == "mark" and text in "()"):
                self._comment(text, token[0])
            elif kind == "mark":
                self._mark(text)
            else:
                self._word(kind, text, token[0])
            if len(self.found) >= MAX_ADDRESSES:
                return self.found[:MAX_ADDRESSES]
        self._end()
        return self.found[:MAX_ADDRESSES]

    def _comment(self, text: str, whole: str) -> None:
        if text == "(":
            self.depth += 1
        elif text == ")":
            self.depth = max(0, self.depth - 1)
        else:
            self.comment.append(whole)

    def _mark(self, text: str) -> None:
        if text == ":" and not (self.in_group or self.has_at or self.angle is not None):
            # What stood before is the name of a group, which is no mailbox.
            self.in_group = True
            self._begin()
        elif text == ":":
            self._add(text, text)
        else:
            self._end()
            self.in_group = self.in_group and text == ","

    def _word(self, kind: str, text: str, sent: str) -> None:
        if kind == "angle" and self.angle is None:
            # An old route, <@relay:user@host>, is dropped (RFC 5322, section 4.4).
            self.angle = text.rpartition(":")[2].strip() if text.startswith("@") else text.strip()
        elif kind == "quoted":
            self._add(_QUOTED_PAIR.sub(r"\1", text), sent.replace(_BLANK, " "))
        else:
            self._add(text, _BLANK if kind == "blank" else text)

    def _add(self, word: str, sent: str) -> None:
        self.words.append(word)
        self.sent.append(sent)
        self.has_at = self.has_at or "@" in word

    def _bare_address(self) -> str:
        """Return what was gathered where it is one address without brackets, or ''."""
        address = "".join(self.sent).strip(_BLANK)
        return address if "@" in address.strip("@") and _BLANK not in address else ""

    def _end(self) -> None:
        phrase = "".join(self.words).strip()
        comment = "".join(self.comment).strip()
        address = self._bare_address() if self.angle is None else self.angle
        name = comment if self.angle is None and address else phrase or comment
        self._begin()
        if name or address:
            self.found.append(Address(one_line(decode_words(name))[:MAX_LENGTH], one_line(address)[:MAX_LENGTH]))
