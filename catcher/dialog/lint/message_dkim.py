"""The rule about DKIM signatures: what can be checked without asking DNS for the key (RFC 6376)."""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Iterator, Mapping
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import evidence
from catcher.dialog.lint.registry import rule

MAX_SIGNATURES: Final = 10

_TAG = re.compile(r"\s*+([A-Za-z][A-Za-z0-9_]*+)\s*+=([^;]*+)(?:;|\Z)")
_BLANKS = re.compile(rb"[ \t]++")
# The lookbehind keeps a long run of blanks from being tried again at each of its characters.
_BLANKS_AT_END = re.compile(rb"(?<![ \t])[ \t]++(?=\r\n|\Z)")
_LINES_AT_END = re.compile(rb"(?:\r\n)++\Z")
_HASHES: Final = {"rsa-sha256": "sha256", "ed25519-sha256": "sha256", "rsa-sha1": "sha1"}
_EXAMPLE = """\
DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=example.com; s=mail;
 h=from:to:subject; bh=47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=; b=AAAA
From: orders@example.com
To: ada@example.com
Subject: Your order
Date: Wed, 01 May 2024 12:00:00 +0000
Message-ID: <1043@example.com>

The text was changed after the signing.
"""


@rule(
    "M34",
    Severity.WARNING,
    "DKIM signature that cannot hold",
    breaks="Receivers find the signature invalid or do not trust it; with DMARC set to reject, the mail is refused.",
    source="RFC 6376 §3.5; RFC 6376 §5.4; RFC 6376 §8.2",
    fix="Sign last, over the very octets that are sent (CRLF, final encoding), with From among the fields and"
    " without l=.",
    example=_EXAMPLE,
)
def dkim(mail: Opened) -> Iterator[Evidence]:
    for header in mail.all("dkim-signature")[:MAX_SIGNATURES]:
        tags = {found[1]: "".join(found[2].split()) for found in _TAG.finditer(header.value)}
        for problem in _problems(mail, tags):
            yield evidence(f"{tags.get('d', 'no domain')}: {problem}", header.place)


def _problems(mail: Opened, tags: Mapping[str, str]) -> Iterator[str]:
    missing = [tag for tag in ("v", "a", "b", "bh", "d", "h", "s") if not tags.get(tag)]
    if missing:
        yield f"the tag {', '.join(missing)} is missing"
    if tags.get("h") and "from" not in tags["h"].lower().split(":"):
        yield "From is not among the signed fields"
    if "l" in tags:
        yield f"only the first {tags['l']} octets of the text are signed (l=)"
    expires = tags.get("x", "")
    if mail.received_at is not None and _is_number(expires) and int(expires) < mail.received_at.timestamp():
        yield "it had expired when it arrived (x=)"
    if tags.get("bh") and _body_hash(mail, tags) not in (None, _packed(tags["bh"])):
        yield "the body hash does not fit the text (bh=)"


def _body_hash(mail: Opened, tags: Mapping[str, str]) -> bytes | None:
    """Return the hash that bh= should have (section 3.7), or None where it cannot be told."""
    name = _HASHES.get(tags.get("a", "").lower())
    canonical = tags.get("c", "simple/simple").lower().partition("/")[2] or "simple"
    length = tags.get("l", "")
    if name is None or canonical not in ("simple", "relaxed") or (length and not _is_number(length)):
        return None
    body = mail.raw[mail.root.start :]
    if mail.is_file:
        body = body.replace(b"\n", b"\r\n")
    body = _relaxed(body) if canonical == "relaxed" else _simple(body)
    # usedforsecurity: this compares with what a signer wrote, be it SHA-1.
    return hashlib.new(name, body[: int(length)] if length else body, usedforsecurity=False).digest()


def _simple(body: bytes) -> bytes:
    """Section 3.4.3: exactly one CRLF at the end."""
    return _LINES_AT_END.sub(b"", body) + b"\r\n"


def _relaxed(body: bytes) -> bytes:
    """Section 3.4.4: a run of blanks is one, none ends a line, and one CRLF ends what is not empty."""
    body = _LINES_AT_END.sub(b"", _BLANKS.sub(b" ", _BLANKS_AT_END.sub(b"", body)))
    return body + b"\r\n" if body else b""


def _packed(text: str) -> bytes:
    try:
        return base64.b64decode(text)
    except (binascii.Error, ValueError):
        return b""


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 20
