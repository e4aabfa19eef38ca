"""The keys of the language in which messages are asked for, each declared once.

The parser, the completion and the help page all read this table.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a value is."""

    TEXT = "any part of it"
    CHOICE = "one of the values listed"
    NAME = "the whole name"
    RULE = "a rule, or the beginning of one with * behind it"
    TIME = "how long ago (2h, 3d), a day (today, yesterday, monday) or a date (2026-11-24, 2026-11-24T10:30)"
    SIZE = "octets, or with a unit: 1024, 10k, 1.5M"


@dataclass(frozen=True, slots=True)
class Key:
    """One key; `choices` are all values of a CHOICE, and for the other kinds what completion offers."""

    name: str
    help: str
    kind: Kind
    examples: tuple[str, ...]
    choices: tuple[str, ...] = ()


_TIMES = ("10m", "2h", "today", "yesterday", "7d")
_SIZES = ("10k", "100k", "1M")
_ALL = (
    Key("from", "name or address of the author", Kind.TEXT, ("from:shop@example.com",)),
    Key("to", "name or address in To", Kind.TEXT, ("to:jane",)),
    Key("cc", "name or address in Cc", Kind.TEXT, ("cc:team@example.com",)),
    Key("bcc", "name or address in Bcc, and who got it without being named", Kind.TEXT, ("bcc:audit",)),
    Key("reply-to", "name or address in Reply-To", Kind.TEXT, ("reply-to:support",)),
    Key("addressed", "name or address in From, To, Cc, Bcc or Reply-To", Kind.TEXT, ("addressed:jane",)),
    Key("subject", "words of the subject", Kind.TEXT, ('subject:"your order"', "subject:reset")),
    Key("body", "words of the text, of the page, and the targets of its links", Kind.TEXT, ("body:invoice",)),
    Key("filename", "name of an attachment", Kind.TEXT, ("filename:.pdf",)),
    Key("type", "content type of one of its parts", Kind.TEXT, ("type:text/calendar", "type:pdf")),
    Key("header", "a header field: its name, a colon, a blank and its value", Kind.TEXT, ('header:"X-Mailer: PHP"',)),
    Key("message-id", "Message-ID", Kind.TEXT, ("message-id:@example.com",)),
    Key(
        "is",
        "what was done with it",
        Kind.CHOICE,
        ("is:unread", "-is:starred"),
        ("read", "unread", "starred", "tagged"),
    ),
    Key(
        "has",
        "what it has: attachment, inline (pieces of the page), link, code (for signing in) or finding",
        Kind.CHOICE,
        ("has:attachment", "-has:link"),
        ("attachment", "inline", "link", "code", "finding"),
    ),
    Key("tag", "a tag, upper or lower case", Kind.NAME, ("tag:billing", 'tag:"to do"')),
    Key("finding", "a rule that found something", Kind.RULE, ("finding:M04", "finding:M1*")),
    Key("after", "came at that time or later", Kind.TIME, ("after:2h", "after:yesterday"), _TIMES),
    Key("before", "came before that time", Kind.TIME, ("before:yesterday", "before:2026-11-24"), _TIMES),
    Key("on", "came on that day", Kind.TIME, ("on:today", "on:2026-11-24"), ("today", "yesterday", "monday")),
    Key("larger", "has more octets", Kind.SIZE, ("larger:100k",), _SIZES),
    Key("smaller", "has fewer octets", Kind.SIZE, ("smaller:2k",), _SIZES),
    Key("session", "the session that carried it", Kind.NAME, ("session:0bXJqZ0v6zS5cUvqxDkQvW",)),
    Key("thread", "a thread, by one of its messages", Kind.NAME, ("thread:0bXJqZ0v6zS5cUvqxDkQvW",)),
    Key("user", "user name of the login", Kind.TEXT, ("user:demo",)),
    Key("client", "program that sent it, or the address it came from", Kind.TEXT, ("client:nodemailer",)),
)
KEYS: dict[str, Key] = {key.name: key for key in _ALL}

# Written in other ways, in Mailpit or by habit.
OTHER_NAMES = {"since": "after", "newer": "after", "until": "before", "older": "before", "file": "filename"}
OTHER_CHOICES = {
    "attachments": "attachment",
    "inlines": "inline",
    "links": "link",
    "codes": "code",
    "findings": "finding",
}
