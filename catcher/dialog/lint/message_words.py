"""Rules about encoded words (RFC 2047) and the names of files (RFC 2231)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import Header, evidence, located
from catcher.dialog.lint.registry import rule
from catcher.mime.charsets import codec_of
from catcher.mime.words import ENCODED_WORD, word_bytes

MAX_WORD: Final = 75  # characters
HARMLESS: Final = 78  # what Python's EmailMessage writes by default, and everybody reads

_WORD = re.compile(ENCODED_WORD)
_PARTS = re.compile(r"=\?([^?\s*]{1,80}+)[^?\s]*+\?([bBqQ])\?([^?]*+)\?=")
_QUOTED_WORD = re.compile(rf'"(?:[^"\\=]|\\.|=(?!\?))*+({ENCODED_WORD})', re.DOTALL)
_ANGLE = re.compile(r"<([^<>\s]*+)>")
_WORD_AS_LOCAL_PART = re.compile(rf"{ENCODED_WORD}@")
_STRUCTURED: Final = frozenset(("from", "sender", "reply-to", "to", "cc", "bcc"))
_NAMES: Final = frozenset(("content-type", "content-disposition"))
_ENCODED_NAME = re.compile(rf'\b(?:file)?name\s*+=\s*+"?\s*+{ENCODED_WORD}', re.IGNORECASE)
_MULTIPART = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n--b\nContent-Type: text/csv\n"


@rule(
    "M20",
    Severity.WARNING,
    "Encoded word in a bad form",
    breaks="Some readers show the code (=?utf-8?...) in place of the name or subject, or a broken letter within it.",
    source="RFC 2047 §2; RFC 2047 §5",
    fix="At most 75 characters a word, whole characters in each, none within quotes or in an address.",
    fixes={
        "smtplib": "Assign text to EmailMessage fields as it is, addresses as headerregistry.Address objects; words"
        " of 75 come from EmailMessage(policy=policy.SMTP.clone(max_line_length=76)).",
        "go": "Use mime.QEncoding.Encode for the name alone, or mail.Address.String().",
    },
    example=HEAD.replace("Shop <", '"=?utf-8?Q?B=C3=BCcher?=" <') + "\nHi\n",
)
def encoded_word_form(mail: Opened) -> Iterator[Evidence]:
    for header in mail.headers:
        if b"=?" in header.raw:
            problem = _misplaced(header) or _damaged(header.value)
            if problem:
                yield evidence(f"{header.name}: {problem}", header.place)
            elif longest := max((word[0] for word in _WORD.finditer(header.value)), key=len, default=""):
                yield from _too_long(header, longest)


def _too_long(header: Header, word: str) -> Iterator[Evidence]:
    if len(word) > MAX_WORD:
        severity = Severity.INFO if len(word) <= HARMLESS else Severity.WARNING
        yield evidence(f"{header.name}: {len(word):,} characters: {word}", header.place, severity=severity)


def _misplaced(header: Header) -> str:
    if header.name not in _STRUCTURED:
        return ""
    value = header.value
    if (found := _QUOTED_WORD.search(value)) is not None:
        return f"within quotes: {found[1]}"
    found = next((f for f in _ANGLE.finditer(value) if "=?" in f[1]), None) or _WORD_AS_LOCAL_PART.search(value)
    return f"in an address: {found[0]}" if found is not None else ""


def _damaged(value: str) -> str:
    cut = next((word[0] for word in _WORD.finditer(value) if _cuts_character(word[0])), "")
    return f"a character is cut: {cut}" if cut else ""


def _cuts_character(word: str) -> bool:
    """Tell whether a word in UTF-8 cannot be read by itself (RFC 2047, section 5)."""
    match = _PARTS.fullmatch(word)
    if match is None or codec_of(match[1]) != "utf_8":
        return False
    try:
        word_bytes(match[2], match[3]).decode()
    except UnicodeDecodeError:
        return True
    return False


@rule(
    "M30",
    Severity.WARNING,
    "File name not encoded as it should be",
    breaks="Some readers show the attachment under a name of rubbish or as `noname`.",
    source="RFC 2231 §4; RFC 2047 §5",
    fix="Write filename*=utf-8''..., percent-encoded.",
    fixes={
        "smtplib": "add_attachment(..., filename=name) does it.",
        "curl": "Give --form an ASCII file name: `;filename=report.pdf`.",
    },
    example=f"! from=orders@example.com to=ada@example.com params=BODY=8BITMIME\n{HEAD}{_MULTIPART}"
    'Content-Disposition: attachment; filename="Übersicht.csv"\n\na;b\n--b--\n',
)
def file_name_form(mail: Opened) -> Iterator[Evidence]:
    for part in mail.parts:
        if not part.filename:
            continue
        named = [header for header in located(mail.raw, part) if header.name in _NAMES]
        for header in named:
            # In the header of the message, M19 tells of raw octets.
            if part is not mail.root and not header.raw.isascii() and not mail.utf8_is_lawful(header.raw):
                yield evidence(f"raw 8-bit octets: {part.filename}", header.place)
                break
        else:
            yield from _words_as_names(part.filename, named)


def _words_as_names(filename: str, named: list[Header]) -> Iterator[Evidence]:
    """Find encoded words in parameters, unless they are there for old readers only, beside the lawful form."""
    if any(b"name*" in header.raw.lower() for header in named):
        return
    for header in named:
        if b"=?" in header.raw and _ENCODED_NAME.search(header.value):
            yield evidence(f"an encoded word in a parameter: {filename}", header.place)
            return
