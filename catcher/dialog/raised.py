"""FAILURE -> EXCEPTIONS: what the libraries raise for these replies, so that a stack trace can be matched to a dialog.

The texts were seen in the libraries' own runs (the recordings in tests/corpus hold them). Those of .NET, and of a
version that was not run, were read in the libraries' sources, and say so. What neither shows is left out. Where the end
of a text depends on the machine (host, port, versions of TLS libraries), the text here is its constant beginning.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from catcher.dialog import client, exceptions
from catcher.dialog.conversation import Conversation
from catcher.dialog.exceptions import Said
from catcher.dialog.failure import Failure, find

Raise = Callable[[Failure], Iterable[Said]]
FAMILIES: dict[str, Raise] = {
    "smtplib": exceptions.smtplib,
    "django": exceptions.smtplib,
    "aiosmtplib": exceptions.aiosmtplib,
    "nodemailer": exceptions.nodemailer,
    "phpmailer": exceptions.phpmailer,
    "symfony": exceptions.symfony,
    "javamail": exceptions.javamail,
    "ruby": exceptions.ruby,
    "go": exceptions.go,
    "lettre": exceptions.lettre,
    "dotnet": exceptions.dotnet,
}

# A message to a thousand refused recipients makes an exception that nobody reads to its end.
_LONGEST = 4000


@dataclass(frozen=True, slots=True)
class Raised:
    """One exception: its class and message as a stack trace has them, and what stands beside them in its fields."""

    family: str
    text: str
    code: str = ""
    is_seen: bool = True  # in a run, and not only in the source of the library


def as_raised(conversation: Conversation, speaker: client.Client | None = None) -> list[Raised]:
    """Return what each library raises for the failure of a session, those of the recognised client first.

    Empty where nothing would be raised; a family is missing where it raises nothing or where it is not known what.
    """
    failure = find(conversation)
    if failure is None:
        return []
    first = (speaker or client.recognise(conversation)).families
    families = sorted(FAMILIES, key=lambda family: first.index(family) if family in first else len(first))
    found = ((family, said) for family in families for said in FAMILIES[family](failure))
    return [Raised(family, _bounded(said.text), said.code, said.is_seen) for family, said in found]


def _bounded(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
