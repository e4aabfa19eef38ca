"""List-Unsubscribe, read and checked (RFC 2369, section 3.2; RFC 8058)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from catcher.mime.charsets import one_line
from catcher.mime.headers import Field, field_text

ONE_CLICK: Final = "List-Unsubscribe=One-Click"
MAX_LINKS: Final = 20
_MAX_FIELD: Final = 20_000
_COMMENT = re.compile(r"\([^()<>]*\)")
_ANGLED = re.compile(r"<([^<>]*)>")
_SIGNED = re.compile(r"(?:^|;)\s*h\s*=([^;]*)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Unsubscribe:
    """What the header offers: its `links` in order, the fields as they came, and what is wrong in plain words."""

    header: str
    post: str
    links: tuple[str, ...]
    problems: tuple[str, ...]

    @property
    def one_click(self) -> bool:
        """Whether a mailbox may unsubscribe by one POST, without opening a page (RFC 8058)."""
        return self.post.replace(" ", "").lower() == ONE_CLICK.lower() and any(_is_https(link) for link in self.links)


def unsubscribe(fields: list[Field]) -> Unsubscribe | None:
    """Read the header's fields; None where there is none about unsubscribing."""
    headers, posts = _values(fields, "list-unsubscribe"), _values(fields, "list-unsubscribe-post")
    if not headers and not posts:
        return None
    header, post = (headers[0] if headers else ""), (posts[0] if posts else "")
    links = tuple(re.sub(r"\s", "", link) for link in _ANGLED.findall(_COMMENT.sub("", header)))[:MAX_LINKS]
    problems = [*_problems(header, links, len(headers)), *_post_problems(fields, header, post, links)]
    return Unsubscribe(header, post, links, tuple(problems))


def _values(fields: list[Field], name: str) -> list[str]:
    return [one_line(field_text(value[:_MAX_FIELD])) for key, value in fields if key.lower() == name]


def _problems(header: str, links: tuple[str, ...], times: int) -> list[str]:
    found = []
    if times > 1:
        found.append("List-Unsubscribe is there more than once; the first one is read.")
    if header and not links:
        found.append("No address stands in angle brackets: write <https://…> or <mailto:…>.")
    rest = _ANGLED.sub("", _COMMENT.sub("", header)).replace(",", "").strip()
    if links and rest:
        found.append(f"Outside the angle brackets stands “{rest[:60]}”, which is ignored.")
    for link in links:
        found += _link_problems(link)
    if links and len(set(links)) != len(links):
        found.append("An address is there twice.")
    return found


def _link_problems(link: str) -> list[str]:
    scheme = link.partition(":")[0].lower()
    if scheme == "mailto":
        return [] if "@" in link else [f"{link[:60]} names no mailbox."]
    if scheme not in {"http", "https"}:
        return [f"{link[:60]} is neither https nor mailto; mailboxes use nothing else."]
    try:
        host = urlsplit(link).hostname
    except ValueError:
        host = None
    if not host:
        return [f"{link[:60]} has no host."]
    return [] if scheme == "https" else [f"{link[:60]} is not encrypted: use https."]


def _post_problems(fields: list[Field], header: str, post: str, links: tuple[str, ...]) -> list[str]:
    if not post:
        has_page = any(_is_https(link) for link in links)
        return (
            ["There is no List-Unsubscribe-Post, so that no mailbox can unsubscribe by one click."] if has_page else []
        )
    found = []
    if post.replace(" ", "").lower() != ONE_CLICK.lower():
        found.append(f"List-Unsubscribe-Post has to be exactly “{ONE_CLICK}” (RFC 8058, section 3.1).")
    if not header:
        found.append("List-Unsubscribe-Post is there without List-Unsubscribe.")
    elif not any(_is_https(link) for link in links):
        found.append("One click needs an https address in List-Unsubscribe (RFC 8058, section 3.1).")
    return found + _signature_problems(fields)


def _signature_problems(fields: list[Field]) -> list[str]:
    """One click counts only where DKIM signs both fields (RFC 8058, section 4)."""
    signatures = _values(fields, "dkim-signature")
    if not signatures:
        # The application need not sign: the server that relays its mail usually does.
        return []
    for signature in signatures:
        named = _SIGNED.search(signature)
        signed = {name.strip().lower() for name in named[1].split(":")} if named else set()
        if {"list-unsubscribe", "list-unsubscribe-post"} <= signed:
            return []
    return ["The DKIM signature does not cover both fields, so that one click is ignored (RFC 8058, section 4)."]


def _is_https(link: str) -> bool:
    return link[:8].lower() == "https://"
