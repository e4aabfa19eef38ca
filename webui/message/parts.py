"""The parts of a message as its page shows them: the tree, one part in full, and what was read from them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from catcher.mime.invitation import Invitation, invitations
from catcher.mime.node import Node
from catcher.mime.outline import Located, Outline
from catcher.mime.protection import Protection, protections
from catcher.mime.report import Report, report
from catcher.mime.summary import Summary, summarize
from catcher.mime.tnef import Tnef, tnef
from catcher.models import Message
from webui.message.plain import text_of
from webui.message.preview import IMAGES

MOST = 400  # parts that the tree shows
MOST_DEFECTS = 100
MOST_FILES = 60
MOST_INDENTS = 12
TEXT_LIMIT = 64_000
ROLES = {
    "container": "",
    "message": "message",
    "body": "body",
    "alternative": "alternative",
    "related": "of the page",
    "inline": "inline",
    "attachment": "attachment",
}


class PartView:
    """One part in full; what costs time is worked out where the page asks for it."""

    def __init__(self, opened: Outline, node: Node) -> None:
        self.opened = opened
        self.node = node

    @property
    def is_picture(self) -> bool:
        return is_picture(self.node)

    @property
    def text(self) -> str:
        """The beginning of a text."""
        return self.node.text()[:TEXT_LIMIT] if self.node.is_text else ""

    @property
    def is_cut(self) -> bool:
        return self.node.is_text and self.node.decoded_size > TEXT_LIMIT

    @cached_property
    def inner(self) -> Outline | None:
        """The message that this part encloses."""
        return self.opened.enclosed(self.node)

    @cached_property
    def summary(self) -> Summary | None:
        return summarize(self.inner.root.raw[self.inner.root.part.header_start :]) if self.inner else None

    @property
    def inner_text(self) -> str:
        return text_of(self.inner)[:TEXT_LIMIT] if self.inner else ""

    @property
    def date(self) -> str:
        return self.inner.root.part.header("Date") if self.inner else ""

    @cached_property
    def tnef(self) -> Tnef | None:
        return tnef(self.node.decoded) if is_tnef(self.node) else None

    @property
    def problems(self) -> list[str]:
        """What is wrong, each once; what the page says with both types is left to it."""
        said = "type-differs" if self.node.type_differs and self.node.detected_type else ""
        return list(dict.fromkeys(each.text for each in self.node.problems if each.code != said))


def is_picture(node: Node) -> bool:
    """Tell whether a part may be drawn small: by what it is, where its octets tell, else by what it says."""
    return (node.detected_type or node.content_type) in IMAGES and not node.holds_parts


def is_tnef(node: Node) -> bool:
    return node.content_type in {"application/ms-tnef", "application/vnd.ms-tnef"} or node.name == "winmail.dat"


@dataclass(frozen=True, slots=True)
class Reading:
    """What the parts of a message amount to, besides mail to be read."""

    report: Report | None
    calendars: Sequence[tuple[Node, Invitation]]
    protections: Sequence[Protection]


def reading(opened: Outline) -> Reading:
    return Reading(report(opened), invitations(opened), protections(opened))


def context(message: Message, opened: Outline, node: Node | None = None) -> dict[str, Any]:
    defects: list[Located] = opened.defects
    return {
        "nodes": [(each, min(each.depth, MOST_INDENTS)) for each in opened.nodes[:MOST]],
        "more": max(0, len(opened.nodes) - MOST),
        "located": defects[:MOST_DEFECTS],
        "unlisted": max(0, len(defects) - MOST_DEFECTS),
        "part": PartView(opened, node) if node is not None else None,
        "gallery": [PartView(opened, each) for each in opened.attachments[:MOST_FILES]],
        "roles": ROLES,
    }
