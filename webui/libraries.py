"""How the families of clients are called, and a rule's advice for each in the order in which it is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

NAMES: Mapping[str, str] = {
    "smtplib": "Python smtplib",
    "django": "Django",
    "aiosmtplib": "aiosmtplib",
    "nodemailer": "Nodemailer",
    "emailjs": "emailjs",
    "phpmailer": "PHPMailer",
    "symfony": "Symfony Mailer, Laravel",
    "javamail": "JavaMail, Jakarta Mail",
    "ruby": "Ruby mail, Rails",
    "rails": "Rails",
    "go": "Go net/smtp",
    "lettre": "lettre (Rust)",
    "dotnet": ".NET SmtpClient",
}
# Two words for one: advice names the framework, a client is recognised by the library below it.
_SAME = {"ruby": "rails", "rails": "ruby"}


@dataclass(frozen=True, slots=True)
class Fix:
    client: str
    text: str


def name(family: str) -> str:
    return NAMES.get(family, family)


def fixes(advice: Mapping[str, str], families: Iterable[str]) -> tuple[list[Fix], list[Fix]]:
    """Return the advice for what the client may be, and the advice for all others."""
    likely = [found for family in families for found in (family, _SAME.get(family, "")) if found in advice]
    mine = [Fix(name(family), advice[family]) for family in dict.fromkeys(likely)]
    return mine, [Fix(name(family), told) for family, told in advice.items() if family not in likely]
