"""Rules about the structure that MIME gives a message (RFC 2045, RFC 2046)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import Place, evidence, located
from catcher.dialog.lint.registry import rule
from catcher.mime.part import Part

MAX_BOUNDARY: Final = 70  # characters

_MIME_FIELDS: Final = ("content-type", "content-transfer-encoding", "content-disposition")
# RFC 2046, section 5.1.1: bcharsnospace.
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,./:=? -]*+")
_FAILURES: Final = {
    "boundary-missing": "no boundary is named",
    "boundary-not-found": "the boundary never occurs",
    "unclosed-multipart": "the closing boundary is missing",
}


@rule(
    "M22",
    Severity.WARNING,
    "MIME-Version missing",
    breaks="Strict readers take the message for plain text and show HTML code, boundaries and encoded attachments.",
    source="RFC 2045 §4",
    fix="Add `MIME-Version: 1.0` to the header of the message.",
    fixes={
        "smtplib": "EmailMessage.set_content() adds it.",
        "go": "Write the field yourself next to Content-Type.",
        "curl": "Write it into the uploaded file; --form adds it.",
    },
    example=f"{HEAD}Content-Type: text/plain; charset=us-ascii\n\nHi\n",
)
def mime_version_missing(mail: Opened) -> Iterator[Evidence]:
    if mail.first("mime-version") is None:
        found = next((header for name in _MIME_FIELDS if (header := mail.first(name)) is not None), None)
        if found is not None:
            yield evidence(f"{found.name}: {found.value}", found.place)


@rule(
    "M23",
    Severity.ERROR,
    "Multipart that cannot be taken apart",
    breaks="Readers show an empty mail, the raw code of all parts, or all but the last attachment.",
    source="RFC 2046 §5.1.1",
    fix="Let the library choose the boundary and close each multipart with `--boundary--`. If it did, the"
    " message is cut.",
    example=f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nHi\n",
)
def multipart_broken(mail: Opened) -> Iterator[Evidence]:
    for part in mail.parts:
        if not part.is_multipart:
            continue
        failures = [_FAILURES[defect.code] for defect in part.defects if defect.code in _FAILURES]
        for problem in failures or _boundary_problems(part):
            yield evidence(f"{_named(part)}: {problem}", _type_place(mail, part))


def _boundary_problems(part: Part) -> Iterator[str]:
    boundary = part.params.get("boundary", "")
    if len(boundary) > MAX_BOUNDARY:
        yield f"the boundary has {len(boundary):,} characters, {MAX_BOUNDARY} are allowed"
    elif boundary.endswith(" "):
        yield "the boundary ends with a blank"
    elif not _BOUNDARY.fullmatch(boundary):
        yield f"the boundary holds characters that are not allowed: {boundary}"


@rule(
    "M24",
    Severity.ERROR,
    "Multipart in base64 or quoted-printable",
    breaks="Readers find no parts in it, or decode them twice: text and attachments are lost.",
    source="RFC 2045 §6.4",
    fix="Encode each part by itself; what holds parts is 7bit or 8bit.",
    example=f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"
    "Content-Transfer-Encoding: base64\n\n--b\n\nHi\n--b--\n",
)
def encoded_container(mail: Opened) -> Iterator[Evidence]:
    for part in mail.parts:
        # RFC 6532, section 3.7, lets message/global be encoded.
        if part.is_encoded and (part.is_multipart or part.content_type == "message/rfc822"):
            yield evidence(f"{_named(part)} is in {part.encoding}", _type_place(mail, part))


def _named(part: Part) -> str:
    return part.content_type if part.path in ("0", "1") else f"{part.content_type} (part {part.path})"


def _type_place(mail: Opened, part: Part) -> Place:
    headers = mail.headers if part is mail.root else located(mail.raw, part)
    found = next((header.place for header in headers if header.name == "content-type"), None)
    return found or (part.header_start, part.start)
