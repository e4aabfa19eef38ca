"""Rules that compare the envelope (MAIL, RCPT) with the message that it carried."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import suppress
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import evidence
from catcher.dialog.lint.registry import rule

_MAX_DOMAIN: Final = 255
_DOMAIN = re.compile(r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)+")
_REPORTS: Final = ("delivery-status", "disposition-notification")
_AUTOMATIC: Final = ("precedence", "x-auto-response-suppress", "x-autoreply", "x-autorespond", "list-id")


@rule(
    "M33",
    Severity.INFO,
    "Envelope sender of another domain than From",
    breaks="SPF alone cannot satisfy DMARC then: without a DKIM signature of the From domain, strict providers"
    " reject it.",
    source="RFC 7489 §3.1",
    fix="Use a sender below the From domain (bounces@mail.example.com), or sign with DKIM for the From domain.",
    example=f"! from=bounces@provider.example.net to=ada@example.com\n{HEAD}\nHi\n",
)
def not_aligned(mail: Opened) -> Iterator[Evidence]:
    if mail.envelope is None or len(mail.mailboxes("from")) != 1:
        return
    sender, author = _domain(mail.envelope.mail_from), _domain(mail.mailboxes("from")[0].address)
    # Whether a.example.com and b.example.com belong together depends on the public suffix list: they get the doubt.
    if sender and author and sender.split(".")[-2:] != author.split(".")[-2:]:
        yield evidence(f"{sender} in the envelope, {author} in From", *(header.place for header in mail.all("from")))


@rule(
    "M35",
    Severity.INFO,
    "Header and envelope name different recipients",
    breaks="Servers deliver to the envelope. Who stands only in the header gets nothing, though everybody else"
    " believes so;"
    " who stands only in the envelope gets a blind copy.",
    source="RFC 5321 §7.2",
    fix="Give all addresses of To, Cc and Bcc to RCPT, unless each recipient gets a message of their own.",
    fixes={
        "smtplib": "Use send_message(), or give sendmail() the addresses of To, Cc and Bcc together.",
        "go": "Give smtp.SendMail all recipients, also those of Cc.",
        "curl": "Give one --mail-rcpt for each address of To and Cc.",
        "nodemailer": "Leave envelope out, or list all recipients in it.",
        "swaks": "Give all addresses to --to; a Cc line in --data alone sends nothing.",
    },
    example="! from=orders@example.com to=ada@example.com\n"
    + HEAD.replace("Subject:", "Cc: accounting@example.com\nSubject:")
    + "\nHi\n",
)
def recipients_differ(mail: Opened) -> Iterator[Evidence]:
    if mail.envelope is None or mail.is_list_mail or not mail.envelope.recipients:
        return
    sent = {same(address) for address in mail.envelope.recipients}
    named: set[str] = set()
    for name in ("to", "cc", "bcc"):
        listed = {same(found.address): found.address for found in mail.mailboxes(name) if "@" in found.address}
        named |= listed.keys()
        missing = [address for key, address in listed.items() if key not in sent]
        # A message that was sent on goes to those of Resent-To.
        if missing and mail.first("resent-to") is None:
            places = [header.place for header in mail.all(name)]
            text = f"in {name.title()}, not in this envelope: {', '.join(missing)}"
            yield evidence(text, *places, severity=Severity.WARNING)
    blind = [address for address in mail.envelope.recipients if same(address) not in named]
    if blind and mail.first("resent-to") is None:
        yield evidence(f"in the envelope only (blind copy): {', '.join(blind)}")


@rule(
    "S68",
    Severity.WARNING,
    "Null sender on an ordinary message",
    breaks="If it cannot be delivered, nobody is told; many servers accept the null sender for bounces only.",
    source="RFC 5321 §4.5.5",
    fix="Send with an address that takes bounces. The null sender is for reports and automatic answers.",
    fixes={
        "smtplib": "Give from_addr, or set From before send_message().",
        "phpmailer": "Set $mail->Sender.",
    },
    example=f"! from= to=ada@example.com\n{HEAD}\nHi\n",
    on="message",
)
def null_sender(mail: Opened) -> Iterator[Evidence]:
    if mail.envelope is None or mail.envelope.mail_from or mail.root.content_type == "multipart/report":
        return
    automatic = mail.value("auto-submitted").lower() not in ("", "no") or any(mail.all(name) for name in _AUTOMATIC)
    author = next((found.address for found in mail.mailboxes("from")), "").lower()
    if not automatic and not author.startswith(("mailer-daemon", "postmaster")):
        yield evidence("MAIL FROM:<>, and the message is no report and no automatic answer")


@rule(
    "S69",
    Severity.WARNING,
    "Report or automatic answer with a sender",
    breaks="If it bounces, the bounce comes back and is answered again: two machines write to each other without end.",
    source="RFC 5321 §4.5.5; RFC 3834 §3.3",
    fix="Send reports and automatic answers with the null sender: MAIL FROM:<>.",
    fixes={
        "smtplib": 'Give from_addr="" to sendmail().',
        "nodemailer": "Set envelope: { from: '', to } on the message.",
    },
    example=f"! from=orders@example.com to=ada@example.com\n{HEAD}Auto-Submitted: auto-replied\n\nI am away.\n",
    on="message",
)
def report_with_sender(mail: Opened) -> Iterator[Evidence]:
    if mail.envelope is None or not mail.envelope.mail_from:
        return
    kind = mail.root.params.get("report-type", "").lower()
    header = mail.first("auto-submitted")
    if mail.root.content_type == "multipart/report" and kind in _REPORTS:
        yield evidence(f"a {kind} report from <{mail.envelope.mail_from}>")
    elif header is not None and header.value.lower().startswith("auto-replied"):
        yield evidence(f"an automatic answer from <{mail.envelope.mail_from}>", header.place)


def same(address: str) -> str:
    """Return the form in which two spellings of an address are equal; few hosts tell letters by their case."""
    local, _, domain = address.strip().rpartition("@")
    domain = domain.rstrip(".").casefold()
    if not domain.isascii() and len(domain) <= _MAX_DOMAIN:
        with suppress(UnicodeError):
            domain = domain.encode("idna").decode("ascii")
    return f"{local.casefold()}@{domain}"


def _domain(address: str) -> str:
    domain = address.rpartition("@")[2].strip().rstrip(".").lower()
    return domain if len(domain) <= _MAX_DOMAIN and _DOMAIN.fullmatch(domain) else ""
