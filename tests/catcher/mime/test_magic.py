from __future__ import annotations

import io
import zipfile

import pytest

from catcher.mime.magic import type_of
from catcher.mime.type_match import is_same_type
from tests.catcher.mime.mails import PNG

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def packed(*names: str) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name in names:
            archive.writestr(name, "application/vnd.oasis.opendocument.text" if name == "mimetype" else "x")
    return target.getvalue()


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (PNG, "image/png"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        (b"GIF89a\1\0", "image/gif"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        (b"\0\0\0\x20ftypavif", "image/avif"),
        (b"junk before it\n%PDF-1.4", "application/pdf"),
        (b"\x1f\x8b\x08", "application/gzip"),
        (packed("a.txt"), "application/zip"),
        (packed("[Content_Types].xml", "word/document.xml"), DOCX),
        (packed("mimetype", "content.xml"), "application/vnd.oasis.opendocument.text"),
        (packed("META-INF/MANIFEST.MF"), "application/java-archive"),
        (b"MZ" + b"\0" * 100, "application/vnd.microsoft.portable-executable"),
        (b"\x7fELF\2\1\1", "application/x-elf"),
        (b"#!/bin/sh\n", "text/x-script"),
        (b"\xef\xbb\xbf <!DOCTYPE html><p>", "text/html"),
        (b"<!-- x --><script>", "text/html"),
        (b"<?xml version='1.0'?>\n<svg xmlns='x'>", "image/svg+xml"),
        (b"<?xml version='1.0'?><feed>", "text/xml"),
        (b"BEGIN:VCALENDAR\r\n", "text/calendar"),
        (b"Dear all,", ""),
        (b"", ""),
        (b"MZ is how this text starts", ""),
    ],
)
def test_first_octets_tell_the_type(content: bytes, media_type: str) -> None:
    assert type_of(content) == media_type


@pytest.mark.parametrize("piece", [b"<!-- ", b"<?xml ", b"PK\x03\x04", b" ", b"<!doctype ", b"\0"])
def test_only_the_start_is_looked_at(piece: bytes) -> None:
    assert isinstance(type_of(piece * 2_000_000), str)


@pytest.mark.parametrize(
    ("declared", "detected"),
    [
        ("image/jpg", "image/jpeg"),
        ("image/vnd.microsoft.icon", "image/x-icon"),
        ("application/x-zip-compressed", "application/zip"),
        ("application/zip", DOCX),
        (DOCX, "application/zip"),
        ("application/msword", "application/x-ole-storage"),
        ("application/vnd.ms-tnef", "application/ms-tnef"),
        ("application/octet-stream", "application/vnd.microsoft.portable-executable"),
        ("text/csv", ""),
        ("text/plain", "text/html"),
        ("text/xml", "image/svg+xml"),
        ("application/vnd.own-format", "application/zip"),
    ],
)
def test_types_that_may_both_be_true(declared: str, detected: str) -> None:
    assert is_same_type(declared, detected)


@pytest.mark.parametrize(
    ("declared", "detected"),
    [
        ("image/png", "image/jpeg"),
        ("image/png", "text/html"),
        ("image/png", ""),
        ("application/pdf", ""),
        ("application/pdf", "application/zip"),
        ("text/plain", "application/pdf"),
        ("audio/mpeg", "application/zip"),
        ("application/vnd.own-format", "application/vnd.microsoft.portable-executable"),
    ],
)
def test_types_that_contradict_each_other(declared: str, detected: str) -> None:
    assert not is_same_type(declared, detected)
