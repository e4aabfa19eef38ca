"""The text of a message as its reader sees it."""

from __future__ import annotations

from catcher.mime import flowed, html
from catcher.mime.node import Node
from catcher.mime.outline import Outline


def plain(part: Node) -> str:
    """Return the text of a part; what flows is put together again (RFC 3676)."""
    content = part.text()
    return flowed.unflow(content, delsp=flowed.deletes_space(part.part)) if flowed.is_flowed(part.part) else content


def text_of(opened: Outline) -> str:
    """Return the text of a message, of one without what its HTML says, '' where there is neither."""
    if opened.text is not None:
        return plain(opened.text)
    return html.to_text(opened.html.text()) if opened.html is not None else ""
