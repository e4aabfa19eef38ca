"""REPORTS -> TEXT: a heading a subject, a block a finding, for people who read a terminal or a log."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator

from catcher.dialog.finding import Severity
from catcher.dialog.report.entry import Entry, Report
from catcher.dialog.report.places import Places
from catcher.dialog.report.plain import plain

_WIDTH = 100
_INDENT = " " * 14


def text(reports: Iterable[Report], width: int = _WIDTH) -> str:
    """Return all reports, each line ended by a line feed."""
    return "".join(f"{line}\n" for report in reports for line in lines(report, width))


def lines(report: Report, width: int = _WIDTH) -> Iterator[str]:
    yield f"{plain(report.name)}: {tally(report.entries)}"
    places = Places(report)
    for one in report.entries:
        yield from block(one, places.words(one), width)


def tally(entries: Iterable[Entry]) -> str:
    """Return how much of what was found: `1 error, 2 warnings`."""
    counts = Counter(one.severity for one in entries)
    return ", ".join(_counted(severity, counts[severity]) for severity in Severity if counts[severity]) or "no findings"


def _counted(severity: Severity, number: int) -> str:
    noun = {Severity.SECURITY: "security finding", Severity.INFO: "hint"}.get(severity, severity.value)
    return f"{number} {noun}{'' if number == 1 else 's'}"


def block(one: Entry, where: str, width: int = _WIDTH) -> Iterator[str]:
    """Yield what there is to say about one finding, the indented lines wrapped to a width."""
    yield f"  {one.severity.value:<8}  {one.rule}  {plain(one.title)}"
    parts = [
        ": ".join(part for part in (where.capitalize(), plain(one.seen)) if part),
        plain(one.breaks),
        f"Fix: {plain(one.fix)}" if one.fix else "",
        plain(one.source),
        f"{one.more} more of this kind are not shown." if one.more else "",
    ]
    for part in parts:
        yield from textwrap.wrap(
            part, max(40, width), initial_indent=_INDENT, subsequent_indent=_INDENT, break_on_hyphens=False
        )
