"""The first octets of a file -> its media type, whatever its header says."""

from __future__ import annotations

import re
from typing import Final

MAX_LOOK: Final = 8_192  # octets

# https://mimesniff.spec.whatwg.org/ for what browsers know, the formats' own specifications for the rest.
_AT_START: Final[tuple[tuple[bytes, str], ...]] = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"II*\0", "image/tiff"),
    (b"MM\0*", "image/tiff"),
    (b"\0\0\1\0", "image/x-icon"),
    (b"8BPS", "image/vnd.adobe.photoshop"),
    (b"\xff\x0a", "image/jxl"),
    (b"\0\0\0\x0cJXL \r\n\x87\n", "image/jxl"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xfd7zXZ\0", "application/x-xz"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"MSCF\0\0\0\0", "application/vnd.ms-cab-compressed"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"%!PS", "application/postscript"),
    (b"\x7fELF", "application/x-elf"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\0asm", "application/wasm"),
    (b"L\0\0\0\x01\x14\x02\0", "application/x-ms-shortcut"),
    (b"\x78\x9f\x3e\x22", "application/ms-tnef"),
    (b"SQLite format 3\0", "application/vnd.sqlite3"),
    (b"OggS\0", "audio/ogg"),
    (b"fLaC", "audio/flac"),
    (b"ID3", "audio/mpeg"),
    (b"\xff\xfb", "audio/mpeg"),
    (b"MThd\0\0\0\x06", "audio/midi"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"\0\x01\0\0\0", "font/ttf"),
    (b"OTTO", "font/otf"),
    (b"wOFF", "font/woff"),
    (b"wOF2", "font/woff2"),
    (b"-----BEGIN PGP PUBLIC KEY", "application/pgp-keys"),
    (b"-----BEGIN PGP SIGNATURE", "application/pgp-signature"),
    (b"-----BEGIN PGP MESSAGE", "application/pgp-encrypted"),
    (b"#!", "text/x-script"),
)
_RIFF: Final = {b"WEBP": "image/webp", b"WAVE": "audio/wav", b"AVI ": "video/x-msvideo"}
_BRANDS: Final = {
    b"avif": "image/avif",
    b"avis": "image/avif",
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
_PACKED: Final = (
    (b"word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    (b"xl/", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    (b"ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    (b"META-INF/MANIFEST.MF", "application/java-archive"),
    (b"AndroidManifest.xml", "application/vnd.android.package-archive"),
)
# Only the start of a name is right: what follows it may look like more of it.
_ZIP_ENTRY = re.compile(rb"PK\x03\x04(?=.{26}([\x20-\x7e]{1,100}))", re.DOTALL)
_OWN_TYPE = re.compile(rb"PK\x03\x04.{26}mimetype(application/[a-z0-9.+-]{1,100})", re.DOTALL)
_MARKUP = re.compile(
    rb"(?:\xef\xbb\xbf)?\s*+(?:<\?xml[^>]{0,200}+>\s*+)?(?:<!--.{0,1000}?-->\s*+)?"
    rb"<(?:!doctype\s++)?(?P<root>html|svg|head|body|script|iframe|table|div|style|title)[\s>/]",
    re.IGNORECASE | re.DOTALL,
)
_TEXTS: Final = ((b"begin:vcalendar", "text/calendar"), (b"begin:vcard", "text/vcard"), (b"<?xml", "text/xml"))


def type_of(data: bytes) -> str:
    """Return the media type that the first octets speak of, or '' where they say nothing; looks at 8 KiB."""
    head = data[:MAX_LOOK]
    for magic, media_type in _AT_START:
        if head.startswith(magic):
            return media_type
    return _by_structure(head) or _by_text(head)


def _by_structure(head: bytes) -> str:
    if head.startswith(b"PK\x03\x04"):
        return _packed(head)
    if head.startswith(b"PK\x05\x06"):
        return "application/zip"
    if head[:4] == b"RIFF":
        return _RIFF.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _BRANDS.get(head[8:12], "video/mp4")
    if head[:2] == b"BM" and head[6:10] == b"\0\0\0\0" and len(head) > 26:
        return "image/bmp"
    if head[:2] == b"MZ" and len(head) >= 64:
        return "application/vnd.microsoft.portable-executable"
    if head[257:262] == b"ustar":
        return "application/x-tar"
    # Readers accept what stands before it within the first KiB, so people send it.
    return "application/pdf" if b"%PDF-" in head[:1024] else ""


def _packed(head: bytes) -> str:
    if own := _OWN_TYPE.match(head):
        return own[1].decode("ascii")
    names = [found[1] for found in _ZIP_ENTRY.finditer(head)]
    for start, media_type in _PACKED:
        if any(name.startswith(start) for name in names):
            return media_type
    return "application/zip"


def _by_text(head: bytes) -> str:
    if found := _MARKUP.match(head):
        return "image/svg+xml" if found["root"].lower() == b"svg" else "text/html"
    start = head[:64].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return next((media_type for magic, media_type in _TEXTS if start.startswith(magic)), "")
