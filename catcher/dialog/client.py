"""HABITS -> CLIENT: which library or program speaks here, as far as that can be told.

Every sign was seen in recordings of the client itself (tests/corpus), or read in its source where it says so. Most
libraries speak alike: where no sign tells them apart the answer is "unknown", or names all that fit.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from catcher.dialog import habits as habit
from catcher.dialog import headers
from catcher.dialog.conversation import Conversation
from catcher.dialog.habits import Habits


class Certainty(StrEnum):
    SURE = "sure"
    LIKELY = "likely"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Client:
    """Who speaks. `others` are the families that fit as well; `name` says them all."""

    family: str
    name: str
    certainty: Certainty
    why: str
    others: tuple[str, ...] = ()

    @property
    def families(self) -> tuple[str, ...]:
        return (self.family, *self.others)


UNKNOWN = Client(
    "unknown", "unknown client", Certainty.UNKNOWN, "many libraries speak like this, and no header names one"
)
_SILENT = Client("unknown", "unknown client", Certainty.UNKNOWN, "it said nothing by which it could be told")


@dataclass(frozen=True, slots=True)
class _Sign:
    client: Client
    fits: Callable[[Habits], bool]


def recognise(conversation: Conversation, message_headers: Iterable[tuple[str, str]] = ()) -> Client:
    """Return the client of a conversation; the header fields of its message, as (name, value), tell more."""
    habits = habit.read(conversation)
    named = headers.named(message_headers)
    if named.program is not None:
        family, name, field = named.program
        return Client(family, name, Certainty.SURE, f"the {field} field of its message")
    spoken = next((sign.client for sign in _SIGNS if sign.fits(habits)), None)
    written = _by_headers(named, habits, spoken)
    if written is not None:
        return written
    if spoken is not None:
        return spoken
    return UNKNOWN if habits.commands else _SILENT


def fingerprint(conversation: Conversation) -> str:
    """Return a short text for grouping: the forms in which a client speaks, not its words.

    Sessions that reach the same step have the same one, whatever came of them.
    """
    habits = habit.read(conversation)
    forms = (habits.hello, _name_form(habits), habits.mail, *habits.parameters, habits.rcpt, *habits.auth[:1])
    text = "\0".join((*forms, *habits.group))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:10]


def _name_form(habits: Habits) -> str:
    name = habits.name.lower()
    if name.startswith("["):
        return "literal"
    if name in {"localhost", "localhost.localdomain"}:
        return name
    return "domain" if "." in name else "label" if name else ""


def _by_headers(named: headers.Named, habits: Habits, spoken: Client | None) -> Client | None:
    """Return what the form of the Message-ID, or the order of the header, adds to what the dialog says."""
    for family, name, why in named.forms:
        if spoken is None:
            fits = habits.is_upper and not habits.parameters and _can_be(family, habits)
        else:
            fits = family in spoken.others or (family == spoken.family and bool(spoken.others))
        if fits:
            return Client(family, name, Certainty.LIKELY, why)
    return None


def _can_be(family: str, habits: Habits) -> bool:
    """Many programs make a UUID of their identifiers, but few leave without QUIT as nodemailer does."""
    return family != "nodemailer" or not habits.quits


def _sure(family: str, name: str, why: str, *others: str) -> Client:
    return Client(family, name, Certainty.SURE, why, others)


def _likely(family: str, name: str, why: str, *others: str) -> Client:
    return Client(family, name, Certainty.LIKELY, why, others)


def _is_smtplib(habits: Habits) -> bool:
    return habits.mail == "mail FROM:<" and (habits.rcpt == "rcpt TO:<" or "size" in habits.parameters)


def _is_emailjs(habits: Habits) -> bool:
    """It spells only RCPT in upper case, and never tells a size."""
    return habits.mail == "mail FROM:<" and habits.rcpt in {"", "RCPT TO:<"} and habits.size_offered


def _is_go(habits: Habits) -> bool:
    return habits.parameters == ("BODY=8BITMIME", "SMTPUTF8") and habits.ascii and habits.is_upper


def _is_by_hand(habits: Habits) -> bool:
    return bool(habits.hello or habits.mail) and (
        habits.line_feeds or habits.mail.startswith("mail from") or habits.typed
    )


def _is_loopback(habits: Habits) -> bool:
    return habits.is_upper and habits.is_loopback and not habits.parameters and not habits.group


# The first that fits says who it is: from what nobody else does to what several do.
_SIGNS = (
    _Sign(_sure("tls client", "TLS client", "its first octets are a TLS handshake"), lambda h: h.is_tls),
    _Sign(_sure("browser", "browser or other HTTP client", "its first line is an HTTP request"), lambda h: h.is_http),
    _Sign(
        _likely("openssl", "openssl s_client", "it calls itself mail.example.com before STARTTLS"),
        lambda h: h.name == "mail.example.com" and h.starts_tls,
    ),
    _Sign(
        _likely("tls scanner", "TLS scanner", "it calls itself example.org and leaves after the TLS handshake"),
        lambda h: h.name == "example.org" and h.starts_tls and not h.mail,
    ),
    _Sign(
        _sure("smtplib", "smtplib or Django", "verbs in lower case, FROM and TO in upper case", "django"), _is_smtplib
    ),
    _Sign(_sure("emailjs", "emailjs", "ehlo and mail in lower case, RCPT in upper case, no size"), _is_emailjs),
    _Sign(
        _likely("by hand", "typed by hand, or a script", "the pauses, the spelling or the line ends are no library's"),
        _is_by_hand,
    ),
    _Sign(
        _likely("smtplib", "smtplib, Django or emailjs", "it greets in lower case", "django", "emailjs"),
        lambda h: h.hello in {"ehlo", "helo"},
    ),
    _Sign(
        _sure("aiosmtplib", "aiosmtplib", "verbs in upper case, but size in lower case"),
        lambda h: h.is_upper and "size" in h.parameters,
    ),
    _Sign(
        _sure("go", "Go net/smtp", "it calls itself localhost and asks for SMTPUTF8 without need"),
        lambda h: _is_go(h) and h.name == "localhost",
    ),
    _Sign(
        _likely("go", "Go net/smtp or .NET SmtpClient", "it asks for 8BITMIME and SMTPUTF8 without need", "dotnet"),
        _is_go,
    ),
    _Sign(
        _likely("dotnet", ".NET SmtpClient", "it spells the mechanism of AUTH in lower case"),
        lambda h: "AUTH login+" in h.auth and h.is_upper,
    ),
    _Sign(
        _likely("nodemailer", "nodemailer", "MAIL, RCPT and DATA in one packet, and no parameters"),
        lambda h: h.group == ("MAIL", "RCPT", "DATA") and h.is_upper and not h.parameters,
    ),
    _Sign(
        _likely("msmtp", "msmtp", "RCPT and DATA in one packet, MAIL in one of its own"),
        lambda h: h.group == ("RCPT", "DATA") and h.is_upper,
    ),
    _Sign(
        _likely("ruby", "Ruby's mail gem (Rails)", "it calls itself localhost.localdomain"),
        lambda h: h.is_upper and h.name == "localhost.localdomain" and not h.parameters,
    ),
    _Sign(
        _likely("symfony", "Symfony Mailer", "it calls itself by a loopback address, and says RSET after a refusal"),
        lambda h: _is_loopback(h) and h.resets,
    ),
    _Sign(
        _likely("nodemailer", "nodemailer", "it calls itself by a loopback address, and leaves without QUIT"),
        lambda h: _is_loopback(h) and h.delivered and not h.quits and h.closed == "client",
    ),
    _Sign(
        _likely("symfony", "Symfony Mailer or nodemailer", "it calls itself by a loopback address", "nodemailer"),
        _is_loopback,
    ),
)
