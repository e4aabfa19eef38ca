"""What the search box offers while someone types: keys, the values of a choice, and what recent sessions had."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from catcher.dialog.lint.registry import by_id
from catcher.dialog.query import Completion, complete, place
from catcher.models import Message, Recipient, Session
from webui.sessions.filtering import quoted

MOST = 40
MOST_KNOWN = 12
# Rows in which known values are looked for.
_RECENT = 300
_LONGEST = 120


def suggestions(text: str, position: int) -> list[Completion]:
    """Return what may stand at a position of a filter, best first."""
    here = place(text, position)
    typed = here.typed.lstrip('"').lower()
    known = [
        Completion(quoted(value), help, here.start, here.end)
        for value, help in _best(_KNOWN.get(here.name, _nothing)(), typed)
    ]
    # The help of a key need not stand beside each of its values.
    offered = [replace(each, help="") if here.name else each for each in complete(text, position)]
    return [*offered, *known][:MOST]


def _nothing() -> Mapping[str, str]:
    return {}


def _best(known: Mapping[str, str], typed: str) -> Iterable[tuple[str, str]]:
    """Return values that begin with what is typed, then those that hold it; one that is typed already says nothing."""
    found = [(value, help) for value, help in known.items() if typed in f"{value} {help}".lower()]
    found = [each for each in found if each[0].lower() != typed]
    return sorted(found, key=lambda each: not each[0].lower().startswith(typed))[:MOST_KNOWN]


def _recent(column: str) -> Mapping[str, str]:
    values = Session.objects.order_by("-pk").values_list(column, flat=True)[:_RECENT]
    return dict.fromkeys((value for value in values if _is_offered(value)), "")


def _is_offered(value: str) -> bool:
    return bool(value) and len(value) <= _LONGEST and value.isprintable()


def _clients() -> Mapping[str, str]:
    rows = Session.objects.order_by("-pk").values_list("client_name", "peer_host")[:_RECENT]
    names = {name: "program" for name, _ in rows if _is_offered(name)}
    return names | {host: "address" for _, host in rows}


def _senders() -> Mapping[str, str]:
    values = Message.objects.order_by("-pk").values_list("mail_from", flat=True)[:_RECENT]
    return dict.fromkeys((value for value in values if _is_offered(value)), "")


def _recipients() -> Mapping[str, str]:
    values = Recipient.objects.order_by("-pk").values_list("address", flat=True)[:_RECENT]
    return dict.fromkeys((value for value in values if _is_offered(value)), "")


def _rules() -> Mapping[str, str]:
    return {rule.id: rule.title for rule in by_id.values() if rule.id.startswith("S")}


_KNOWN: Mapping[str, Callable[[], Mapping[str, str]]] = {
    "client": _clients,
    "program": lambda: _recent("client_name"),
    "ehlo": lambda: _recent("hello"),
    "user": lambda: _recent("auth_user"),
    "from": _senders,
    "to": _recipients,
    "finding": _rules,
}
