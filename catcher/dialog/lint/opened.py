"""OCTETS, ENVELOPE -> what the rules about messages look at, each thing computed once and only when a rule asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import Any

from catcher.dialog.lint.places import Header, located
from catcher.mime.addresses import Address, addresses
from catcher.mime.bodies import decoded, find_html, find_text, text
from catcher.mime.defects import Defect
from catcher.mime.parse import parse
from catcher.mime.part import Part


@dataclass(frozen=True, slots=True)
class Envelope:
    """What MAIL and RCPT said; parameters as they were sent: `SIZE=2293`, `SMTPUTF8`."""

    mail_from: str
    mail_parameters: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        return self.accepted + self.refused

    def parameter(self, keyword: str) -> str | None:
        """Return a parameter's value in upper case, '' where it has none, None where MAIL did not carry it."""
        for parameter in self.mail_parameters:
            name, _, value = parameter.partition("=")
            if name.upper() == keyword:
                return value.upper()
        return None


class Opened:
    """A message as the rules see it; `facts` is what the tape says about its octets on the wire."""

    def __init__(
        self,
        raw: bytes,
        envelope: Envelope | None = None,
        received_at: datetime | None = None,
        facts: Mapping[str, Any] | None = None,
    ) -> None:
        self.raw = raw
        self.envelope = envelope
        self.received_at = received_at
        self.facts = facts or {}
        self._values: dict[str, list[Address]] = {}
        self._content: dict[int, tuple[bytes, list[Defect]]] = {}

    @cached_property
    def root(self) -> Part:
        return parse(self.raw)

    @cached_property
    def headers(self) -> list[Header]:
        """The fields of the message's own header, in order."""
        return located(self.raw, self.root)

    @cached_property
    def _named(self) -> dict[str, list[Header]]:
        named: dict[str, list[Header]] = {}
        for header in self.headers:
            named.setdefault(header.name, []).append(header)
        return named

    def all(self, name: str) -> list[Header]:
        return self._named.get(name, [])

    def first(self, name: str) -> Header | None:
        found = self._named.get(name)
        return found[0] if found else None

    def value(self, name: str) -> str:
        """Return the unfolded value of the first field of that name, or ''."""
        header = self.first(name)
        return header.value if header is not None else ""

    def mailboxes(self, name: str) -> list[Address]:
        """Return the mailboxes of all fields of that name, as a lenient reader finds them."""
        if name not in self._values:
            self._values[name] = [found for header in self.all(name) for found in addresses(header.value)]
        return self._values[name]

    @cached_property
    def parts(self) -> list[Part]:
        """All parts in the order of the octets, without what an enclosed message holds: that is another's mail."""
        found: list[Part] = []
        waiting = [self.root]
        while waiting:
            part = waiting.pop()
            found.append(part)
            if not part.is_message:
                waiting.extend(reversed(part.children))
        return found

    @cached_property
    def leaves(self) -> list[Part]:
        """The parts that hold content themselves."""
        return [part for part in self.parts if not part.children and not part.is_message]

    @cached_property
    def text_part(self) -> Part | None:
        return find_text(self.root)

    @cached_property
    def html_part(self) -> Part | None:
        return find_html(self.root)

    @cached_property
    def html(self) -> str:
        return text(self.raw, self.html_part) if self.html_part is not None else ""

    @cached_property
    def is_ascii(self) -> bool:
        return self.raw.isascii()

    @cached_property
    def lone_ends(self) -> dict[str, int]:
        """How many LF and CR stand alone."""
        pairs = self.raw.count(b"\r\n")
        return {"LF": self.raw.count(b"\n") - pairs, "CR": self.raw.count(b"\r") - pairs}

    @cached_property
    def is_file(self) -> bool:
        """Whether it looks like a file with this system's line ends, about whose CRLF nothing can be said."""
        return self.envelope is None and b"\r" not in self.raw

    @cached_property
    def is_list_mail(self) -> bool:
        listed = self.first("list-id") is not None or self.first("list-unsubscribe") is not None
        return listed or self.value("precedence").lower() == "list"

    @cached_property
    def _parents(self) -> dict[int, Part]:
        return {id(child): part for part in self.parts if not part.is_message for child in part.children}

    def ancestors(self, part: Part) -> Iterator[Part]:
        """Yield the multiparts that a part lies in, the innermost first."""
        above = self._parents.get(id(part))
        while above is not None:
            yield above
            above = self._parents.get(id(above))

    def content(self, part: Part) -> tuple[bytes, list[Defect]]:
        """Return a part's decoded octets and what was wrong with their transfer encoding."""
        if id(part) not in self._content:
            defects: list[Defect] = []
            self._content[id(part)] = decoded(self.raw, part, defects), defects
        return self._content[id(part)]

    def utf8_is_lawful(self, octets: bytes) -> bool:
        """Tell whether header octets beyond ASCII may stand: RFC 6532 allows UTF-8 where SMTPUTF8 carried it.

        Of a message without envelope nobody knows what carried it: UTF-8 gets the benefit of the doubt.
        """
        if self.envelope is not None and self.envelope.parameter("SMTPUTF8") is None:
            return False
        try:
            octets.decode()
        except UnicodeDecodeError:
            return False
        return True


def open_message(
    raw: bytes,
    envelope: Envelope | None = None,
    received_at: datetime | None = None,
    facts: Mapping[str, Any] | None = None,
) -> Opened:
    """Return a message for the rules: its stored octets, and what is known about how it came; never raises.

    A time without zone is taken as UTC.
    """
    if received_at is not None and received_at.tzinfo is None:
        received_at = received_at.replace(tzinfo=UTC)
    return Opened(raw, envelope, received_at, facts)
