"""HEADER -> WHO WROTE IT: what the header fields of a message say about the program that made it.

A message with a Received field came from somewhere else: its header says nothing about who speaks here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

# Field values -> family and name.
_PROGRAMS = (
    (re.compile(r"PHPMailer\b", re.IGNORECASE), "phpmailer", "PHPMailer"),
    (re.compile(r"swaks\b", re.IGNORECASE), "swaks", "swaks"),
    (re.compile(r"git-send-email\b"), "perl", "git send-email"),
    (re.compile(r"sendEmail-"), "sendemail", "sendEmail"),
    (re.compile(r"s-nail\b"), "s-nail", "s-nail"),
    (re.compile(r"Mutt/", re.IGNORECASE), "mutt", "Mutt"),
    (re.compile(r"nodemailer\b", re.IGNORECASE), "nodemailer", "nodemailer"),
)
# What is set in a header by hand may be anything: such a value is no program's name.
_LONGEST = 200

# The form of the identifier that a library makes when the application gives none.
_FORMS = (
    (re.compile(r"<\d{1,10}\.\d{1,9}\.\d{13}@[^@>]+>"), "javamail", "Jakarta Mail (JavaMail)"),
    (re.compile(r"<\d{13}\.\d{1,9}\.\d{1,7}@[^@>]+>"), "emailjs", "emailjs"),
    (re.compile(r"<[0-9a-f]+_[0-9a-f]+-?[0-9a-f]+@[^@>]+\.mail>"), "ruby", "Ruby's mail gem (Rails)"),
    (re.compile(r"<[0-9a-f]{32}@[^@>]+>"), "symfony", "Symfony Mailer"),
    (re.compile(r"<[0-9a-f]{32}\.[^@>]+@[^@>]+>"), "msmtp", "msmtp"),
    (re.compile(r"<[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}@[^@>]+>"), "nodemailer", "nodemailer"),
    (re.compile(r"<\d{14}\.\d{6}@[^@>]+>"), "swaks", "swaks"),
    (re.compile(r"<\d{14}\.[A-Za-z0-9_-]{8}@[^@>]+>"), "s-nail", "s-nail"),
    (re.compile(r"<[A-Za-z0-9_+-]{16}@[^@>]+>"), "mutt", "Mutt"),
)
# Django writes the fields of the body first, and the rest in this order.
_DJANGO = ("subject", "from", "to", "date", "message-id")


@dataclass(frozen=True, slots=True)
class Named:
    """`program` is (family, name, field) where a field names it; `forms` are (family, name, why) by its habits."""

    program: tuple[str, str, str] | None = None
    forms: tuple[tuple[str, str, str], ...] = ()


def named(fields: Iterable[tuple[str, str]]) -> Named:
    """Return what the header fields (name, value) say, in their order."""
    known = [(name.strip().lower(), value.strip()) for name, value in fields]
    if any(name == "received" for name, _ in known):
        return Named()
    return Named(_program(known), tuple(_forms(known)))


def _program(known: list[tuple[str, str]]) -> tuple[str, str, str] | None:
    for name, value in known:
        if name in {"x-mailer", "user-agent"}:
            for pattern, family, program in _PROGRAMS:
                if pattern.match(value[:_LONGEST]):
                    return family, program, "X-Mailer" if name == "x-mailer" else "User-Agent"
    return None


def _forms(known: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    names = [name for name, _ in known]
    if names[:1] == ["content-type"] and tuple(name for name in names if name in _DJANGO)[:5] == _DJANGO:
        yield "django", "Django", "the order of the header fields"
    value = next((value for name, value in known if name == "message-id"), "")
    for pattern, family, name in _FORMS:
        if pattern.fullmatch(value[:_LONGEST]):
            yield family, name, "the form of the Message-ID"
