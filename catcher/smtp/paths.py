"""The arguments of MAIL and RCPT: a path and its ESMTP parameters (RFC 5321 §4.1.1.2, §4.1.1.3, §4.1.2).

What real servers tolerate is tolerated here too (a space after the colon, a path without brackets, no domain): a
sandbox that refuses it would hide the mail. The dialog tells what was wrong.
"""

from __future__ import annotations

import re
from typing import NamedTuple

_PATH = re.compile(
    r"""\s*(?:
        <(?P<path>(?:"(?:[^"\\]|\\.)*"|[^<>"\s])*)\s*>   # in brackets, a local part may be quoted
        |(?P<bare>[^\s<>]+)
    )(?:\s+(?P<parameters>\S.*?))?\s*""",
    re.VERBOSE,
)
_ROUTE = re.compile(r"@[^:,]+(?:,@[^:,]+)*:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class Path(NamedTuple):
    """A mailbox (empty for the null path) and the parameters behind it, as they were sent."""

    address: str
    parameters: tuple[str, ...]


def parse(argument: str, keyword: str) -> Path | None:
    """Return the path behind `FROM:` or `TO:`; None where the argument is not one."""
    head, colon, rest = argument.partition(":")
    if not colon or head.strip().upper() != keyword:
        return None
    match = _PATH.fullmatch(rest)
    if match is None or _CONTROL.search(rest):
        return None
    address = match["path"] if match["bare"] is None else match["bare"]
    # RFC 5321 §4.1.1.3: a source route is accepted and ignored.
    address = _ROUTE.sub("", address, count=1) if address.startswith("@") else address
    return Path(address, tuple((match["parameters"] or "").split()))
