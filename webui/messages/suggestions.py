"""What the search box of the inbox offers while someone types: keys, choices, and what recent messages have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from catcher.dialog.lint.registry import by_id
from catcher.models import Message, Recipient, Session, Tag
from catcher.search.messages.completion import Completion, complete, place, quoted

MOST = 40
MOST_KNOWN = 12
# Rows in which known values are looked for.
_RECENT = 300
_LONGEST = 120


def suggestions(text: str, position: int) -> list[Completion]:
    """Return what may stand at a position of a query, best first."""
    here = place(text, position)
    typed = here.typed.lstrip('"').lower()
    known = [
        Completion(quoted(value), help, here.start, here.end)
        for value, help in _best(_KNOWN.get(here.key, _nothing)(), typed)
    ]
    # The help of a key need not stand beside each of its values.
    offered = [each._replace(help="") if here.key else each for each in complete(text, position)]
    return [*offered, *known][:MOST]


def _nothing() -> Mapping[str, str]:
    return {}


def _best(known: Mapping[str, str], typed: str) -> Iterable[tuple[str, str]]:
    """Return values that begin with what is typed, then those that hold it; one that is typed already says nothing."""
    found = [(value, help) for value, help in known.items() if typed in f"{value} {help}".lower()]
    found = [each for each in found if each[0].lower() != typed]
    return sorted(found, key=lambda each: not each[0].lower().startswith(typed))[:MOST_KNOWN]


def _offered(values: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    """Return values with what is said of them, each once; none that could not be read, or typed."""
    found: dict[str, str] = {}
    for value, help in values:
        if value and len(value) <= _LONGEST and value.isprintable():
            found.setdefault(value, help)
    return found


def _people(*fields: str) -> Mapping[str, str]:
    rows = Message.objects.order_by("-pk").values_list("addresses", flat=True)[:_RECENT]
    boxes = [box for row in rows for field in fields for box in row.get(field) or []]
    return _offered((address or name, name if address else "") for name, address in boxes)


def _recent(column: str) -> Mapping[str, str]:
    return _offered((value, "") for value in Message.objects.order_by("-pk").values_list(column, flat=True)[:_RECENT])


def _hidden() -> Mapping[str, str]:
    rows = Recipient.objects.order_by("-pk").values_list("address", flat=True)[:_RECENT]
    return _offered((address, "") for address in rows)


def _clients() -> Mapping[str, str]:
    rows = Session.objects.order_by("-pk").values_list("client_name", "peer_host")[:_RECENT]
    return _offered([*((name, "program") for name, _ in rows), *((host, "address") for _, host in rows)])


def _rules() -> Mapping[str, str]:
    return {rule.id: rule.title for rule in by_id.values()}


def _tags() -> Mapping[str, str]:
    return {tag.name: "" for tag in Tag.used()}


_KNOWN: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "from": lambda: _people("From"),
    "to": lambda: _people("To"),
    "cc": lambda: _people("Cc"),
    "bcc": _hidden,
    "reply-to": lambda: _people("Reply-To"),
    "addressed": lambda: _people("From", "To", "Cc", "Bcc", "Reply-To"),
    "subject": lambda: _recent("subject"),
    "user": lambda: _recent("username"),
    "client": _clients,
    "finding": _rules,
    "tag": _tags,
}
