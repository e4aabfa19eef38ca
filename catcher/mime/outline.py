"""The whole of a message on view: every part with its role, what is wrong and where, messages within messages."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple
from urllib.parse import unquote

from catcher.mime import bodies
from catcher.mime.address_notes import address_notes
from catcher.mime.defects import Defect
from catcher.mime.node import Checksums, Node, Role
from catcher.mime.parse import parse
from catcher.mime.part import Part

__all__ = ["Checksums", "Located", "Node", "Outline", "Role", "outline"]

MAX_LOCATED: Final = 500
# Of messages that are encoded within messages: each level is decoded and parsed anew.
MAX_ENCODED: Final = 10


class Located(NamedTuple):
    """A defect and where it is: the part's path, the octet and the line (from 1) in the message where known."""

    path: str
    code: str
    text: str
    offset: int | None
    line: int | None


class Outline:
    """The tree of one message; nodes are in the order of the octets and include what enclosed messages hold."""

    def __init__(self, raw: bytes, tree: Part, encoded: int = 0) -> None:
        self.raw = raw
        self.nodes: tuple[Node, ...] = tuple(_nodes(raw, tree))
        self.root = self.nodes[0]
        self._by_path = {node.path: node for node in self.nodes}
        self._encoded = encoded
        for node in self.nodes:
            if node.parent is None or node.parent.part.is_message:
                _give_roles(node)

    @property
    def text(self) -> Node | None:
        """The part that holds the plain text of this message."""
        return self._node(bodies.find_text(self.root.part))

    @property
    def html(self) -> Node | None:
        """The part that holds the HTML of this message."""
        return self._node(bodies.find_html(self.root.part))

    @property
    def attachments(self) -> list[Node]:
        """What a reader lists as files, enclosed messages among them."""
        return [self._by_path[part.path] for part in bodies.attachments(self.root.part)]

    @property
    def inlines(self) -> list[Node]:
        """Leaves that are neither a body nor an attachment: pictures of the page, other alternatives."""
        return [self._by_path[part.path] for part in bodies.inlines(self.root.part)]

    @property
    def own(self) -> list[Node]:
        """The parts of this message, without what the messages hold that it encloses."""
        found, waiting = [], [self.root]
        while waiting:
            node = waiting.pop()
            found.append(node)
            if not node.part.is_message:
                waiting.extend(reversed(node.children))
        return found

    @property
    def messages(self) -> list[Node]:
        """Every enclosed message, at any depth."""
        return [node for node in self.nodes if node.part.is_message]

    def at(self, path: str) -> Node | None:
        """Return the part of that path, also one within a message that was enclosed in base64."""
        found = self._by_path.get(path)
        if found is None and (holder := self._encoded_above(path)):
            inner = self.enclosed(holder)
            return inner.at(path) if inner else None
        return found

    def enclosed(self, node: Node) -> Outline | None:
        """Return the message that a part encloses as one of its own; paths stay those of the whole.

        Its offsets count in its own `raw`, which is this one's unless a transfer encoding stood between.
        """
        if not node.part.is_message:
            return None
        if node.children:
            return Outline(self.raw, node.children[0].part, self._encoded)
        if not node.part.is_encoded or self._encoded >= MAX_ENCODED:
            return None
        return Outline(node.decoded, parse(node.decoded, within=node.path), self._encoded + 1)

    def by_content_id(self, content_id: str, beside: Node | None = None) -> Node | None:
        """Return the part that `cid:` names, percent-encoded or not (RFC 2392), nearest to the part that asks."""
        wanted = content_id.strip("<> ")
        found = self._by_id.get(wanted) or self._by_id.get(unquote(wanted)) or []
        holders = list(_above(beside)) if beside else []
        return min(found, key=lambda node: _distance(node, holders), default=None)

    @cached_property
    def _by_id(self) -> dict[str, list[Node]]:
        found: dict[str, list[Node]] = {}
        for node in self.nodes:
            if node.content_id:
                same = found.setdefault(node.content_id, [])
                if len(same) < _MOST_OF_ONE_ID:
                    same.append(node)
        return found

    @cached_property
    def defects(self) -> list[Located]:
        """What is wrong, with its place, in the order of the octets; at most 500."""
        found = [(self.root.path, each) for each in address_notes(self.root.fields)]
        for node in self.nodes:
            found += [(node.path, each) for each in node.problems]
            if len(found) >= MAX_LOCATED:
                break
        found.sort(key=lambda pair: -1 if pair[1].offset is None else pair[1].offset)
        return list(_located(self.raw, found[:MAX_LOCATED]))

    def _node(self, part: Part | None) -> Node | None:
        return self._by_path[part.path] if part else None

    def _encoded_above(self, path: str) -> Node | None:
        while "." in path:
            path = path.rpartition(".")[0]
            if (node := self._by_path.get(path)) is not None:
                return node if node.part.is_message and not node.children else None
        return None


_MOST_OF_ONE_ID: Final = 20


def outline(raw: bytes) -> Outline:
    """Open a message for viewing; never raises, linear in its size, decodes nothing yet."""
    return Outline(raw, parse(raw))


def _nodes(raw: bytes, tree: Part) -> Iterator[Node]:
    waiting: list[tuple[Part, Node | None]] = [(tree, None)]
    while waiting:
        part, parent = waiting.pop()
        node = Node(raw, part, parent)
        if parent is not None:
            parent.children.append(node)
        yield node
        waiting.extend((child, node) for child in reversed(part.children))


def _give_roles(root: Node) -> None:
    """Give each part of one message its role, down to the messages that it encloses."""
    chosen = {id(part) for part in (bodies.find_text(root.part), bodies.find_html(root.part)) if part}
    files = {id(part) for part in bodies.attachments(root.part)}
    waiting = [root]
    while waiting:
        node = waiting.pop()
        node.role = _role(node, chosen, files)
        if not node.part.is_message:
            waiting.extend(node.children)


def _role(node: Node, chosen: set[int], files: set[int]) -> Role:
    part, parent = node.part, node.parent
    if part.is_message:
        return "message"
    if id(part) in chosen:
        return "body"
    if part.is_multipart:
        return "container"
    if id(part) in files:
        return "attachment"
    kind = parent.content_type if parent else ""
    if kind == "multipart/alternative":
        return "alternative"
    return "related" if kind == "multipart/related" else "inline"


def _above(node: Node) -> Iterator[Node]:
    while node.parent is not None:
        node = node.parent
        yield node


def _distance(node: Node, holders: list[Node]) -> int:
    return next((holders.index(each) for each in _above(node) if each in holders), len(holders))


def _located(raw: bytes, found: list[tuple[str, Defect]]) -> Iterator[Located]:
    line, counted = 1, 0
    for path, (code, text, offset) in found:
        if offset is None:
            yield Located(path, code, text, None, None)
            continue
        line += raw.count(b"\n", counted, offset)
        counted = offset
        yield Located(path, code, text, offset, line)
