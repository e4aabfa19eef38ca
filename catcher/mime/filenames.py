"""A file name from a mail -> one that no file system, browser or reader is fooled by."""

import re
from typing import Final

MAX_FILENAME: Final = 150  # characters
_MAX_SUFFIX: Final = 12

# Format characters turn text around (so that an .exe reads as .jpg) or hide; the others steer paths.
_UNSAFE = re.compile('[\0-\x1f\x7f-\x9f\ud800-\udfff\ufff9-\uffff/\\\\:*?"<>|]')
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_BLANKS = re.compile(r"\s++")


def safe_filename(name: str, fallback: str) -> str:
    """Return a name of at most 150 characters that is safe as a file name, or fallback where none is left."""
    name = _INVISIBLE.sub("", _BLANKS.sub(" ", name))
    # Old mailers send the whole path ("C:\\My Documents\\a.doc"): the last component is the name.
    last = name.replace("\\", "/").rstrip("/").rpartition("/")[2]
    kept = _UNSAFE.sub("_", last).lstrip(". ").rstrip(". ")
    if not kept.strip("_"):
        return fallback
    return _shorten(kept)


def _shorten(name: str) -> str:
    if len(name) <= MAX_FILENAME:
        return name
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > _MAX_SUFFIX:
        return name[:MAX_FILENAME].rstrip(". ")
    return f"{stem[: MAX_FILENAME - len(suffix) - 1].rstrip('. ')}.{suffix}"
