"""Rules about what stands in a part and what its header says about it: transfer encoding and charset."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import brief, evidence, line_at
from catcher.dialog.lint.registry import rule
from catcher.mime.charsets import decode
from catcher.mime.part import Part

MAX_ENCODED_LINE: Final = 76  # characters (RFC 2045, sections 6.7 and 6.8)
HARMLESS: Final = 78  # what Python's EmailMessage writes by default, and everybody reads

_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_LONG = re.compile(rb"\n([^\r\n]{77,})")
_LINES: Final = ("base64", "quoted-printable")
_DAMAGED: Final = {
    "bad-base64": "this is no base64 all through",
    "bad-quoted-printable": "an = without two hexadecimal digits behind it",
    "bad-uuencode": "the uuencoded text is damaged",
    "unknown-encoding": "no such encoding is known",
}
_CHARSETS: Final = {
    "undecodable-text": "the octets are not {}",
    "unknown-charset": "no charset is called {}",
}
_MIME = "MIME-Version: 1.0\n"
_LATIN = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"


@rule(
    "M25",
    Severity.ERROR,
    "8-bit text in a 7bit part",
    breaks="A server that believes the declaration clears the eighth bit or refuses the message.",
    source="RFC 2045 §6.2",
    fix="Declare Content-Transfer-Encoding: 8bit, or encode the part as quoted-printable or base64.",
    fixes={
        "smtplib": "EmailMessage.set_content() declares what it makes; a str in a Message is not looked at.",
        "phpmailer": "Set $mail->Encoding = '8bit' or 'quoted-printable'.",
        "go": "Write the field, and use mime/quotedprintable for the text.",
    },
    example=f"{HEAD}{_MIME}Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 7bit\n\nGrüße\n",
)
def eight_bit_in_7bit(mail: Opened) -> Iterator[Evidence]:
    if mail.is_ascii:
        return
    for part in mail.leaves:
        found = _EIGHT_BIT.search(mail.raw, part.start, part.end) if part.encoding in ("", "7bit") else None
        if found is not None:
            place = line_at(mail.raw, found.start())
            declared = "is declared 7bit" if part.encoding else "declares no encoding, which means 7bit"
            yield evidence(f"{_named(part)} {declared}: {brief(mail.raw[slice(*place)])}", place)


@rule(
    "M26",
    Severity.ERROR,
    "Transfer encoding damaged",
    breaks="The attachment does not open or the text has holes, and each program repairs it differently.",
    source="RFC 2045 §6.7; RFC 2045 §6.8",
    fix="Let the library encode the part, with lines of 76 characters, and add nothing to it afterwards.",
    fixes={
        "smtplib": "For lines of 76, build with EmailMessage(policy=policy.SMTP.clone(max_line_length=76)).",
        "go": "Wrap the base64 text yourself: encoding/base64 writes one endless line.",
    },
    example=f"{HEAD}{_MIME}Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n100 =% sure\n",
)
def encoding_damaged(mail: Opened) -> Iterator[Evidence]:
    for part in mail.leaves:
        if part.encoding in ("", "7bit", "8bit", "binary"):
            continue
        place = part.start, part.end
        for defect in mail.content(part)[1]:
            yield evidence(f"{_named(part)}, {part.encoding}: {_DAMAGED[defect.code]}", place)
        if part.encoding in _LINES:
            yield from _encoded_lines(mail, part)


def _encoded_lines(mail: Opened, part: Part) -> Iterator[Evidence]:
    if (found := _EIGHT_BIT.search(mail.raw, part.start, part.end)) is not None:
        yield evidence(f"{_named(part)}, {part.encoding}: raw 8-bit octets", line_at(mail.raw, found.start()))
    places = [match.span(1) for match in _LONG.finditer(mail.raw, max(0, part.start - 1), part.end)]
    if places:
        longest = max(end - start for start, end in places)
        text = f"{_named(part)}, {part.encoding}: a line of {longest:,} characters, {MAX_ENCODED_LINE} are allowed"
        yield evidence(text, *places, severity=Severity.INFO if longest <= HARMLESS else Severity.WARNING)


@rule(
    "M27",
    Severity.WARNING,
    "Charset missing or wrong",
    breaks="Readers guess the charset: letters beyond ASCII turn into signs or question marks.",
    source="RFC 2045 §5.2; RFC 2046 §4.1.2",
    fix="Name the charset in which the text really is, best utf-8, in the Content-Type of the part.",
    fixes={
        "smtplib": "set_content(text) names it; for MIMEText give the charset as third argument.",
        "phpmailer": "Set $mail->CharSet = 'utf-8'.",
        "go": "Write `Content-Type: text/plain; charset=utf-8`.",
    },
    example=f"{HEAD}{_LATIN}\nGr\\xfc\\xdfe\n",
)
def charset_wrong(mail: Opened) -> Iterator[Evidence]:
    for part in mail.leaves:
        if not part.content_type.startswith("text/"):
            continue
        content = mail.content(part)[0]
        place = part.start, part.end
        if part.charset:
            problem = decode(content, part.charset)[1]
            if problem in _CHARSETS:
                yield evidence(f"{_named(part)}: {_CHARSETS[problem].format(part.charset)}", place)
        elif part.disposition != "attachment" and not content.isascii():
            yield evidence(f"{_named(part)} names no charset, but holds letters beyond ASCII", place)


def _named(part: Part) -> str:
    return part.content_type if part.path == "1" else f"part {part.path}, {part.content_type}"
