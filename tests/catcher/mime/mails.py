"""Whole mails built from a few words, for tests that look at what is read from them."""

from __future__ import annotations

import base64

HEAD = b"From: a@b.example\r\nDate: Tue, 20 Jul 2026 16:51:20 +0000\r\nMIME-Version: 1.0\r\n"
PNG = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


def leaf(content_type: str, content: bytes, *fields: str, encoding: str = "") -> bytes:
    """Return a part: its type, its further fields, its content in that transfer encoding."""
    lines = [f"Content-Type: {content_type}", *fields]
    if encoding:
        lines.append(f"Content-Transfer-Encoding: {encoding}")
    if encoding == "base64":
        content = base64.encodebytes(content).replace(b"\n", b"\r\n").rstrip()
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + content


def multipart(subtype: str, *parts: bytes, boundary: str = "x") -> bytes:
    """Return a multipart of the parts, its Content-Type first; subtype may be followed by parameters."""
    mark = f"--{boundary}".encode()
    head = f'Content-Type: multipart/{subtype}; boundary="{boundary}"\r\n\r\n'.encode()
    return head + b"".join(mark + b"\r\n" + part + b"\r\n" for part in parts) + mark + b"--\r\n"


def mail(content: bytes) -> bytes:
    """Return a mail whose Content-Type and body these are."""
    return HEAD + content
