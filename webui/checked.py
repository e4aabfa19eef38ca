"""FINDINGS -> what the page of a message tells of them, with the places in its source where they were seen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from catcher.dialog.finding import Finding
from catcher.models import Message
from webui import libraries, reading, text
from webui.libraries import Fix

_AROUND = 160  # octets shown before and behind what was found, within its line
_LONGEST = 600  # octets of what was found
_MOST_PLACES = 5


@dataclass(frozen=True, slots=True)
class Place:
    line: int
    html: SafeString


@dataclass(frozen=True, slots=True)
class Checked:
    """A finding as the message's page tells it, with the places of the source where it was seen."""

    finding: Finding
    mine: Sequence[Fix]
    others: Sequence[Fix]
    places: Sequence[Place]
    more: int


def facts(message: Message) -> dict[str, Any]:
    """Return what the tape knows of a message's octets on the wire."""
    record = reading.body_of(message.session, message.public_id) if message.session is not None else None
    return record.info if record is not None else {}


def checked(found: Iterable[Finding], content: bytes, families: Sequence[str] = ()) -> list[Checked]:
    return [_checked(finding, content, families) for finding in found]


def _checked(finding: Finding, content: bytes, families: Sequence[str]) -> Checked:
    mine, others = libraries.fixes(finding.rule.fixes, families)
    octets = finding.evidence.octets
    places = [place(content, start, end) for start, end in octets[:_MOST_PLACES]]
    return Checked(finding, mine, others, places, max(0, len(octets) - _MOST_PLACES))


def place(content: bytes, start: int, end: int) -> Place:
    """Return octets of the source marked within what stands around them in their lines."""
    start = max(0, min(start, len(content)))
    end = max(start, min(end, len(content)))
    first = max(content.rfind(b"\n", 0, start) + 1, start - _AROUND)
    last = content.find(b"\n", end)
    last = min(len(content) if last < 0 else last, end + _AROUND)
    middle = content[start : min(end, start + _LONGEST)]
    cut = "…" if end - start > _LONGEST else ""
    before, behind = content[first:start], content[end:last].rstrip(b"\r")
    html = format_html("{}<mark>{}{}</mark>{}", text.block(before), _seen(middle), cut, text.block(behind))
    return Place(content.count(b"\n", 0, start) + 1, html)


def _seen(octets: bytes) -> SafeString:
    """Return what was found, line ends that are the matter itself included."""
    lone = octets.strip(b"\r\n") == b""
    return mark_safe(f'<span class="esc">{_ends(octets)}</span>') if lone else text.block(octets)  # noqa: S308


def _ends(octets: bytes) -> str:
    return octets.decode("ascii").replace("\r", "CR ").replace("\n", "LF ").strip() or "here"
