"""TREE -> CONDITION: what the index is asked, and what then the row must agree to."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, reduce
from operator import and_, or_
from typing import NamedTuple

from django.db.models import Q

from catcher.models import Message, Session, Tagging, clean_name
from catcher.search.messages import index, matching
from catcher.search.messages.index import Among
from catcher.search.messages.tree import (
    ByClient,
    Either,
    Every,
    Fact,
    Leaf,
    Node,
    OfSession,
    OfThread,
    Received,
    Size,
    State,
    Tagged,
    Text,
    Without,
)

NEVER = Q(pk__in=[])
# Sessions of a client that are named one by one; of more, each message is asked for its own.
MOST_SESSIONS = 500
_STATES = {
    "read": Q(read=True),
    "unread": Q(read=False),
    "starred": Q(starred=True),
    "tagged": Q(pk__in=Tagging.objects.values("message")),
}


class Condition(NamedTuple):
    """What a message must meet: what the index finds, "" for all, and what its row agrees to.

    `few` says that the database finds those rows without looking at others.
    """

    match: str = ""
    exact: Q = Q()
    few: bool = False

    @property
    def whole(self) -> Q:
        return Q(pk__in=Among(self.match)) & self.exact if self.match else self.exact


def condition(node: Node) -> Condition:
    match node:
        case Every(parts):
            return _every([condition(part) for part in parts])
        case Either(parts):
            return _either([condition(part) for part in parts])
        case Without(part):
            return _without(condition(part))
        case _:
            return _leaf(node)


def _every(parts: list[Condition]) -> Condition:
    matches = [part.match for part in parts if part.match]
    exact = reduce(and_, (part.exact for part in parts), Q())
    return Condition(matching.every(matches) if matches else "", exact, any(part.few for part in parts))


def _either(parts: list[Condition]) -> Condition:
    if all(part.match and not part.exact for part in parts):
        return Condition(matching.either([part.match for part in parts]))
    if any(part == Condition() for part in parts):
        return Condition()
    return Condition("", reduce(or_, (part.whole for part in parts), NEVER))


def _without(part: Condition) -> Condition:
    if part == Condition():
        return Condition("", NEVER)
    return Condition("", ~part.whole) if part.exact else Condition(matching.without(part.match))


def _leaf(node: Leaf) -> Condition:
    match node:
        case Text():
            return Condition(matching.of_text(node, _alphabet()))
        case Fact():
            return _found(matching.of_fact(node))
        case Size(least, most):
            return _found(matching.of_size(least or 0, most))
        case Received():
            return Condition("", _received(node))
        case State(name):
            return Condition("", _STATES[name], name in ("unread", "starred", "tagged"))
        case _:
            return Condition("", _related(node), True)


def _found(match: str) -> Condition:
    return Condition(match) if match else Condition("", NEVER)


def _alphabet() -> matching.Alphabet:
    return cache(index.alphabet)


def _received(node: Received) -> Q:
    found = Q() if node.since is None else Q(received_at__gte=node.since)
    if node.until is not None:
        found &= Q(received_at__lte=node.until) if node.included else Q(received_at__lt=node.until)
    return found


def _related(node: Tagged | OfSession | OfThread | ByClient) -> Q:
    match node:
        case Tagged(name):
            tagged = Tagging.objects.filter(tag__key=clean_name(name).lower())
            return Q(pk__in=tagged.values("message"))
        case OfSession(public_id):
            return Q(session__in=list(Session.objects.filter(public_id=public_id).values_list("pk", flat=True)))
        case OfThread(name):
            return _thread(name)
        case ByClient(needle):
            return _client(needle)


def _thread(name: str) -> Q:
    found = Message.everything.filter(public_id=name).values_list("pk", "thread").first()
    if found is None:
        return NEVER
    pk, thread = found
    return Q(pk=pk) if thread is None else Q(thread=thread)


def _client(needle: str) -> Q:
    """What a client is called is known when its session has been examined; where it comes from, at once."""
    running = Session.objects.filter(examined=False, peer_host__icontains=needle)
    known = Session.objects.filter(examined=True)
    known = known.filter(Q(client_name__icontains=needle) | Q(peer_host__icontains=needle))
    pks = [pk for rows in (known, running) for pk in _first(rows.values_list("pk", flat=True))]
    if len(pks) <= MOST_SESSIONS:
        return Q(session__in=pks)
    return Q(session__client_name__icontains=needle) | Q(session__peer_host__icontains=needle)


def _first(pks: Iterable[int]) -> list[int]:
    return list(pks[: MOST_SESSIONS + 1])  # type: ignore[index]
