"""format=flowed: text that a reader may wrap anew (RFC 3676)."""

from __future__ import annotations

from typing import NamedTuple

from catcher.mime.part import Part


class Paragraph(NamedTuple):
    """A paragraph or line of its own, without its quote marks; depth counts those (0 for the sender's own words)."""

    depth: int
    text: str


def is_flowed(part: Part) -> bool:
    """Tell whether the part declares itself as flowed text."""
    return part.content_type == "text/plain" and part.params.get("format", "").strip().lower() == "flowed"


def paragraphs(text: str, *, flowed: bool = False, delsp: bool = False) -> list[Paragraph]:
    """Return text by paragraphs with their quoting depth; text that does not flow keeps each line as one."""
    return []


def unflow(text: str, *, delsp: bool = False) -> str:
    """Return flowed text with a line per paragraph, quote marks in front; what the page wraps by itself."""
    return ""
