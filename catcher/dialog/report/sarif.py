"""REPORTS -> SARIF 2.1.0 (OASIS), which code hosts and editors show beside the file that was checked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from typing import Any
from urllib.parse import quote

from catcher.dialog.finding import Rule, Severity
from catcher.dialog.report.entry import Entry, Report
from catcher.dialog.report.places import Place, Places
from catcher.dialog.report.plain import plain

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# The standard knows three levels; what is a risk is no less than an error.
_LEVELS = {Severity.SECURITY: "error", Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)


def sarif(reports: Sequence[Report], version: str = "") -> dict[str, Any]:
    """Return one run over all reports, as what `json.dumps` takes."""
    rules = {rule.id: rule for report in reports for rule in report.rules}
    for one in (one for report in reports for one in report.entries):
        rules.setdefault(one.rule, _unknown(one))
    order = {name: index for index, name in enumerate(sorted(rules))}
    driver: dict[str, Any] = {"name": "Sandpost", "rules": [_rule(rules[name]) for name in order]}
    if version:
        driver["version"] = version
    results = [result for report in reports for result in _results(report, order)]
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _unknown(one: Entry) -> Rule:
    """Another version of Sandpost may know rules that this one does not."""
    return Rule(one.rule, one.severity, one.title, one.breaks, one.source, one.fix, "", lambda _: ())


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "shortDescription": {"text": rule.title},
        "fullDescription": {"text": rule.breaks or rule.title},
        "help": {"text": f"{rule.fix}\n\n{rule.source}".strip() or rule.title},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"severity": rule.severity.value},
    }


def _results(report: Report, order: dict[str, int]) -> Iterator[dict[str, Any]]:
    places = Places(report)
    for one in report.entries:
        yield {
            "ruleId": one.rule,
            "ruleIndex": order[one.rule],
            "level": _LEVELS[one.severity],
            "message": {"text": _message(one)},
            "locations": list(_locations(report, one, places)),
        }


def _message(one: Entry) -> str:
    seen = f": {plain(one.seen)}" if one.seen else ""
    more = f" ({one.more} more)" if one.more else ""
    return f"{plain(one.title)}{seen}{more}. {plain(one.fix)}".rstrip()


def _locations(report: Report, one: Entry, places: Places) -> Iterator[dict[str, Any]]:
    artifact = {"uri": uri(report.name)}
    regions = [_region(place) for place in places.of(one)]
    # Of a session, the numbers of its lines: the artifact is the dialog.
    regions = regions or [{"startLine": line} for line in one.lines if line > 0] or [{"startLine": 1}]
    for region in regions:
        yield {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _region(place: Place) -> dict[str, int]:
    return {
        "startLine": place.first,
        "endLine": place.last,
        "byteOffset": place.start,
        "byteLength": place.end - place.start,
    }


def uri(name: str) -> str:
    """Return a path or an address as a URI reference (RFC 3986); relative paths stay relative."""
    if _ADDRESS.match(name):
        return quote(name, safe="/:?#[]@!$&'()*+,;=%~")
    path = PurePath(name)
    if path.is_absolute():
        return path.as_uri()
    octets = path.as_posix().encode("utf-8", "surrogateescape")
    return quote(octets, safe="/~")
