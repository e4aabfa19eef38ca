"""What is wrong with the bytes of a message, whatever its structure (RFC 5322, sections 2.1.1 and 2.3)."""

import re
from typing import Final

from catcher.mime.defects import Defect, defect

MAX_LINE: Final = 998  # octets without the line end

# Anchored at the line end before it, so that each byte is looked at once.
_LONG_LINE = re.compile(rb"\n[^\r\n]{999}")
_LONG_FIRST_LINE = re.compile(rb"[^\r\n]{999}")
_LONE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


def octet_defects(raw: bytes) -> list[Defect]:
    """Return at most one defect of each kind, at its first place."""
    defects: list[Defect] = []
    if raw.count(b"\r\n") != raw.count(b"\n") or raw.count(b"\r\n") != raw.count(b"\r"):
        found = _LONE.search(raw)
        defects.append(defect("bare-cr-or-lf", found.start() if found else None))
    if _LONG_FIRST_LINE.match(raw):
        defects.append(defect("long-line", 0))
    elif found := _LONG_LINE.search(raw):
        defects.append(defect("long-line", found.start() + 1))
    if (nul := raw.find(b"\0")) >= 0:
        defects.append(defect("nul-bytes", nul))
    return defects
