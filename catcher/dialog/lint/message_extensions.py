"""Rules about what MAIL announced (8BITMIME, SMTPUTF8) and what the message really holds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import Place, evidence, line_at, line_number
from catcher.dialog.lint.registry import rule
from catcher.mime.part import Part

_EIGHT_BIT = re.compile(rb"[\x80-\xff]")
_MIME = 'MIME-Version: 1.0\nContent-Type: text/plain; charset="utf-8"\n'


@rule(
    "S46",
    Severity.ERROR,
    "8-bit text, not announced",
    breaks="A server without 8BITMIME may refuse the message or clear the eighth bit: umlauts and accents"
    " become rubbish.",
    source="RFC 5321 §2.4; RFC 6152 §3",
    fix="Add BODY=8BITMIME to MAIL where EHLO offers it, or send the text as quoted-printable or base64.",
    fixes={
        "smtplib": 'Give mail_options=["BODY=8BITMIME"], or set_content(text, cte="quoted-printable").',
        "django": "Django sends UTF-8 as 8bit: give a charset.Charset('utf-8') with body_encoding QP as encoding.",
        "aiosmtplib": 'Give mail_options=["BODY=8BITMIME"], or set_content(text, cte="quoted-printable").',
        "curl": "Encode the text in the uploaded file; curl cannot announce it.",
    },
    example=f"! from=orders@example.com to=ada@example.com\n{HEAD}{_MIME}Content-Transfer-Encoding: 8bit\n\nGrüße\n",
    on="message",
)
def eight_bit_unannounced(mail: Opened) -> Iterator[Evidence]:
    if mail.envelope is None or mail.is_ascii or _announces_8bit(mail):
        return
    if mail.envelope.parameter("SMTPUTF8") is None and (place := _first_8bit(mail.raw, 0, len(mail.raw))):
        count = len(mail.raw) - len(mail.raw.translate(None, bytes(range(128, 256))))
        yield evidence(f"{count:,} octets above 127, first in line {line_number(mail.raw, place[0])}", place)


@rule(
    "S47",
    Severity.ERROR,
    "8BITMIME for what is not 8-bit MIME",
    breaks="A relay that has to convert the text for an old server cannot know what it is, and damages it.",
    source="RFC 5321 §2.4; RFC 6152 §3",
    fix="Add MIME-Version, Content-Type with the charset, and Content-Transfer-Encoding: 8bit.",
    example=f"! from=orders@example.com to=ada@example.com params=BODY=8BITMIME\n{HEAD}\nGrüße\n",
    on="message",
)
def eight_bit_undeclared(mail: Opened) -> Iterator[Evidence]:
    if mail.is_ascii or not _announces_8bit(mail):
        return
    for part in mail.leaves:
        if part.encoding in ("8bit", "binary") and mail.first("mime-version") is not None:
            continue
        place = _first_8bit(mail.raw, part.start, part.end)
        if place is not None:
            yield evidence(_undeclared(mail, part), place)
            return


@rule(
    "S48",
    Severity.INFO,
    "8BITMIME for plain ASCII",
    breaks="Nothing is lost. A server without 8BITMIME need not take a message that any server could take.",
    source="RFC 6152 §3",
    fix="Leave BODY=8BITMIME out where every octet is below 128.",
    example=f"! from=orders@example.com to=ada@example.com params=BODY=8BITMIME\n{HEAD}\nHi\n",
    on="message",
)
def eight_bit_needless(mail: Opened) -> Iterator[Evidence]:
    if mail.is_ascii and _announces_8bit(mail):
        yield evidence("BODY=8BITMIME, but no octet above 127")


@rule(
    "S51",
    Severity.WARNING,
    "SMTPUTF8 without need",
    breaks="Servers without SMTPUTF8, still many, have to return the message although they could deliver it.",
    source="RFC 6531 §3.4",
    fix="Announce SMTPUTF8 only where an address or a header field holds characters beyond ASCII.",
    fixes={"smtplib": "send_message() announces it when an address needs it; do not put it into mail_options."},
    example=f"! from=orders@example.com to=ada@example.com params=SMTPUTF8\n{HEAD}\nHi\n",
    on="message",
)
def smtputf8_needless(mail: Opened) -> Iterator[Evidence]:
    envelope = mail.envelope
    if envelope is None or envelope.parameter("SMTPUTF8") is None:
        return
    if not envelope.mail_from.isascii() or not all(address.isascii() for address in envelope.recipients):
        return
    if mail.is_ascii or all(mail.raw[part.header_start : part.start].isascii() for part in mail.root.walk()):
        yield evidence("all addresses and header fields are ASCII")


def _announces_8bit(mail: Opened) -> bool:
    return mail.envelope is not None and mail.envelope.parameter("BODY") in ("8BITMIME", "BINARYMIME")


def _first_8bit(raw: bytes, start: int, end: int) -> Place | None:
    found = _EIGHT_BIT.search(raw, start, end)
    return line_at(raw, found.start()) if found is not None else None


def _undeclared(mail: Opened, part: Part) -> str:
    if mail.first("mime-version") is None:
        return "8-bit text in a message without MIME-Version"
    return f"8-bit text in part {part.path}, which is declared {part.encoding or '7bit (the default)'}"
