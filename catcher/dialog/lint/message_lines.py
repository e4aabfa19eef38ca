"""Rules about a message's lines: their length, their ends, and dots at their start."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice
from typing import Any, Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import MAX_PLACES, Place, evidence, line_at, line_number
from catcher.dialog.lint.registry import rule

MAX_READABLE: Final = 78  # characters

# Anchored at the line end before it, so that each octet is looked at once.
_LONG = re.compile(rb"\n([^\r\n]{999,})")
_READABLE = re.compile(rb"\n([^\r\n]{79,998})(?![^\r\n])")
_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
# A dot alone on its line where one of the line ends is no CRLF; behind a CRLF it was taken off with the transparency.
_FALSE_END = re.compile(rb"(?:(?<!\r)\n|\r)\.(?:\r\n|\r|\n)")
_CONTROLS = re.compile(rb"[\0-\x08\x0b\x0c\x0e-\x1f\x7f]")


@rule(
    "M01",
    Severity.ERROR,
    "Line over 998 octets",
    breaks="Many servers refuse such a line, others cut it or break it in two, which damages HTML, links and"
    " signatures.",
    source="RFC 5322 §2.1.1; RFC 5321 §4.5.3.1.6",
    fix="Send the part as quoted-printable or base64: both keep lines short whatever the content. Fold long headers.",
    fixes={
        "smtplib": 'Build the mail with EmailMessage and set_content(text, cte="quoted-printable").',
        "phpmailer": "Set $mail->Encoding = 'quoted-printable' (or 'base64').",
        "nodemailer": "Set textEncoding: 'quoted-printable' on the message.",
    },
    example=f"{HEAD}\n{'All of the page on one line. ' * 36}\n",
)
def long_line(mail: Opened) -> Iterator[Evidence]:
    found = list(_lines(mail.raw, _LONG))
    if found:
        yield _lines_evidence(mail, found, max(end - start for start, end in found), "octets")


@rule(
    "M40",
    Severity.INFO,
    "Line over 78 characters",
    breaks="Nothing is lost. Readers that do not wrap show a long line cut off, and replies quote it badly.",
    source="RFC 5322 §2.1.1",
    fix="Wrap text at 78 characters, or send it as quoted-printable.",
    example=f"{HEAD}\n{'A sentence that goes on and on. ' * 4}\n",
)
def unwrapped_line(mail: Opened) -> Iterator[Evidence]:
    found: list[Place] = []
    longest = 0
    for start, end in _lines(mail.raw, _READABLE):
        length = end - start if mail.is_ascii else len(mail.raw[start:end].decode("utf-8", "replace"))
        if length > MAX_READABLE:
            found.append((start, end))
            longest = max(longest, length)
    if found:
        yield _lines_evidence(mail, found, longest, "characters")


def _lines(raw: bytes, pattern: re.Pattern[bytes]) -> Iterator[Place]:
    """Yield the places of the lines that a pattern finds behind a line end, and of the first line."""
    first = pattern.match(b"\n" + raw[: raw.find(b"\n") + 1 or len(raw)])
    if first is not None:
        yield 0, first.end() - 1
    for match in pattern.finditer(raw):
        yield match.span(1)


def _lines_evidence(mail: Opened, found: list[Place], longest: int, unit: str) -> Evidence:
    number = line_number(mail.raw, found[0][0])
    if len(found) == 1:
        return evidence(f"line {number} has {longest:,} {unit}", *found)
    return evidence(f"{len(found):,} lines, the first is line {number}, the longest has {longest:,} {unit}", *found)


@rule(
    "M02",
    Severity.ERROR,
    "CR or LF alone",
    breaks="Servers differ: some refuse the message, some turn it into a line end, some keep it. Signatures"
    " break, and it"
    " is the raw material of SMTP smuggling.",
    source="RFC 5321 §2.3.8; RFC 5322 §2.3",
    fix="End every line with CRLF before the message is sent; let the library do it and give it text, not octets.",
    fixes={
        "smtplib": "send_message() does it; for sendmail() with bytes use message.as_bytes(policy=policy.SMTP).",
        "aiosmtplib": "send() of an EmailMessage does it; for bytes use message.as_bytes(policy=policy.SMTP).",
        "curl": "Convert the file first, for instance with unix2dos, or send it with --crlf.",
    },
    example=f"{HEAD}\nThis line ends with LF alone\\nand this one as it should.\n",
)
def lone_cr_or_lf(mail: Opened) -> Iterator[Evidence]:
    lone = mail.lone_ends
    if mail.is_file or not any(lone.values()):
        return
    places = [match.span() for match in islice(_LONE.finditer(mail.raw), MAX_PLACES)]
    told = ", ".join(f"{count:,} {name} alone" for name, count in lone.items() if count)
    yield evidence(f"{told}, first in line {line_number(mail.raw, places[0][0])}", *places)


@rule(
    "M03",
    Severity.ERROR,
    "Dot at the start of a line not doubled",
    breaks="The server takes that dot away, so the text arrives changed; a line with nothing but a dot ends the"
    " message.",
    source="RFC 5321 §4.5.2",
    fix="Double a dot that begins a line before sending. Libraries do it: do not write to the socket yourself.",
    fixes={"smtplib": "Use sendmail() or send_message(), which double the dots; send() does not."},
    example=f"! undoubled_dots=1\n{HEAD}\nhidden is a file whose name began with a dot.\n",
)
def undoubled_dot(mail: Opened) -> Iterator[Evidence]:
    count, places = _told(mail, "undoubled_dots")
    if count:
        yield evidence(f"{_times(count, 'line')} lost the dot at the start", *places)


@rule(
    "M04",
    Severity.SECURITY,
    "Octets that can smuggle a second message",
    breaks="Another server may take this for the end of the message and what follows for commands: whoever"
    " wrote the text"
    " can then send mail as your server.",
    source="RFC 5321 §2.3.8; RFC 5321 §4.1.1.4; CVE-2023-51764; CVE-2023-51765; CVE-2023-51766",
    fix="Turn every CR and LF of text that users wrote into CRLF before the dots are doubled.",
    fixes={"smtplib": "sendmail() with a str repairs line ends; with bytes it sends them as they are."},
    example=f"{HEAD}\nA text from a form\\n.\\r\nMAIL FROM:<admin@example.com>\n",
)
def smuggling(mail: Opened) -> Iterator[Evidence]:
    count, places = _told(mail, "smuggling")
    if count:
        yield evidence(f"{_times(count, 'false end')} of message on the wire", *places)
    if mail.is_file or not any(mail.lone_ends.values()):
        return
    found = [match.span() for match in _FALSE_END.finditer(mail.raw)]
    if found:
        shown = mail.raw[slice(*found[0])].decode("ascii").replace("\r", "<CR>").replace("\n", "<LF>")
        more = f"{len(found):,} times, first " if len(found) > 1 else ""
        yield evidence(f"{shown} {more}in line {line_number(mail.raw, found[0][0])}", *found[:MAX_PLACES])


@rule(
    "M32",
    Severity.WARNING,
    "NUL or control characters",
    breaks="Servers cut the text at a NUL or refuse the message; control characters in a header hide what it says.",
    source="RFC 5322 §2.2; RFC 5322 §4.1",
    fix="Send binary content as base64, and remove control characters from what users type into a subject or a name.",
    example=f"{HEAD}\nA NUL\\x00 in the text.\n",
)
def control_characters(mail: Opened) -> Iterator[Evidence]:
    for header in mail.headers:
        found = _CONTROLS.search(header.raw)
        if found is not None:
            yield evidence(f"0x{found[0][0]:02x} in the field {header.name}", header.place)
    nul = mail.raw.find(b"\0", mail.root.start)
    if nul >= 0:
        count = mail.raw.count(b"\0", nul)
        yield evidence(f"{count:,} NUL, first in line {line_number(mail.raw, nul)}", (nul, nul + 1))


def _told(mail: Opened, name: str) -> tuple[int, list[Place]]:
    """Return what the tape counted, and the lines of the offsets where it kept them."""
    fact: Any = mail.facts.get(name)
    if isinstance(fact, int):
        return max(0, fact), []
    if not isinstance(fact, list):
        return 0, []
    offsets = [offset for offset in fact if isinstance(offset, int)]
    return len(offsets), [line_at(mail.raw, offset) for offset in offsets[:MAX_PLACES]]


def _times(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
