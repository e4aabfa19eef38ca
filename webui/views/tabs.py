"""The tabs of a message: which there are, and what each needs; only the one that is shown is worked out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.urls import reverse

from catcher import findings
from catcher.extract.message import extract
from catcher.mime import flowed
from catcher.mime.outline import Node, Outline, outline
from catcher.models import AllowedSender, Message, Tag
from webui import checked, reading, text, under
from webui.message import parts
from webui.message.envelope import Envelope
from webui.message.found import Found
from webui.message.links import MOST_LISTED
from webui.message.plain import text_of
from webui.message.preview import Options, preview
from webui.views import session, source
from webui.views.methods import Request

TABS = ("html", "text", "html-source", "headers", "source", "parts", "envelope", "dialog", "findings")
TITLES = {"html": "HTML", "html-source": "HTML source"}
TEXT_LIMIT = 512_000
# Octets of a message whose page is cleaned at once, to say what it wants to load; a larger one follows by itself.
AT_ONCE = 200_000


@dataclass(frozen=True, slots=True)
class Tab:
    name: str
    count: int | None = None

    @property
    def title(self) -> str:
        return TITLES.get(self.name, self.name.capitalize())

    @property
    def route(self) -> str:
        return f"message-{self.name}"


class Shown:
    """A message that is looked at, opened once for all that a page asks of it."""

    def __init__(self, request: Request, message: Message, content: bytes) -> None:
        self.request = request
        self.message = message
        self.content = content
        self.opened: Outline = outline(content)

    @property
    def page(self) -> Node | None:
        return self.opened.html

    @cached_property
    def envelope(self) -> Envelope:
        return Envelope(self.message)

    @cached_property
    def extracted(self) -> Found:
        """Codes, links and the rest that people look for in a mail."""
        return Found.of(extract(self.content, self.message.subject, self.opened.root.part))

    @cached_property
    def allowed(self) -> bool:
        """Whether the sender's mail may load what lies on other servers."""
        address = self.message.sender_address.casefold()
        return bool(address) and AllowedSender.objects.filter(address=address).exists()


def context(shown: Shown, tab: str) -> dict[str, Any]:
    """Return what the pane needs with one of its tabs, the first one where the message has no such tab."""
    message = shown.message
    counts: dict[str, int] = {"headers": len(shown.opened.root.fields), "parts": len(shown.opened.nodes)}
    if message.digested:
        counts["findings"] = message.findings_count
    missing = set() if shown.page else {"html", "html-source"}
    missing |= set() if message.session else {"dialog"}
    tabs = [Tab(name, counts.get(name)) for name in TABS if name not in missing]
    current = tab if tab in {each.name for each in tabs} else tabs[0].name
    found = head(message, shown.envelope) | {
        "selected": message.public_id,
        # What is in a large message follows by itself.
        "extracted": shown.extracted if len(shown.content) <= AT_ONCE else None,
        "files": shown.opened.attachments,
        "reading": parts.reading(shown.opened),
        "tabs": tabs,
        "tab": current,
        "panel": f"message/{current}.html",
    }
    return found | CONTEXTS[current](shown)


def head(message: Message, envelope: Envelope) -> dict[str, Any]:
    """Return what the head of the pane needs."""
    return {"message": message, "envelope": envelope, "tags": Tag.of([message])[message.pk]}


def strip(shown: Shown) -> dict[str, Any]:
    """Return what the page of a message wants to load, and where it leads."""
    assert shown.page is not None
    options = Options.asked(shown.request.GET, shown.allowed)
    found = preview(shown.message.public_id, "", shown.opened, shown.page, options)
    suspicious = sum(bool(link.target.warnings) for link in found.links[:MOST_LISTED])
    return {"preview": found, "suspicious": suspicious, "options": options, "allowed": shown.allowed}


def _html(shown: Shown) -> dict[str, Any]:
    if len(shown.content) > AT_ONCE:
        return {"options": Options.asked(shown.request.GET, shown.allowed), "later": True}
    return strip(shown)


def _text(shown: Shown) -> dict[str, Any]:
    part = shown.opened.text
    return {
        "text": _linked(shown.message, text_of(shown.opened)),
        "derived": part is None and shown.page is not None,
        "part": part,
        "flowed": part is not None and flowed.is_flowed(part.part),
    }


def _linked(message: Message, content: str) -> str:
    base = reverse("message-text-link", args=[message.public_id, 0]).removesuffix("0/")
    return text.linked(content[:TEXT_LIMIT], lambda number: f"{base}{number}/")


def _headers(shown: Shown) -> dict[str, Any]:
    return {"fields": shown.opened.root.fields}


def _source(shown: Shown) -> dict[str, Any]:
    return source.context(shown.request, shown.message.public_id, "source", shown.content)


def _html_source(shown: Shown) -> dict[str, Any]:
    assert shown.page is not None
    return source.context(shown.request, shown.message.public_id, "html-source", source.page_octets(shown.page))


def _parts(shown: Shown) -> dict[str, Any]:
    return parts.context(shown.message, shown.opened)


def _envelope(shown: Shown) -> dict[str, Any]:
    return {}


def _dialog(shown: Shown) -> dict[str, Any]:
    return session.of_message(shown.message)


def _findings(shown: Shown) -> dict[str, Any]:
    message = shown.message
    found = findings.of_message(message, shown.content, checked.facts(message))
    told = checked.checked(found, shown.content, families(message))
    return {"findings": told, "rules": under.rules_page()}


def families(message: Message) -> Sequence[str]:
    """Return the libraries that the sender may use, as far as its session tells."""
    if message.session is None or not reading.is_whole(message.session):
        return ()
    return reading.whole(message.session).families


CONTEXTS: Mapping[str, Callable[[Shown], dict[str, Any]]] = {
    "html": _html,
    "text": _text,
    "html-source": _html_source,
    "headers": _headers,
    "source": _source,
    "parts": _parts,
    "envelope": _envelope,
    "dialog": _dialog,
    "findings": _findings,
}
