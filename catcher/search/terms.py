"""TERMS -> WANTED: what each term of a filter asks of the index, of the row, and of a session that runs.

A session is in the index once it has been examined. Until then, its columns answer what they can; what only its lines
could tell (verbs, addresses, findings) does not match.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from django.db.models import Q

from catcher.dialog.query import Query, Term
from catcher.search.tokens import ALL, Either, Every, Phrase, Token, Wanted, Without, between, codes, pattern, token

ANYTHING = Token(ALL)
NEVER = Q(pk__in=[])
NUMBERS = {
    "messages": "messages_stored", "recipients": "recipients_accepted", "refused": "recipients_refused",
    "errors": "errors", "findings": "findings_count", "commands": "commands", "lines": "lines", "bytes": "bytes_in",
    "duration": "duration_us",
}  # fmt: skip
_COLUMNS = {"client": "peer_host", "ehlo": "hello", "user": "auth_user", "auth": "auth_mechanism"}
_CHOICES = {"outcome": "outcome", "stage": "stage", "close": "close_reason"}
_LOOKUPS = {"=": "exact", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_STATES = {
    "failed": Q(failed=True), "live": Q(ended_at=None), "ended": ~Q(ended_at=None),
    "ok": ~Q(ended_at=None) & Q(failed=False),
}  # fmt: skip
_HAVING = {"messages": Q(messages_stored__gt=0), "tls": ~Q(tls_version=""), "auth": ~Q(auth_mechanism="")}


class Asked(NamedTuple):
    """What a filter comes to: for examined sessions by the index and then by the row, for the others by the row."""

    wanted: Wanted
    exact: Q
    unexamined: Q

    @property
    def is_anything(self) -> bool:
        return self.wanted == ANYTHING and not self.exact


def asked(query: Query, now: datetime) -> Asked:
    """Return what the terms ask for; `now` is what `since=1h` counts from."""
    wanted: list[Wanted] = []
    exact = unexamined = Q()
    for term in query.terms:
        if term.key not in {"code", "verb"} or term.negated:
            one = _one(term, now)
            wanted.append(one.wanted)
            exact &= one.exact
            unexamined &= one.unexamined
    lines, running = _lines([term for term in query.terms if term.key in {"code", "verb"} and not term.negated])
    every = [part for part in (*wanted, *lines) if part != ANYTHING]
    whole: Wanted = ANYTHING if not every else every[0] if len(every) == 1 else Every(tuple(every))
    return Asked(whole, exact, unexamined & running)


def _one(term: Term, now: datetime) -> Asked:
    if term.key in {"since", "before"}:
        return _time(term, now)
    if term.key in NUMBERS:
        return _number(term)
    if term.key == "code":
        return _turned(Asked(codes("code", cast("frozenset[int]", term.value)), Q(), _reply(term)), term.negated)
    values = cast("tuple[str, ...]", term.value)
    return _turned(_READERS.get(term.key, _patterns)(term, values), term.negated)


def _turned(asked: Asked, negated: bool) -> Asked:
    if not negated:
        return asked
    if asked.exact:  # the index alone knows too many, and without them there are too few
        return Asked(ANYTHING, ~asked.exact, ~asked.unexamined)
    return Asked(Without(asked.wanted), Q(), ~asked.unexamined)


def _lines(terms: list[Term]) -> tuple[list[Wanted], Q]:
    """Codes and verbs that stand side by side speak of the same reply: of each verb, with a code that fits all."""
    found = [cast("frozenset[int]", term.value) for term in terms if term.key == "code"]
    verbs = [cast("tuple[str, ...]", term.value) for term in terms if term.key == "verb"]
    common = frozenset.intersection(*found) if found else frozenset()
    running = Q(*(_reply(term) for term in terms if term.key == "code"), *(NEVER for _ in verbs))
    if not found:
        return [_any(token("verb", verb) for verb in choice) for choice in verbs], running
    keys = [[f"code.{verb}" for verb in choice] for choice in verbs] or [["code"]]
    return [Either(tuple(codes(key, common) for key in choice)) for choice in keys], running


def _reply(term: Term) -> Q:
    """The row of a running session has its last error only."""
    listed = "|".join(str(code) for code in sorted(cast("frozenset[int]", term.value)))
    return Q(reply__regex=f"^({listed})")


def _time(term: Term, now: datetime) -> Asked:
    value = term.value
    moment = _ago(now, value) if isinstance(value, timedelta) else cast("datetime", value)
    later = (term.key == "since") != term.negated
    exact = Q(started_at__gte=moment) if later else Q(started_at__lt=moment)
    return Asked(ANYTHING, exact, exact)


def _ago(now: datetime, value: timedelta) -> datetime:
    try:
        return now - value
    except OverflowError:
        return datetime.min.replace(tzinfo=now.tzinfo, year=1000)


def _number(term: Term) -> Asked:
    value = cast("int", term.value)
    exact = Q(**{f"{NUMBERS[term.key]}__{_LOOKUPS[term.operator]}": value})
    if term.negated:
        turned = {">": "<=", ">=": "<", "<": ">=", "<=": ">"}
        if term.operator == "=":
            return Asked(ANYTHING, ~exact, ~exact)
        return _number(Term(term.key, turned[term.operator], value))
    low = value + (term.operator == ">") if term.operator[0] != "<" else 0
    high = None if term.operator[0] == ">" else value
    return Asked(between(term.key, low, high), exact, exact)


def _choices(term: Term, values: tuple[str, ...]) -> Asked:
    column = _CHOICES.get(term.key)
    running = Q(**{f"{column}__in": values}) if column else NEVER
    return Asked(_any(token(term.key, value) for value in values), Q(), running)


def _state(term: Term, values: tuple[str, ...]) -> Asked:
    # What runs is not in the index, and all that is there has ended.
    parts = [ANYTHING if value == "ended" else Token(token("is", value)) for value in values]
    return Asked(Either(tuple(parts)) if len(parts) > 1 else parts[0], Q(), _or(_STATES[value] for value in values))


def _having(term: Term, values: tuple[str, ...]) -> Asked:
    return Asked(_any(token("has", value) for value in values), Q(), _or(_HAVING.get(value, NEVER) for value in values))


def _tls(term: Term, values: tuple[str, ...]) -> Asked:
    columns = {"none": Q(tls_version=""), "any": ~Q(tls_version=""), "1.0": Q(tls_version__in=["TLSv1", "TLSv1.0"])}
    running = _or(columns.get(value, Q(tls_version=f"TLSv{value}")) for value in values)
    return Asked(_any(token("tls", value) for value in values), Q(), running)


def _patterns(term: Term, values: tuple[str, ...]) -> Asked:
    glob = values[0]
    wanted, expression = pattern(term.key, glob)
    exact = Q(words__tokens__regex=expression) if expression else Q()
    return Asked(wanted, exact, _column(term.key, glob))


def _program(term: Term, values: tuple[str, ...]) -> Asked:
    """In the index, programs and addresses are clients alike; a session that runs has no program yet."""
    return Asked(pattern("client", values[0])[0], _like("client_name", values[0]) | _like("client", values[0]), NEVER)


def _column(key: str, glob: str) -> Q:
    column = _COLUMNS.get(key)
    if column is None:
        return NEVER
    if key == "auth" and glob.lower() in {"none", "any"}:
        return Q(auth_mechanism="") if glob.lower() == "none" else ~Q(auth_mechanism="")
    return _like(column, glob)


def _like(column: str, glob: str) -> Q:
    expression = ".*".join(re.escape(part) for part in glob.split("*"))
    return Q(**{f"{column}__iregex": f"^{expression}$"}) & ~Q(**{column: ""})


def _free(term: Term, values: tuple[str, ...]) -> Asked:
    columns = ("peer_host", "hello", "auth_user", "reply")
    running = _or(Q(**{f"{column}__icontains": values[0]}) for column in columns)
    return Asked(Phrase(values[0], prefix=term.operator == "~"), Q(), running)


def _any(tokens: Iterable[str]) -> Wanted:
    parts = tuple(Token(text) for text in tokens)
    return parts[0] if len(parts) == 1 else Either(parts)


def _or(conditions: Iterable[Q]) -> Q:
    found = NEVER
    for condition in conditions:
        found |= condition
    return found


_READERS: dict[str, Callable[[Term, tuple[str, ...]], Asked]] = {
    "": _free, "is": _state, "has": _having, "tls": _tls, "outcome": _choices, "stage": _choices, "close": _choices,
    "verb": _choices, "worst": _choices, "program": _program,
}  # fmt: skip
