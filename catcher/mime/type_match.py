"""Whether a declared type, a detected one and the ending of a file name can all be true."""

from __future__ import annotations

from typing import Final

from catcher.mime.html_rules import names

_ALIASES: Final = {
    "application/gzip-compressed": "application/gzip",
    "application/rar": "application/vnd.rar",
    "application/zip-compressed": "application/zip",
    "audio/mp3": "audio/mpeg",
    "audio/wave": "audio/wav",
    "image/jpg": "image/jpeg",
    "image/pjpeg": "image/jpeg",
    "image/ms-bmp": "image/bmp",
    "image/ico": "image/icon",
    "image/tif": "image/tiff",
    "text/rtf": "application/rtf",
    "application/xml": "text/xml",
    "application/ms-tnef": "application/tnef",
    "application/vnd.ms-tnef": "application/tnef",
}
# What is packed in a container of another type: the type within is as true as that of the container.
_CONTAINERS: Final = {
    "application/zip": ("openxmlformats", "opendocument", "application/java-archive", "epub", "android", "zip"),
    "application/ole-storage": ("msword", "ms-excel", "ms-powerpoint", "ms-outlook", "ms-office", "visio", "msi"),
    "text/xml": ("xml", "html", "text/plain"),
    "video/mp4": ("audio/mp4", "video/quicktime", "audio/m4a", "video/3gpp", "image/heif", "image/heic"),
    "video/webm": ("matroska", "audio/webm"),
    "audio/ogg": ("application/ogg", "video/ogg", "opus"),
    "application/portable-executable": ("msdownload", "dosexec", "msdos-program"),
    "application/gzip": ("compressed-tar", "tgz", "gzip", "svg"),
    "text/calendar": ("application/ics", "text/plain"),
}
# Anything is text of some kind to a sender that says no more.
_TEXTS: Final = ("text/", "application/rtf", "application/pgp", "image/svg+xml", "application/postscript")
_VAGUE: Final = frozenset(("", "application/octet-stream", "application/binary", "application/force-download"))
# Types whose files all start alike: content that starts otherwise is none of them.
_STRICT: Final = names(
    "application/pdf application/zip application/gzip image/png image/jpeg image/gif image/webp image/bmp"
)
PROGRAMS: Final = frozenset(
    (
        "application/portable-executable",
        "application/elf",
        "application/mach-binary",
        "application/ms-shortcut",
    )
)
ENDINGS: Final = {
    "bmp": "image/bmp",
    "doc": "application/msword",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "exe": "application/vnd.microsoft.portable-executable",
    "gif": "image/gif",
    "gz": "application/gzip",
    "htm": "text/html",
    "html": "text/html",
    "ics": "text/calendar",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "pdf": "application/pdf",
    "png": "image/png",
    "ppt": "application/vnd.ms-powerpoint",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "rtf": "application/rtf",
    "svg": "image/svg+xml",
    "txt": "text/plain",
    "webp": "image/webp",
    "xls": "application/vnd.ms-excel",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "zip": "application/zip",
}


def plain_type(media_type: str) -> str:
    """Return a type under the name that all its aliases share."""
    main, _, sub = media_type.lower().partition("/")
    name = f"{main}/{sub.removeprefix('x-').removeprefix('vnd.microsoft.')}"
    return _ALIASES.get(name, name)


def is_same_type(declared: str, detected: str) -> bool:
    """Tell whether the declared type may be true of content in which detected was found ('' for nothing)."""
    if declared.lower() in _VAGUE:
        return True
    said, found = plain_type(declared), plain_type(detected)
    if not detected:
        return said not in _STRICT
    if said == found or any(word in said for word in _CONTAINERS.get(found, ())):
        return True
    if any(word in found for word in _CONTAINERS.get(said, ())):
        return True
    if said.startswith("text/"):
        return found.startswith(_TEXTS)
    # A type that has no octets of its own here may well be built upon another; pictures and sound never are.
    return not (said in _STRICT or found in PROGRAMS or said.startswith(("image/", "audio/", "video/")))


def type_of_ending(ending: str) -> str:
    """Return the type that a file name's ending (without its dot, in lower case) stands for, or ''."""
    return ENDINGS.get(ending, "")
