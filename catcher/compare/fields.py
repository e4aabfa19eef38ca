"""Two lists of named values -> which were added, removed or changed: header fields, and what an envelope says."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from catcher.compare.steps import Work, steps
from catcher.compare.words import Spans, marked, pairs, plain

MAX_FIELDS: Final = 2_000
MAX_VALUE: Final = 2_000  # characters of a value that are compared and shown
FIELD_WORK: Final = 200_000

Kind = Literal["same", "changed", "added", "removed"]
Named = tuple[str, str]

# What a mail system writes anew into every message.
ALWAYS: Final = frozenset(
    (
        "date", "message-id", "received", "x-received", "resent-date", "resent-message-id",
        "dkim-signature", "domainkey-signature", "x-google-dkim-signature",
        "arc-seal", "arc-message-signature", "arc-authentication-results",
        "x-entity-ref-id", "x-message-id", "x-sg-eid", "x-sg-id", "x-mailgun-sid", "x-pm-message-id", "x-ses-outgoing",
    )
)  # fmt: skip
# One line for each server on the way: how many there are says nothing of the mail.
_TRACES = frozenset(("received", "x-received"))
_BOUNDARY = re.compile(r'\bboundary\s*+=\s*+(?:"[^"]*+"|[^\s;"]++)', re.IGNORECASE)


class Entry(NamedTuple):
    """One name on both sides; a side without it is empty."""

    name: str
    kind: Kind
    before: Spans = ()
    after: Spans = ()
    is_expected: bool = False  # different in any two messages

    @property
    def counts(self) -> bool:
        return self.kind != "same" and not self.is_expected


@dataclass(frozen=True, slots=True)
class Fields:
    """All names in order; `is_reordered` where names that both have stand in another order."""

    entries: tuple[Entry, ...] = ()
    is_reordered: bool = False
    is_cut: bool = False

    @property
    def count(self) -> int:
        return sum(entry.counts for entry in self.entries) + self.is_reordered

    @property
    def expected(self) -> int:
        return sum(entry.is_expected for entry in self.entries)

    @property
    def same(self) -> int:
        return sum(entry.kind == "same" for entry in self.entries)


def compare(
    before: Sequence[Named], after: Sequence[Named], *, ignore_space: bool = False, always: frozenset[str] = ALWAYS
) -> Fields:
    """Compare by name, whatever its case; of several fields of one name, those belong together that are most alike."""
    is_cut = len(before) > MAX_FIELDS or len(after) > MAX_FIELDS
    before, after = before[:MAX_FIELDS], after[:MAX_FIELDS]
    is_cut = is_cut or any(len(value) > MAX_VALUE for _, value in [*before, *after])
    left, right = _grouped(before), _grouped(after)
    work = Work(FIELD_WORK)
    entries: list[Entry] = []
    for key in _order(list(left), list(right)):
        name = (left.get(key) or right[key])[0][0]
        values = [value for _, value in left.get(key, [])], [value for _, value in right.get(key, [])]
        entries += _of_one_name(name, *values, work, ignore_space, always)
    shared = [key for key in left if key in right]
    return Fields(tuple(entries), shared != [key for key in right if key in left], is_cut)


def _grouped(fields: Iterable[Named]) -> dict[str, list[Named]]:
    found: dict[str, list[Named]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), []).append((name, value[:MAX_VALUE]))
    return found


def _order(left: list[str], right: list[str]) -> list[str]:
    """Return the names in the first order, those of the second alone behind what they follow there."""
    known = set(left)
    behind: dict[str, list[str]] = {}
    last = ""
    for key in right:
        if key in known:
            last = key
        else:
            behind.setdefault(last, []).append(key)
    found = behind.get("", [])[:]
    for key in left:
        found += [key, *behind.get(key, ())]
    return found


def _of_one_name(
    name: str, left: list[str], right: list[str], work: Work, ignore_space: bool, always: frozenset[str]
) -> Iterable[Entry]:
    traced = name.lower() in _TRACES & always
    keys = [_key(value, ignore_space) for value in left]
    for step in steps(keys, [_key(value, ignore_space) for value in right], work):
        before, after = left[step.a : step.b], right[step.c : step.d]
        if step.equal:
            yield from (Entry(name, "same", plain(value), plain(value)) for value in after)
            continue
        found = pairs(before, after, work)
        a = c = 0
        for at, to in [*found, (len(before), len(after))]:
            yield from (Entry(name, "removed", plain(value), (), traced) for value in before[a:at])
            yield from (Entry(name, "added", (), plain(value), traced) for value in after[c:to])
            if at < len(before):
                spans = marked(before[at], after[to], work, ignore_space)
                yield Entry(name, "changed", *spans, _is_expected(name, before[at], after[to], always))
            a, c = at + 1, to + 1


def _key(value: str, ignore_space: bool) -> str:
    return "".join(value.split()) if ignore_space else value


def _is_expected(name: str, before: str, after: str, always: frozenset[str]) -> bool:
    if name.lower() in always:
        return True
    if name.lower() != "content-type":
        return False
    return _BOUNDARY.sub("boundary", before) == _BOUNDARY.sub("boundary", after)
