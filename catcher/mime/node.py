"""One part of a message as a page shows it: what it says it is, what it is, and what is wrong with it."""

from __future__ import annotations

import hashlib
from functools import cached_property
from typing import Literal, NamedTuple

from catcher.mime import bodies
from catcher.mime.charset_guess import charset_of
from catcher.mime.charsets import clean, decode
from catcher.mime.defects import Defect
from catcher.mime.filenames import safe_filename
from catcher.mime.headers import Field
from catcher.mime.magic import type_of
from catcher.mime.notes import name_notes, type_notes
from catcher.mime.part import Part
from catcher.mime.type_match import is_same_type

Role = Literal["container", "message", "body", "alternative", "related", "inline", "attachment"]


class Checksums(NamedTuple):
    """Digests of the decoded octets in hexadecimal."""

    md5: str
    sha1: str
    sha256: str


class Node:
    """A part in its tree; what costs time (decoding, detection, checksums) is worked out when asked for.

    Offsets count octets in `raw`. What a leaf decodes to is kept: leaves share no octets, so all of them
    together are no larger than the message.
    """

    def __init__(self, raw: bytes, part: Part, parent: Node | None = None) -> None:
        self.raw = raw
        self.part = part
        self.parent = parent
        self.depth: int = parent.depth + 1 if parent else 0
        self.children: list[Node] = []
        self.role: Role = "container"

    @property
    def path(self) -> str:
        return self.part.path

    @property
    def fields(self) -> list[Field]:
        """The header fields in order: name, raw, value (unfolded) and decoded."""
        return self.part.fields

    @property
    def content_type(self) -> str:
        """The declared type, or what a part without one counts as."""
        return self.part.content_type

    @property
    def charset(self) -> str:
        """The declared charset in lower case, or ''."""
        return self.part.charset

    @property
    def encoding(self) -> str:
        """The Content-Transfer-Encoding in lower case, or ''."""
        return self.part.encoding

    @property
    def disposition(self) -> str:
        return self.part.disposition

    @property
    def content_id(self) -> str:
        """The Content-ID without angle brackets, or ''."""
        return self.part.content_id

    @property
    def declared_name(self) -> str:
        """The file name as sent, decoded, not safe; or ''."""
        return self.part.filename

    @cached_property
    def name(self) -> str:
        """A file name that is safe to save under, never ''."""
        return safe_filename(self.part.filename or self.part.content_id, f"part-{self.path}")

    @property
    def holds_parts(self) -> bool:
        return self.part.is_multipart or bool(self.part.children)

    @property
    def header_range(self) -> tuple[int, int]:
        """Start and end of the header block with the blank line after it."""
        return self.part.header_start, self.part.start

    @property
    def range(self) -> tuple[int, int]:
        """Start and end of the body, still encoded."""
        return self.part.start, self.part.end

    @property
    def header_octets(self) -> bytes:
        return self.raw[self.part.header_start : self.part.start]

    @property
    def encoded(self) -> bytes:
        """The body as it was sent."""
        return self.raw[self.part.start : self.part.end]

    @property
    def decoded(self) -> bytes:
        """The body without its transfer encoding; of what holds parts, the body as it was sent."""
        return self.encoded if self.holds_parts else self._content[0]

    @cached_property
    def _content(self) -> tuple[bytes, list[Defect]]:
        problems: list[Defect] = []
        return bodies.decoded(self.raw, self.part, problems), problems

    @property
    def encoded_size(self) -> int:
        return self.part.end - self.part.start

    @property
    def decoded_size(self) -> int:
        return self.encoded_size if self.holds_parts else len(self._content[0])

    @cached_property
    def checksums(self) -> Checksums:
        content = self.decoded
        # No signatures: people compare them with what they attached.
        hashes = (hashlib.new(name, content, usedforsecurity=False) for name in ("md5", "sha1", "sha256"))
        return Checksums(*(each.hexdigest() for each in hashes))

    @cached_property
    def detected_type(self) -> str:
        """What the first octets say the content is, or '' where they say nothing."""
        return "" if self.holds_parts or self.part.is_message else type_of(self._content[0])

    @property
    def type_differs(self) -> bool:
        """Whether content and declared type contradict each other."""
        if self.holds_parts or self.part.is_message or not self.decoded_size:
            return False
        return not is_same_type(self.content_type, self.detected_type)

    @cached_property
    def detected_charset(self) -> str:
        """The charset that the octets of a text are in as far as they tell, or '' (also where it is no text)."""
        return charset_of(self._content[0]) if self.is_text else ""

    @property
    def is_text(self) -> bool:
        return self.content_type.startswith("text/") and not self.holds_parts

    def text(self, charset: str = "") -> str:
        """Return the content as text, read in another charset than the declared one where that is wanted."""
        if charset:
            return clean(decode(self.decoded, charset.lower())[0])
        return bodies.text(self.raw, self.part)

    @cached_property
    def problems(self) -> list[Defect]:
        """What is wrong with this part alone: structure, encoding, charset, name, type."""
        found = [*self.part.defects, *name_notes(self.part.filename, self.part.header_start)]
        if self.holds_parts:
            return found
        found += self._content[1]
        if self.is_text:
            texts: list[Defect] = []
            bodies.text(self.raw, self.part, texts)
            found += [each for each in texts if each not in found]
        if not self._content[0] or self.part.is_message:
            return found
        return found + type_notes(self.content_type, self.detected_type, self.part.filename, self.part.start)
