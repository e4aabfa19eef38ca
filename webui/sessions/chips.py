"""The chips above the list: each stands for a term, so that what is clicked and what is typed are one filter."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from django.utils.text import slugify

from catcher.dialog.client import UNKNOWN
from catcher.dialog.outcome import Outcome
from catcher.dialog.query import Term, parse
from catcher.models import Session
from webui import libraries
from webui.sessions.filtering import MOST_COUNTED, Count, Filter, count, link, quoted

_OUTCOMES: Mapping[Outcome, str] = {
    Outcome.REJECTED: "rejected",
    Outcome.PARTIAL: "partly delivered",
    Outcome.AUTH_FAILED: "login failed",
    Outcome.TLS_FAILED: "TLS failed",
    Outcome.ABORTED: "gave up",
    Outcome.IDLE: "idle",
    Outcome.LIMIT: "hit a limit",
    Outcome.FAULT: "cut by a fault",
    Outcome.NOT_SMTP: "not SMTP",
    Outcome.PROBE: "probe",
    Outcome.DELIVERED: "delivered",
}
# Clients that have a chip of their own, and the newest sessions that they are looked for in.
_CLIENTS, _RECENT = 6, 500
# Chips of one of these groups exclude each other: no session is both.
_EITHER = (("is:failed", "is:live"), ("tls=none", "has:tls"), ("auth=none", "has:auth"))


@dataclass(frozen=True, slots=True)
class Chip:
    """A link that adds its term to the filter, or takes it away where it is `on`; `more` ones are shown on demand."""

    name: str
    label: str
    term: str
    search: str
    on: bool
    count: Count | None = None
    tone: str = ""
    more: bool = False


def chips(current: Filter, counts: Mapping[str, int]) -> list[Chip]:
    """Return the chips, those that everybody needs first; `counts` are the counters."""
    everything = Count(counts.get("sessions", 0), False)
    failed = Count(counts.get("failed", 0), False)
    live = Session.objects.live()[: MOST_COUNTED + 1].count()
    return [
        Chip("all", "all", "", link("", current.view), not current.is_active, everything, "acc"),
        _chip(current, "failed", "failed", "is:failed", failed, "bad"),
        _chip(current, "live", "live", "is:live", Count(min(live, MOST_COUNTED), live > MOST_COUNTED), "acc"),
        _chip(current, "no-tls", "no TLS", "tls=none", count(parse("tls=none"))),
        _chip(current, "findings", "findings", "has:findings", count(parse("has:findings")), "warn"),
        _chip(current, "messages", "messages", "has:messages", more=True),
        _chip(current, "tls", "TLS", "has:tls", more=True),
        _chip(current, "auth", "login", "has:auth", more=True),
        _chip(current, "no-auth", "no login", "auth=none", more=True),
        *(
            _chip(current, f"outcome-{outcome}", label, f"outcome={outcome}", more=True)
            for outcome, label in _OUTCOMES.items()
        ),
        *(
            _chip(current, f"client-{slugify(family)}", libraries.name(family), f"program={quoted(family)}", more=True)
            for family in _clients()
        ),
    ]


def _clients() -> list[str]:
    """Return the families of clients that were recognised lately, those with the most sessions first."""
    recent = Session.objects.order_by("-pk").values_list("client", flat=True)[:_RECENT]
    families = Counter(family for family in recent if family not in {"", UNKNOWN.family})
    return [family for family, _ in families.most_common(_CLIENTS)]


def _chip(
    current: Filter, name: str, label: str, term: str, count: Count | None = None, tone: str = "", more: bool = False
) -> Chip:
    on, text = toggled(current, term)
    return Chip(name, label, term, link(text, current.view), on, count, tone, more and not on)


def toggled(current: Filter, term: str) -> tuple[bool, str]:
    """Return whether a filter has the term of a chip, and its text with the term put in or taken out."""
    wanted = _term(term)
    same = [one for one in current.query.terms if _is_same(one, wanted)]
    if wanted.key == "outcome":
        return _outcome(current, wanted)
    if same:
        return True, current.without(same)
    rivals = [_term(other) for group in _EITHER if term in group for other in group if other != term]
    gone = [one for one in current.query.terms if any(_is_same(one, rival) for rival in rivals)]
    if wanted.key == "program":  # of which a session has one, too
        gone = [one for one in current.query.terms if one.key == "program" and not one.negated]
    return False, f"{current.without(gone)} {term}".strip()


@cache
def _term(text: str) -> Term:
    return parse(text).terms[0]


def _outcome(current: Filter, wanted: Term) -> tuple[bool, str]:
    """A session has one outcome: of several chips, any will do, and they share one term."""
    assert isinstance(wanted.value, tuple)
    terms = [one for one in current.query.terms if one.key == "outcome" and not one.negated]
    chosen = [value for one in terms if isinstance(one.value, tuple) for value in one.value]
    on = wanted.value[0] in chosen
    left = [value for value in chosen if value != wanted.value[0]] if on else [*chosen, wanted.value[0]]
    return on, f"{current.without(terms)} {_listed(left)}".strip()


def _listed(outcomes: Sequence[str]) -> str:
    return f"outcome={','.join(dict.fromkeys(outcomes))}" if outcomes else ""


def _is_same(one: Term, other: Term) -> bool:
    return (one.key, one.operator, one.value, one.negated) == (other.key, other.operator, other.value, other.negated)
