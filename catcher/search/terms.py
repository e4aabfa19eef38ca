"""TERMS -> WANTED: what each term of a filter asks of the index, of the row, and of a session that runs.

A session is in the index once it has been examined. Until then, its columns answer what they can; what only its lines
could tell (verbs, addresses, findings) does not match.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from typing import NamedTuple, cast

from django.db.models import Q

from catcher.dialog.query import Query, Term
from catcher.search.resembling import resembles
from catcher.search.tokens import ALL, Either, Every, Phrase, Token, Wanted, Without, between, codes, pattern, token

ANYTHING = Token(ALL)
NEVER = Q(pk__in=[])
NUMBERS = {
    "messages": "messages_stored", "recipients": "recipients_accepted", "refused": "recipients_refused",
    "errors": "errors", "findings": "findings_count", "commands": "commands", "lines": "lines", "bytes": "bytes_in",
    "duration": "duration_us",
}  # fmt: skip
_COLUMNS = {"client": ("peer_host", "client", "client_name"), "ehlo": ("hello",), "user": ("auth_user",)}
_CHOICES = {"outcome": "outcome", "stage": "stage", "close": "close_reason"}
_LOOKUPS = {"=": "exact", ">": "gt", ">=": "gte", "<": "lt", "<=": "lte"}
_STATES = {
    "failed": Q(failed=True), "live": Q(ended_at=None), "ended": ~Q(ended_at=None),
    "ok": ~Q(ended_at=None) & Q(failed=False),
}  # fmt: skip
_EXAMINED_STATES = {"failed": Q(failed=True), "ok": Q(failed=False), "live": NEVER, "ended": ~NEVER}
_AUTH = {"none": Q(auth_mechanism=""), "any": ~Q(auth_mechanism="")}
_HAVING = {"messages": Q(messages_stored__gt=0), "tls": ~Q(tls_version=""), "auth": ~Q(auth_mechanism="")}


class Asked(NamedTuple):
    """What a filter comes to: for examined sessions by the index and then by the row, for the others by the row.

    `columns` asks the same of an examined session's row alone; None where only the index knows.
    """

    wanted: Wanted
    exact: Q
    unexamined: Q
    columns: Q | None = None

    @property
    def is_anything(self) -> bool:
        return self.wanted == ANYTHING and not self.exact

    @property
    def reads_tokens(self) -> bool:
        """Whether what the index finds has to be compared with the tokens themselves, which takes long."""
        return any(name.startswith("words__") for name in _names(self.exact))


def _names(condition: Q) -> Iterator[str]:
    for child in condition.children:
        if isinstance(child, Q):
            yield from _names(child)
        elif isinstance(child, tuple):
            yield str(child[0])


def asked(query: Query, now: datetime) -> Asked:
    """Return what the terms ask for; `now` is what `since=1h` counts from."""
    wanted: list[Wanted] = []
    exact = unexamined = Q()
    columns: Q | None = Q()
    for term in query.terms:
        if term.key not in {"code", "verb"} or term.negated:
            one = _one(term, now)
            wanted.append(one.wanted)
            exact &= one.exact
            unexamined &= one.unexamined
            columns = None if columns is None or one.columns is None else columns & one.columns
    lines, running = _lines([term for term in query.terms if term.key in {"code", "verb"} and not term.negated])
    every = [part for part in (*wanted, *lines) if part != ANYTHING]
    whole: Wanted = ANYTHING if not every else every[0] if len(every) == 1 else Every(tuple(every))
    return Asked(whole, exact, unexamined & running, None if lines else columns)


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
    columns = None if asked.columns is None else ~asked.columns
    if asked.exact:  # the index alone knows too many, and without them there are too few
        return Asked(ANYTHING, ~asked.exact, ~asked.unexamined, columns)
    return Asked(Without(asked.wanted), Q(), ~asked.unexamined, columns)


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
    """The row of a running session has its last error only; a reply begins with its code, so that they compare."""
    listed = cast("frozenset[int]", term.value)
    first = sorted(code for code in listed if code - 1 not in listed)
    last = sorted(code for code in listed if code + 1 not in listed)
    return _or(Q(reply__gte=str(low), reply__lt=str(high + 1)) for low, high in zip(first, last, strict=True))


def _time(term: Term, now: datetime) -> Asked:
    value = term.value
    moment = _ago(now, value) if isinstance(value, timedelta) else cast("datetime", value)
    later = (term.key == "since") != term.negated
    exact = Q(started_at__gte=moment) if later else Q(started_at__lt=moment)
    return Asked(ANYTHING, exact, exact, exact)


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
            return Asked(ANYTHING, ~exact, ~exact, ~exact)
        return _number(Term(term.key, turned[term.operator], value))
    low = value + (term.operator == ">") if term.operator[0] != "<" else 0
    high = None if term.operator[0] == ">" else value
    return Asked(between(term.key, low, high), exact, exact, exact)


def _choices(term: Term, values: tuple[str, ...]) -> Asked:
    column = _CHOICES.get(term.key)
    wanted = _any(token(term.key, value) for value in values)
    if column is not None:
        known = Q(**{f"{column}__in": values})
        return Asked(wanted, Q(), known, known)
    return Asked(wanted, Q(), NEVER, Q(worst__in=values) if term.key == "worst" else None)


def _state(term: Term, values: tuple[str, ...]) -> Asked:
    # What runs is not in the index, and all that is there has ended.
    parts = [ANYTHING if value == "ended" else Token(token("is", value)) for value in values]
    wanted = Either(tuple(parts)) if len(parts) > 1 else parts[0]
    return Asked(wanted, Q(), _or(_STATES[value] for value in values), _or(_EXAMINED_STATES[value] for value in values))


def _having(term: Term, values: tuple[str, ...]) -> Asked:
    running = _or(_HAVING.get(value, NEVER) for value in values)
    columns = _or(_HAVING.get(value, Q(findings_count__gt=0)) for value in values)
    return Asked(_any(token("has", value) for value in values), Q(), running, columns)


def _tls(term: Term, values: tuple[str, ...]) -> Asked:
    versions = {"none": Q(tls_version=""), "any": ~Q(tls_version=""), "1.0": Q(tls_version__in=["TLSv1", "TLSv1.0"])}
    columns = _or(versions.get(value, Q(tls_version=f"TLSv{value}")) for value in values)
    return Asked(_any(token("tls", value) for value in values), Q(), columns, columns)


def _patterns(term: Term, values: tuple[str, ...]) -> Asked:
    glob = values[0]
    wanted, expression = pattern(term.key, glob)
    columns = _COLUMNS.get(term.key)
    if columns is not None:
        # The index folds letters that the row keeps apart: the row decides, so that every way to it says the same.
        known = _or(resembles(column, glob) for column in columns)
        return Asked(wanted, known, known, known)
    if term.key == "auth" and "*" not in glob:
        known = _AUTH.get(glob.lower(), Q(auth_mechanism__iexact=glob))
        return Asked(wanted, Q(), known, known)
    exact = Q(words__tokens__regex=expression) if expression else Q()
    return Asked(wanted, exact, resembles("auth_mechanism", glob) if term.key == "auth" else NEVER)


def _program(term: Term, values: tuple[str, ...]) -> Asked:
    """In the index, programs and addresses are clients alike; a session that runs has no program yet."""
    known = resembles("client_name", values[0]) | resembles("client", values[0])
    return Asked(pattern("client", values[0])[0], known, NEVER, known)


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
