"""format=flowed: text that a reader may wrap anew (RFC 3676)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, NamedTuple

from catcher.mime.part import Part

_SIGNATURE: Final = "-- "


class Paragraph(NamedTuple):
    """A paragraph or line of its own, without its quote marks; depth counts those (0 for the sender's own words)."""

    depth: int
    text: str


class _Line(NamedTuple):
    depth: int
    text: str
    flows: bool


def is_flowed(part: Part) -> bool:
    """Tell whether the part declares itself as flowed text."""
    return part.content_type == "text/plain" and part.params.get("format", "").strip().lower() == "flowed"


def deletes_space(part: Part) -> bool:
    """Tell whether the space at the end of a flowing line is not part of the text (section 4.2)."""
    return part.params.get("delsp", "").strip().lower() == "yes"


def paragraphs(text: str, *, flowed: bool = False, delsp: bool = False) -> list[Paragraph]:
    """Return text by paragraphs with their quoting depth; text that does not flow keeps each line as one."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines and not lines[-1]:
        lines.pop()
    if not flowed:
        return [_fixed(line) for line in lines]
    return list(_joined([_flowing(line, delsp) for line in lines]))


def unflow(text: str, *, delsp: bool = False) -> str:
    """Return flowed text with one line per paragraph and the quote marks in front, for a page that wraps itself."""
    return "".join(
        f"{'>' * depth}{' ' if depth else ''}{line}\n" for depth, line in paragraphs(text, flowed=True, delsp=delsp)
    )


def _fixed(line: str) -> Paragraph:
    """Read quote marks as people write them: `>>`, `> >`, each perhaps followed by a blank."""
    depth = at = 0
    while line.startswith((">", " >"), at) and (depth or line[at] == ">"):
        at += 1 + (line[at] == " ")
        depth += 1
    return Paragraph(depth, line[at:].removeprefix(" ") if depth else line)


def _flowing(line: str, delsp: bool) -> _Line:
    content = line.lstrip(">")
    depth = len(line) - len(content)
    # A space was put in front of what would else read as a quote or as "From " (section 4.4).
    content = content.removeprefix(" ")
    if content == _SIGNATURE or not content.endswith(" "):
        return _Line(depth, content, False)
    return _Line(depth, content[:-1] if delsp else content, True)


def _joined(lines: list[_Line]) -> Iterator[Paragraph]:
    pieces: list[str] = []
    depth = 0
    for line in lines:
        # A paragraph ends where the depth changes, even in mid-flow, and before the signature (sections 4.3, 4.5).
        if pieces and (line.depth != depth or line.text == _SIGNATURE):
            yield Paragraph(depth, "".join(pieces).rstrip(" "))
            pieces = []
        depth = line.depth
        pieces.append(line.text)
        if not line.flows:
            yield Paragraph(depth, "".join(pieces))
            pieces = []
    if pieces:
        yield Paragraph(depth, "".join(pieces).rstrip(" "))
