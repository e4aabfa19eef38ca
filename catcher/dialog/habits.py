"""CONVERSATION -> HABITS: how a client speaks, apart from what it says and what became of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catcher.dialog.conversation import Conversation, Role, Step
from catcher.dialog.records import Direction, Kind, Record, Terminator

_WORDS = re.compile(rb"\s*([A-Za-z]+)(?: ?([A-Za-z]+)(\s*:\s*)(<?))?")
_HTTP = re.compile(rb"[A-Z]{3,8} \S+ HTTP/\d")
_LOOPBACK = re.compile(r"\[127(?:\.\d{1,3}){3}\]|\[IPv6:::1\]", re.IGNORECASE)
# What is looked at: a session of 100,000 commands shows its habits in the first ones.
_MOST = 200
# Below this, no person types a line.
_TYPED_US = 500_000


@dataclass(frozen=True, slots=True)
class Habits:
    """The forms of a client's commands, as it wrote them; an empty text where it never came to one."""

    hello: str = ""  # the verb of the first greeting
    name: str = ""  # what it called itself
    mail: str = ""  # `mail FROM:<`
    parameters: tuple[str, ...] = ()  # of the first MAIL: `size`, `BODY=8BITMIME`
    size_offered: bool = False
    rcpt: str = ""
    data: str = ""
    auth: tuple[str, ...] = ()  # `AUTH PLAIN+`, the plus where the first answer stood in the same line
    group: tuple[str, ...] = ()  # the verbs of the first read that carried MAIL or RCPT with others
    quits: bool = False
    resets: bool = False
    delivered: bool = False
    starts_tls: bool = False
    commands: int = 0
    line_feeds: bool = False  # commands ended by LF alone
    typed: bool = False  # a pause before each command, as a person makes it
    ascii: bool = True  # in the addresses
    first: bytes = b""  # the beginning of what it sent first
    closed: str = ""

    @property
    def is_tls(self) -> bool:
        return self.first.startswith(b"\x16\x03")

    @property
    def is_http(self) -> bool:
        return _HTTP.match(self.first) is not None

    @property
    def is_loopback(self) -> bool:
        """Return whether it called itself by the address of the machine itself."""
        return _LOOPBACK.fullmatch(self.name) is not None

    @property
    def is_upper(self) -> bool:
        """Return whether the verbs that it used are in upper case."""
        return self.hello.isupper() and self.mail in {"", "MAIL FROM:<"} and self.rcpt in {"", "RCPT TO:<"}


def read(conversation: Conversation) -> Habits:
    """Return the habits that a conversation shows; those of its first transaction where it has several."""
    steps = conversation.steps[: 2 * _MOST]
    commands = [step for step in steps if step.role is Role.COMMAND][:_MOST]
    hello = _first(commands, "EHLO", "HELO", "LHLO")
    mail, rcpt = _first(commands, "MAIL"), _first(commands, "RCPT")
    verbs = {step.verb for step in commands}
    keywords = conversation.offers[0].keywords if conversation.offers else {}
    lines = [step.said for step in commands if step.said is not None]
    return Habits(
        hello=_verb(hello),
        name=hello.argument if hello is not None else "",
        mail=_form(mail),
        parameters=_parameters(mail),
        size_offered="SIZE" in keywords,
        rcpt=_form(rcpt),
        data=_verb(_first(commands, "DATA")),
        auth=tuple(_auth(step) for step in commands if step.verb == "AUTH"),
        group=_group(commands),
        quits="QUIT" in verbs,
        resets="RSET" in verbs,
        delivered=any(transaction.is_delivered for transaction in conversation.transactions[:_MOST]),
        starts_tls="STARTTLS" in verbs,
        commands=len(commands),
        line_feeds=any(line.terminator is Terminator.LF for line in lines),
        typed=_is_typed(conversation.records),
        ascii=all(step.argument.isascii() for step in (mail, rcpt) if step is not None),
        first=next((record.data[:40] for record in conversation.records if record.direction is Direction.CLIENT), b""),
        closed=conversation.close_reason,
    )


def _first(commands: Iterable[Step], *verbs: str) -> Step | None:
    return next((step for step in commands if step.verb in verbs), None)


def _verb(step: Step | None) -> str:
    match = _WORDS.match(step.said.data) if step is not None and step.said is not None else None
    return match[1].decode("ascii") if match else ""


def _form(step: Step | None) -> str:
    """Return `MAIL FROM:<` as it was written, with its case and its spaces."""
    match = _WORDS.match(step.said.data) if step is not None and step.said is not None else None
    if match is None:
        return ""
    verb, keyword, colon, bracket = (part.decode("ascii") if part else "" for part in match.groups())
    return f"{verb} {keyword}{colon}{bracket}" if keyword else verb


def _parameters(step: Step | None) -> tuple[str, ...]:
    """Return the parameters behind the path, without the values that change from message to message."""
    if step is None:
        return ()
    words = step.argument.rpartition(">")[2].split()[:20]
    return tuple(word.partition("=")[0] if word.upper().startswith(("SIZE=", "AUTH=")) else word[:40] for word in words)


def _auth(step: Step) -> str:
    assert step.said is not None
    words = step.said.data.removesuffix(b"***").split()[:2]
    shown = b" ".join(words).decode("utf-8", "backslashreplace")
    return shown + ("+" if step.said.masked else "")


def _group(commands: list[Step]) -> tuple[str, ...]:
    packet = next((step.packet for step in commands if step.packet and step.verb in {"MAIL", "RCPT"}), 0)
    # One recipient or twenty: the habit is the same.
    return tuple(dict.fromkeys(step.verb for step in commands if step.packet == packet)) if packet else ()


def _is_typed(records: list[Record]) -> bool:
    pauses, last = [], None
    for record in records[: 4 * _MOST]:
        if record.direction is Direction.SERVER:
            last = record.at_us
        elif record.direction is Direction.CLIENT and record.kind is Kind.LINE and last is not None:
            pauses.append(record.at_us - last)
            last = None
    return len(pauses) > 2 and min(pauses) >= _TYPED_US
