"""The keys of the filter language for sessions, each declared once: what it means, what may stand behind it, examples.

The parser, the completion, the help page and the search all read this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catcher.dialog.conversation import VERBS
from catcher.dialog.finding import Severity
from catcher.dialog.outcome import Close, Outcome, Stage

# What stands for a verb that SMTP does not have, such as GET.
OTHER_VERB = "other"


class Kind(StrEnum):
    """What a value is."""

    PATTERN = "text, * for any characters"
    CHOICE = "one of the values listed"
    NUMBER = "whole number"
    CODE = "reply code: 550, 5xx or 5*"
    DURATION = "time with its unit: 500ms, 2s, 5m, 1h"
    TIME = "date, date and time (UTC), or how long ago: 2026-11-24, 2026-11-24T10:30, 1h"


_EQUAL = ("=", "!=")
_ORDERED = ("=", "!=", ">", ">=", "<", "<=")
_OPERATORS = {
    Kind.PATTERN: _EQUAL,
    Kind.CHOICE: _EQUAL,
    Kind.NUMBER: _ORDERED,
    Kind.CODE: _ORDERED,
    Kind.DURATION: (">", ">=", "<", "<="),
    Kind.TIME: ("=",),
}


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `choices` are all values of a CHOICE, and for the other kinds what completion offers."""

    name: str
    help: str
    kind: Kind
    examples: tuple[str, ...]
    choices: tuple[str, ...] = ()

    @property
    def operators(self) -> tuple[str, ...]:
        return (":",) if self.name in {"is", "has"} else _OPERATORS[self.kind]


def _values(names: type[Outcome] | type[Stage] | type[Close] | type[Severity]) -> tuple[str, ...]:
    return tuple(value.value for value in names)


_ALL = (
    Key(
        "is",
        "state of the session: failed, ok (ended without a failure), live (still running) or ended",
        Kind.CHOICE,
        ("is:failed", "-is:live"),
        ("failed", "ok", "live", "ended"),
    ),
    Key(
        "has",
        "what the session has: messages, findings, tls or auth",
        Kind.CHOICE,
        ("has:findings", "-has:messages"),
        ("messages", "findings", "tls", "auth"),
    ),
    Key("outcome", "what came of it", Kind.CHOICE, ("outcome=rejected", "outcome=rejected,partial"), _values(Outcome)),
    Key("stage", "step at which it failed, or which it reached", Kind.CHOICE, ("stage=RCPT",), _values(Stage)),
    Key("close", "who ended the connection, and why", Kind.CHOICE, ("close=idle",), _values(Close)),
    Key(
        "code",
        "reply code that the server gave; together with verb, the code of the reply to that verb",
        Kind.CODE,
        ("code=550", "code=5xx", "code>=400"),
        ("4xx", "5xx", "250", "421", "450", "451", "535", "550", "554"),
    ),
    Key(
        "verb",
        "command that the client sent; other is any that SMTP does not have",
        Kind.CHOICE,
        ("verb=RCPT", "verb=RCPT code>=500"),
        (*sorted(VERBS), OTHER_VERB),
    ),
    Key(
        "client",
        "address of the client, or name of its program where it is recognised",
        Kind.PATTERN,
        ("client=10.0.0.*", "client=nodemailer*"),
    ),
    Key(
        "program",
        "name or family of the client's program, where it is recognised",
        Kind.PATTERN,
        ("program=nodemailer", "program=*django*"),
    ),
    Key("ehlo", "name in EHLO or HELO", Kind.PATTERN, ("ehlo=app*", "ehlo=*.example.com")),
    Key("user", "user name of the login", Kind.PATTERN, ("user=demo",)),
    Key(
        "auth",
        "way of logging in; none and any stand for themselves",
        Kind.PATTERN,
        ("auth=LOGIN", "auth=none"),
        ("none", "any", "PLAIN", "LOGIN", "CRAM-MD5"),
    ),
    Key(
        "tls",
        "version of TLS; none for a session in clear text",
        Kind.CHOICE,
        ("tls=1.3", "tls=none", "tls=1.*"),
        ("none", "any", "1.0", "1.1", "1.2", "1.3"),
    ),
    Key("from", "address in MAIL FROM", Kind.PATTERN, ("from=app@example.com",)),
    Key("to", "address in RCPT TO, accepted or refused", Kind.PATTERN, ("to=*@example.com",)),
    Key("finding", "rule that found something", Kind.PATTERN, ("finding=S04", "finding=S1*")),
    Key("worst", "severity of the worst finding", Kind.CHOICE, ("worst=error",), _values(Severity)),
    Key("messages", "messages stored", Kind.NUMBER, ("messages>0", "messages=1")),
    Key("recipients", "recipients accepted", Kind.NUMBER, ("recipients>=10",)),
    Key("refused", "recipients refused", Kind.NUMBER, ("refused>0",)),
    Key("errors", "replies 4xx and 5xx", Kind.NUMBER, ("errors>0",)),
    Key("findings", "findings", Kind.NUMBER, ("findings>0",)),
    Key("commands", "commands that the client sent", Kind.NUMBER, ("commands>100",)),
    Key("lines", "lines of the dialog", Kind.NUMBER, ("lines>1000",)),
    Key("bytes", "octets that the client sent", Kind.NUMBER, ("bytes>1000000",)),
    Key("duration", "time from accept to close", Kind.DURATION, ("duration>2s",), ("100ms", "1s", "10s", "1m")),
    Key("since", "began at that time or later", Kind.TIME, ("since=1h", "since=2026-11-24"), ("5m", "1h", "1d", "7d")),
    Key("before", "began before that time", Kind.TIME, ("before=2026-11-24",), ("1h", "1d", "7d")),
)
KEYS: dict[str, Key] = {key.name: key for key in _ALL}
