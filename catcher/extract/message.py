"""All of it for one message."""

from __future__ import annotations

from dataclasses import dataclass

from catcher.extract.codes import Code, find_codes
from catcher.extract.links import MAX_TEXT, Link, find_links
from catcher.extract.preheader import Preheader, preheader
from catcher.extract.unsubscribe import Unsubscribe, unsubscribe
from catcher.mime import bodies
from catcher.mime.html_text import to_text
from catcher.mime.parse import parse
from catcher.mime.part import Part


@dataclass(frozen=True, slots=True)
class Extract:
    """What was found in a message; empty where there is nothing."""

    codes: list[Code]
    links: list[Link]
    preheader: Preheader | None
    unsubscribe: Unsubscribe | None

    @property
    def web_links(self) -> list[Link]:
        """Return those that a browser opens and a reader sees, what has a purpose first."""
        order = {kind: number for number, kind in enumerate(("confirm", "reset", "sign in", "invitation"))}
        seen = [link for link in self.links if link.is_web and not link.hidden]
        return sorted(seen, key=lambda link: order.get(link.purpose or "", 9))


def extract(raw: bytes, subject: str, tree: Part | None = None) -> Extract:
    """Look through a message whose decoded subject is given, and whose tree may be, where it is known already."""
    tree = parse(raw) if tree is None else tree
    page, plain = bodies.find_html(tree), bodies.find_text(tree)
    html = bodies.text(raw, page) if page else ""
    text = bodies.text(raw, plain)[:MAX_TEXT] if plain else ""
    return Extract(
        codes=find_codes(subject, text, to_text(html) if html else ""),
        links=find_links(html, text),
        preheader=preheader(html) if html else None,
        unsubscribe=unsubscribe(tree.fields),
    )
