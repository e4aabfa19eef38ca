"""What the libraries have in common: the parts of a reply that they put into their messages."""

from __future__ import annotations

from typing import NamedTuple

from catcher.dialog.conversation import Reply
from catcher.dialog.failure import Failure


class Said(NamedTuple):
    """A text, what stands beside it in fields, and whether a run showed it: some are read in a library's source."""

    text: str
    code: str = ""
    is_seen: bool = True


def octets(reply: Reply) -> bytes:
    """Return the text behind the codes of the lines, the enhanced code with it."""
    return b"\n".join(record.data[4:].strip() for record in reply.records)


def behind(reply: Reply) -> str:
    return octets(reply).decode("utf-8", "backslashreplace")


def whole(reply: Reply) -> str:
    return "\n".join(record.text.rstrip() for record in reply.records)


def is_single(reply: Reply) -> bool:
    """Return whether a reply is one line: what the rest does with more is not known of every library."""
    return len(reply.records) == 1


def first(failure: Failure) -> Reply | None:
    """Return the reply that stops a library which takes no refused recipient."""
    return failure.refused[0][1] if failure.refused else failure.reply
