"""Rules about the fields with addresses (RFC 5322, sections 3.4, 3.6.2 and 3.6.3)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.address_syntax import problem
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.message_envelope import same
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import evidence
from catcher.dialog.lint.registry import rule

_LISTS: Final = ("from", "sender", "reply-to", "to", "cc", "bcc", "resent-from", "resent-to", "resent-cc")


@rule(
    "M06",
    Severity.ERROR,
    "From missing or without address",
    breaks="Big providers refuse the message; without an author there is nothing that DMARC could check.",
    source="RFC 5322 §3.6; RFC 5322 §3.6.2",
    fix="Set From to one address: `Shop <orders@example.com>`.",
    fixes={
        "smtplib": 'message["From"] = ...; the from_addr of sendmail() is the envelope only.',
        "django": "Set DEFAULT_FROM_EMAIL or the from_email argument.",
        "go": "Write the From line yourself; the from of smtp.SendMail is the envelope only.",
        "curl": "Write the From line into the uploaded file; --mail-from is the envelope only.",
    },
    example=HEAD.replace("From: Shop <orders@example.com>\n", "") + "\nHi\n",
)
def from_missing(mail: Opened) -> Iterator[Evidence]:
    header = mail.first("from")
    if header is None:
        yield evidence("no From field")
    # An empty group stands for an author who cannot be answered (RFC 6854).
    elif not header.value.rstrip().endswith(":;") and not any("@" in found.address for found in mail.mailboxes("from")):
        yield evidence(f"From: {header.value}" if header.value else "the From field is empty", header.place)


@rule(
    "M08",
    Severity.ERROR,
    "Several authors, no Sender",
    breaks="Nobody is named as the one who sent it; providers that check the author's domain refuse such a message.",
    source="RFC 5322 §3.6.2",
    fix="Keep one address in From, or add a Sender field with the one that sends.",
    example=HEAD.replace("From: ", "From: Ada <ada@example.com>, ") + "\nHi\n",
)
def sender_missing(mail: Opened) -> Iterator[Evidence]:
    header = mail.first("from")
    authors = [found for found in mail.mailboxes("from") if "@" in found.address]
    if header is None or len(mail.all("from")) > 1 or len(authors) < 2 or mail.first("sender") is not None:
        return
    if problem(header.value) is None:
        yield evidence(f"{len(authors)} addresses in From: {header.value}", header.place)


@rule(
    "M13",
    Severity.ERROR,
    "Address list cannot be read",
    breaks="Servers refuse the field, or readers show half a name as a recipient; a reply to all goes to the"
    " wrong people.",
    source="RFC 5322 §3.4",
    fix='Put commas between addresses, names with special characters into quotes: "Smith, John" <john@example.com>.',
    fixes={
        "smtplib": "Assign email.headerregistry.Address objects, or use email.utils.formataddr((name, address)).",
        "django": 'Use email.utils.formataddr((name, address)) for each entry of "to".',
        "nodemailer": "Give { name, address } objects.",
        "phpmailer": "Give name and address apart: addAddress($address, $name).",
        "symfony": "Use new Address($address, $name).",
        "go": "Use (&mail.Address{Name: name, Address: address}).String().",
        "dotnet": "Use new MailAddress(address, name); in MimeKit new MailboxAddress(name, address).",
    },
    example=HEAD.replace("To: Ada <ada@example.com>", "To: Smith, John <john@example.com>") + "\nHi\n",
)
def address_list_unreadable(mail: Opened) -> Iterator[Evidence]:
    for name in _LISTS:
        for header in mail.all(name):
            found = problem(header.value)
            if found is None or (name == "bcc" and not found.entry):
                continue  # Bcc may be empty (section 3.6.3)
            if name != "from" or any("@" in mailbox.address for mailbox in mail.mailboxes(name)):
                yield evidence(f"{name}: {found.what}: {found.entry}".rstrip(": "), header.place)


@rule(
    "M14",
    Severity.INFO,
    "No recipient in the header",
    breaks="Nothing is lost, but readers show an empty or invented To line, and filters know it from spam.",
    source="RFC 5322 §3.6.3",
    fix="Add a To field. For hidden recipients, write `To: undisclosed-recipients:;`.",
    fixes={
        "smtplib": 'message["To"] = ...; the to_addrs of sendmail() are the envelope only.',
        "curl": "Write the To line into the uploaded file; --mail-rcpt is the envelope only.",
        "go": "Write the To line yourself; the recipients of smtp.SendMail are the envelope only.",
    },
    example=HEAD.replace("To: Ada <ada@example.com>\n", "") + "\nHi\n",
)
def no_recipient_field(mail: Opened) -> Iterator[Evidence]:
    if not any(mail.all(name) for name in ("to", "cc", "bcc")):
        yield evidence("no To, Cc or Bcc field")


@rule(
    "M15",
    Severity.WARNING,
    "Bcc was sent along",
    breaks="Every recipient can read who got a blind copy.",
    source="RFC 5322 §3.6.3; RFC 5322 §5; RFC 5321 §7.2",
    fix="Give blind recipients in the envelope only and leave the field out of the message.",
    fixes={
        "smtplib": "send_message() removes Bcc; sendmail() sends what it is given.",
        "django": 'Use the bcc argument of EmailMessage, not headers={"Bcc": ...}.',
        "nodemailer": "Use bcc on the message; what is given as raw is sent as it is.",
        "go": "Leave the Bcc line out of the message that smtp.SendMail gets.",
        "curl": "Remove the Bcc line from the uploaded file; name the recipient with --mail-rcpt.",
    },
    example=HEAD.replace("Subject:", "Bcc: boss@example.com\nSubject:") + "\nHi\n",
)
def bcc_sent(mail: Opened) -> Iterator[Evidence]:
    blind = {same(found.address) for found in mail.mailboxes("bcc")}
    recipients = {same(address) for address in mail.envelope.recipients} if mail.envelope is not None else set()
    # A copy of their own for the blind recipients may carry the field.
    if blind and not (recipients and recipients <= blind):
        for header in mail.all("bcc"):
            yield evidence(f"Bcc: {header.value}", header.place)
