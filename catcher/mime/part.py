"""One node of a message's tree: where it lies in the bytes and what its header says about it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from catcher.mime.charsets import one_line
from catcher.mime.defects import Defect, defect
from catcher.mime.headers import Field, field_text
from catcher.mime.parameters import decode_parameter, split_parameters

MAX_NAME: Final = 1_000  # characters of a file name or Content-ID
MAX_BOUNDARY: Final = 998  # RFC 2046 allows 70, but a longer one in a line of lawful length still works
_MAX_RAW: Final = 65_000  # octets of one field that are looked at

_TYPE = re.compile(r"[!#-'*+.0-9A-Z^-~-]{1,127}/[!#-'*+.0-9A-Z^-~-]{1,127}", re.IGNORECASE)
_READ = frozenset(("content-type", "content-disposition", "content-transfer-encoding", "content-id"))
_MESSAGES = frozenset(("message/rfc822", "message/global", "message/news"))
_IDENTITY = frozenset(("", "7bit", "8bit", "binary"))


@dataclass(slots=True)
class Part:
    """A leaf, a multipart or an enclosed message; start and end are the byte offsets of its body.

    The path is dotted: "1" is a message that is no multipart, "0" the root of one that is and "1", "2" its
    parts, "2.1" the first part of the multipart "2". The message that part "3" encloses is "3.1", or "3.0"
    where it is a multipart, whose parts are then "3.1", "3.2".
    """

    path: str
    fields: list[Field]
    header_start: int
    start: int
    end: int
    content_type: str = "text/plain"
    params: dict[str, str] = field(default_factory=dict)
    disposition: str = ""
    filename: str = ""
    content_id: str = ""
    encoding: str = ""
    children: list["Part"] = field(default_factory=list)
    defects: list[Defect] = field(default_factory=list)

    @property
    def charset(self) -> str:
        """The declared charset in lower case, or ''."""
        return self.params.get("charset", "").strip().lower()[:100]

    @property
    def is_multipart(self) -> bool:
        """Whether the type says multipart, even where no part was found."""
        return self.content_type.startswith("multipart/")

    @property
    def is_message(self) -> bool:
        """Whether the body is itself a message (RFC 2046, section 5.2.1)."""
        return self.content_type in _MESSAGES

    @property
    def is_encoded(self) -> bool:
        """Whether a transfer encoding stands between the raw body and its content."""
        return self.encoding not in _IDENTITY

    @property
    def boundary(self) -> bytes:
        """The boundary of a multipart, or b'' where there is none that can be used."""
        text = self.params.get("boundary", "").rstrip()
        return text.encode("utf-8", "replace") if self.is_multipart and len(text) <= MAX_BOUNDARY else b""

    def header(self, name: str) -> str:
        """Return the decoded value of the first field of that name, or ''."""
        wanted = name.lower()
        return next((item.decoded for item in self.fields if item.name.lower() == wanted), "")

    def walk(self) -> Iterator["Part"]:
        """Yield this part and all below it, in the order of the bytes."""
        waiting = [self]
        while waiting:
            part = waiting.pop()
            yield part
            waiting.extend(reversed(part.children))


def describe(part: Part, default_type: str) -> None:
    """Fill in from the part's own fields what they say about its content (RFC 2045, RFC 2183)."""
    values: dict[str, str] = {}
    for name, raw in part.fields:
        key = name.lower()
        if key in _READ and key not in values:
            values[key] = field_text(raw[:_MAX_RAW])
    _content_type(part, values.get("content-type"), default_type)
    disposition, params = split_parameters(values.get("content-disposition", ""))
    part.disposition = disposition[:100]
    part.encoding = values.get("content-transfer-encoding", "").partition("(")[0].strip().rstrip(";").lower()[:100]
    part.content_id = one_line(values.get("content-id", "")).strip("<> ")[:MAX_NAME]
    name = params.get("filename") or part.params.get("name") or ""
    part.filename = one_line(decode_parameter(name))[:MAX_NAME]


def _content_type(part: Part, value: str | None, default: str) -> None:
    part.content_type = default
    if value is None:
        return
    content_type, part.params = split_parameters(value)
    if _TYPE.fullmatch(content_type):
        part.content_type = content_type
    else:
        # RFC 2045, section 5.2: what cannot be read is taken as plain text.
        part.content_type = "text/plain"
        part.defects.append(defect("bad-content-type", part.header_start))
