"""The structure of a message: one pass over the bytes, a stack for recursion, offsets for copies."""

import re
from dataclasses import dataclass
from typing import Final, NamedTuple

from catcher.mime.defects import Defect, defect
from catcher.mime.filenames import safe_filename
from catcher.mime.headers import MAX_FIELDS, split
from catcher.mime.octets import octet_defects
from catcher.mime.part import Part, describe
from catcher.mime.summary import header_defects

__all__ = ["MAX_DEPTH", "MAX_PARTS", "Part", "parse", "safe_filename"]

MAX_DEPTH: Final = 100
MAX_PARTS: Final = 10_000
# Of all parts together: a field as an object costs many times its bytes.
MAX_ALL_FIELDS: Final = 100_000
_FEW_FIELDS: Final = 20  # what a part is granted when those are used up

# The line end before a delimiter belongs to the delimiter (RFC 2046, section 5.1.1).
_DELIMITER = re.compile(rb"\n--([^\n]++)")


@dataclass(slots=True)
class _Open:
    """A part whose end is not known yet; boundary is b'' unless its delimiters are being looked for."""

    part: Part
    boundary: bytes = b""
    shadowed: int | None = None  # the level of an outer multipart with the same boundary


class _Found(NamedTuple):
    start: int
    after: int
    level: int
    closing: bool


def parse(raw: bytes, *, within: str = "") -> Part:
    """Return the tree of a message, its offsets pointing into raw; never raises, linear in its size.

    within is the path of the part that enclosed the message, which all paths then start with.
    """
    root = _Structure(raw, within).build()
    root.defects += header_defects(root.fields)
    root.defects += octet_defects(raw)
    return root


class _Structure:
    def __init__(self, raw: bytes, within: str) -> None:
        self.raw = raw
        self.within = within
        self.stack: list[_Open] = []
        self.active: dict[bytes, int] = {}
        self.parts = 0
        self.fields_left = MAX_ALL_FIELDS

    def build(self) -> Part:
        pos = self._open(0, "text/plain")
        root = self.stack[0].part
        while self.active and (found := self._next(max(pos - 1, 0))):
            pos = self._delimiter(found)
            if self.parts >= MAX_PARTS:
                root.defects.append(defect("too-many-parts", pos))
                break
        self._close(0, len(self.raw))
        return root

    def _next(self, pos: int) -> _Found | None:
        active = self.active
        for found in _DELIMITER.finditer(self.raw, pos):
            line = found[1].rstrip()
            if line in active:
                return _Found(found.start(), found.end() + 1, active[line], False)
            if line.endswith(b"--") and line[:-2] in active:
                return _Found(found.start(), found.end() + 1, active[line[:-2]], True)
        return None

    def _delimiter(self, found: _Found) -> int:
        """End what the delimiter ends and open what it begins; return where to look for the next one."""
        end = found.start
        if end and self.raw[end - 1] == 0x0D:
            end -= 1
        self._close(found.level + 1, end)
        parent = self.stack[found.level]
        after = min(found.after, len(self.raw))
        if found.closing:
            # What follows is the epilogue, in which a delimiter of this boundary means nothing any more.
            self._forget(parent)
            return after
        digest = parent.part.content_type == "multipart/digest"
        return self._open(after, "message/rfc822" if digest else "text/plain")

    def _open(self, start: int, default_type: str) -> int:
        """Open the part at start, and the message in it if it is one; return the offset of the inner body."""
        while True:
            part = self._read(start, default_type)
            self.stack.append(_Open(part))
            if part.is_multipart:
                self._look_for(self.stack[-1])
            if not part.is_message or not self._may_open(part):
                return part.start
            start, default_type = part.start, "text/plain"

    def _read(self, start: int, default_type: str) -> Part:
        most = max(min(MAX_FIELDS, self.fields_left), _FEW_FIELDS)
        fields, body, defects = split(self.raw, start, most=most)
        self.fields_left -= len(fields)
        self.parts += 1
        part = Part("", fields, start, body, body)
        part.defects = [item for item in defects if not self._expected(item, body)]
        describe(part, default_type)
        parent = self.stack[-1].part if self.stack else None
        part.path = _path(parent, part, self.within)
        if parent is not None:
            parent.children.append(part)
        return part

    def _expected(self, item: Defect, body: int) -> bool:
        """Tell what is lawful in a part, if not in a message: no header, or a delimiter right after it."""
        if not self.stack or item.code not in ("no-headers", "header-without-colon"):
            return False
        if item.code == "no-headers":
            return not self.stack[-1].part.is_message
        return self.raw.startswith(b"--", body)

    def _look_for(self, opened: _Open) -> None:
        part, boundary = opened.part, opened.part.boundary
        if not boundary:
            part.defects.append(defect("boundary-missing", part.header_start))
        elif self._may_open(part):
            opened.boundary, opened.shadowed = boundary, self.active.get(boundary)
            self.active[boundary] = len(self.stack) - 1

    def _may_open(self, part: Part) -> bool:
        if part.is_encoded:
            part.defects.append(defect("encoded-container", part.header_start))
            return part.is_multipart and len(self.stack) < MAX_DEPTH and self.parts < MAX_PARTS
        if len(self.stack) >= MAX_DEPTH:
            part.defects.append(defect("too-deep", part.start))
        return len(self.stack) < MAX_DEPTH and self.parts < MAX_PARTS

    def _close(self, level: int, end: int) -> None:
        """End all open parts from that level of the stack on."""
        while len(self.stack) > level:
            opened = self.stack.pop()
            part = opened.part
            # A header without a blank line after it has taken the line end that belongs to the delimiter.
            last = part.children[-1].end if part.children else part.start
            part.end = max(last, end)
            if opened.boundary:
                part.defects.append(defect("unclosed-multipart" if part.children else "boundary-not-found", part.end))
                self._forget(opened)

    def _forget(self, opened: _Open) -> None:
        if opened.shadowed is None:
            del self.active[opened.boundary]
        else:
            self.active[opened.boundary] = opened.shadowed
        opened.boundary = b""


def _path(parent: Part | None, part: Part, within: str) -> str:
    """Number a part; Part says how."""
    if parent is None:
        own = "0" if part.is_multipart else "1"
        return f"{within}.{own}" if within else own
    if parent.is_message:
        return f"{parent.path}.{0 if part.is_multipart else 1}"
    number = len(parent.children) + 1
    if parent.path == "0":
        return str(number)
    if parent.path.endswith(".0"):
        return f"{parent.path[:-1]}{number}"
    return f"{parent.path}.{number}"
