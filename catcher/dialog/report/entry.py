"""A finding with all that its rule says, as it travels: made from a `Finding`, written as JSON and read again."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from catcher.dialog.finding import Finding, Rule, Severity


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding; `fix` is the one for the client that was recognised, where the rule has one."""

    rule: str
    severity: Severity
    title: str
    seen: str = ""
    breaks: str = ""
    fix: str = ""
    source: str = ""
    lines: tuple[int, ...] = ()
    octets: tuple[tuple[int, int], ...] = ()
    transaction: int = 0
    more: int = 0


@dataclass(frozen=True, slots=True)
class Report:
    """What was checked and what was found.

    `name` is a path or an address; `raw` are the octets of a message, by which a place becomes a line; `rules` are
    those that were asked, `muted` the ids among them that were not.
    """

    name: str
    entries: Sequence[Entry]
    raw: bytes | None = None
    rules: Sequence[Rule] = ()
    muted: frozenset[str] = field(default_factory=frozenset)


def entry(finding: Finding, client: str = "") -> Entry:
    """Return a finding with its rule's words; `client` is the family of the program that was recognised."""
    rule, evidence = finding.rule, finding.evidence
    return Entry(
        rule.id,
        finding.severity,
        rule.title,
        evidence.seen,
        rule.breaks,
        rule.fixes.get(client) or rule.fix,
        rule.source,
        evidence.lines,
        evidence.octets,
        evidence.transaction,
        finding.more,
    )


def worst(entries: Iterable[Entry]) -> Severity | None:
    return min((one.severity for one in entries), key=lambda severity: severity.rank, default=None)


def as_json(one: Entry) -> dict[str, Any]:
    """Return an entry in the style of the API; `Lines` are numbers of the dialog, `Octets` start and end."""
    return {
        "Rule": one.rule,
        "Severity": one.severity.value,
        "Title": one.title,
        "Seen": one.seen,
        "Breaks": one.breaks,
        "Fix": one.fix,
        "Source": one.source,
        "Lines": list(one.lines),
        "Octets": [list(place) for place in one.octets],
        "Transaction": one.transaction,
        "More": one.more,
    }


def from_json(told: Mapping[str, Any]) -> Entry:
    """Return what `as_json` was given; raises KeyError, TypeError or ValueError for what is not of its making."""
    return Entry(
        rule=str(told["Rule"]),
        severity=Severity(told["Severity"]),
        title=str(told["Title"]),
        seen=str(told["Seen"]),
        breaks=str(told["Breaks"]),
        fix=str(told["Fix"]),
        source=str(told["Source"]),
        lines=tuple(int(line) for line in told["Lines"]),
        octets=tuple((int(start), int(end)) for start, end in told["Octets"]),
        transaction=int(told["Transaction"]),
        more=int(told["More"]),
    )
