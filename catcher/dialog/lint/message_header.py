"""Rules about the form of the header: names, colons, folding, octets beyond ASCII, fields that occur twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import Header, evidence, line_at
from catcher.dialog.lint.registry import rule
from catcher.mime.summary import ONCE

# A line of a folded field that holds blanks only (RFC 5322, section 3.2.2).
_BLANK_FOLD = re.compile(rb"\n[ \t]+(?=\r?\n|\r?$)")
_FIELD_LINE = re.compile(rb"([A-Za-z][A-Za-z-]{1,40}):[ \t][^\n]*+\n?(?:[ \t]+[^\s][^\n]*+\n?)*+")
_TELLING: Final = frozenset((b"content-type", b"mime-version", b"bcc", b"content-transfer-encoding"))
_ADDRESSED: Final = frozenset(("to", "cc", "bcc", "from", "reply-to"))


@rule(
    "M07",
    Severity.ERROR,
    "Field that may stand once stands twice",
    breaks="Programs differ in which of the two they show and which they check, so readers and filters see"
    " different mails;"
    " Gmail refuses a message with two From fields.",
    source="RFC 5322 §3.6",
    fix="Set the field instead of adding it. Several recipients go into one To field, with commas between them.",
    fixes={
        "smtplib": 'message["To"] = ... adds a field: del message["To"] first, or use replace_header().',
        "django": "Do not repeat From, To or Subject in the headers argument of EmailMessage.",
    },
    example=HEAD.replace("Subject:", "To: bob@example.com\nSubject:") + "\nHi\n",
)
def repeated_field(mail: Opened) -> Iterator[Evidence]:
    for name in sorted(ONCE):
        found = mail.all(name)
        if len(found) > 1:
            yield evidence(f"{len(found)} fields {name}", *(header.place for header in found))


@rule(
    "M16",
    Severity.ERROR,
    "Bad name of a header field",
    breaks="Parsers skip the field, or take it and all that follows for the text of the mail.",
    source="RFC 5322 §2.2; RFC 5322 §3.6.8",
    fix="A name consists of printable ASCII without blanks and colon; the colon follows at once.",
    example=HEAD + "X Order Number: 1043\n\nHi\n",
)
def bad_field_name(mail: Opened) -> Iterator[Evidence]:
    for defect in mail.root.defects:
        if defect.code in ("space-before-colon", "bad-header-name") and defect.offset is not None:
            start, end = line_at(mail.raw, defect.offset)
            yield evidence(mail.raw[start:end], (start, end))


@rule(
    "M17",
    Severity.ERROR,
    "Header ends too early",
    breaks="What follows is shown as text: readers see the rest of the header, and attachments turn into letters.",
    source="RFC 5322 §2.2; RFC 5322 §3.5",
    fix="Every line of the header has a colon or begins with a blank; the first empty line is the one before the text.",
    fixes={"curl": "The uploaded file begins with the first header line, with no empty line before it."},
    example=HEAD + "This line is no field\nX-Order: 1043\n\nHi\n",
)
def header_cut_short(mail: Opened) -> Iterator[Evidence]:
    if not mail.raw:
        yield evidence("the message is empty")
        return
    for defect in mail.root.defects:
        if defect.code in ("no-headers", "header-without-colon", "mbox-line"):
            start, end = line_at(mail.raw, defect.offset or 0)
            shown = mail.raw[start:end] if mail.raw[start:end].strip() else b"an empty line before the first field"
            yield evidence(shown, (start, end))


@rule(
    "M18",
    Severity.WARNING,
    "Folded line of blanks only",
    breaks="Some servers take the line for the end of the header, and the rest of the header for text.",
    source="RFC 5322 §2.2.3; RFC 5322 §3.2.2",
    fix="Fold only where a word follows, and strip values before they are set.",
    example=HEAD.replace("Your order", "Your order\n  \n from May") + "\nHi\n",
)
def blank_fold(mail: Opened) -> Iterator[Evidence]:
    for header in mail.headers:
        if b"\n" in header.raw and _BLANK_FOLD.search(header.raw):
            yield evidence(f"in the field {header.name}", header.place)


@rule(
    "M19",
    Severity.ERROR,
    "Raw 8-bit text in the header",
    breaks="Servers without SMTPUTF8 refuse the message or destroy the letters; readers guess the charset.",
    source="RFC 5322 §2.2; RFC 6532 §3",
    fix="Write names and subjects as encoded words (`=?utf-8?Q?...?=`), or send the message with SMTPUTF8.",
    fixes={
        "smtplib": "Use EmailMessage and send_message(); a str pasted together is not encoded.",
        "phpmailer": "Set $mail->CharSet = 'utf-8' and use its properties rather than addCustomHeader().",
        "go": 'Use mime.QEncoding.Encode("utf-8", subject); net/smtp sends what it is given.',
        "curl": "Encode the lines in the uploaded file; curl changes nothing in it.",
    },
    example=f"! from=orders@example.com to=ada@example.com\n{HEAD.replace('Your order', 'Grüße')}\nHi\n",
)
def raw_header(mail: Opened) -> Iterator[Evidence]:
    for header in mail.headers:
        octets = mail.raw[header.start : header.end]
        if not octets.isascii() and not mail.utf8_is_lawful(octets):
            yield evidence(octets, header.place)


@rule(
    "M21",
    Severity.SECURITY,
    "Looks like header injection",
    breaks="If a user's text with a line break reached the header, that user can add recipients and replace the"
    " content.",
    source="RFC 5322 §2.2",
    fix="Refuse CR and LF in everything that becomes part of a header. If nobody injected anything, an empty"
    " line stands"
    " within the header.",
    fixes={
        "smtplib": "EmailMessage refuses line breaks in values; build headers with it, not with strings.",
        "phpmailer": "Pass addresses to addAddress() and addReplyTo(), never to addCustomHeader() unchecked.",
    },
    example=f"{HEAD}\nBcc: everybody@example.com\nContent-Type: text/html\n\n<p>Hi</p>\n",
)
def injection(mail: Opened) -> Iterator[Evidence]:
    for before, header in pairwise(mail.headers):
        if before.name != "subject" or header.name not in _ADDRESSED:
            continue
        # One before the Subject and one behind it: a program that adds a field twice adds both on one side.
        if mail.all(header.name)[0].start < before.start:
            yield evidence(f"a second {header.name} right behind the Subject", before.place, header.place)
    yield from _second_block(mail)


def _second_block(mail: Opened) -> Iterator[Evidence]:
    """Find fields at the start of the text: at least two, one of them such as no letter begins with."""
    root = mail.root
    if root.is_multipart or root.is_message or not mail.headers or not _is_behind_blank_line(mail):
        return
    names: list[bytes] = []
    end = root.start
    while len(names) < 20 and (match := _FIELD_LINE.match(mail.raw, end, root.end)):
        names.append(match[1].lower())
        end = match.end()
    if len(names) > 1 and not _TELLING.isdisjoint(names):
        yield evidence(b"fields behind the empty line: " + b", ".join(names), (root.start, end))


def _is_behind_blank_line(mail: Opened) -> bool:
    last: Header = mail.headers[-1]
    return mail.root.start > last.end + 2
