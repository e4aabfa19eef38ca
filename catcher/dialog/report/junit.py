"""REPORTS -> JUnit XML, which every CI shows: a suite a subject, a case a rule, so that their names stay the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from catcher.dialog.finding import Severity
from catcher.dialog.report.entry import Entry, Report
from catcher.dialog.report.places import Places
from catcher.dialog.report.plain import plain


def junit(reports: Sequence[Report], fail_on: Severity | None = Severity.ERROR) -> str:
    """Return the document; a case fails by what is at least as bad as `fail_on`, None for none.

    Anything milder is the output of a case that passed.
    """
    root = Element("testsuites", name="sandpost lint")
    suites = [_suite(root, report, fail_on) for report in reports]
    _count(root, [case for suite in suites for case in suite.iter("testcase")])
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: Report, fail_on: Severity | None) -> Element:
    name = plain(report.name)
    places = Places(report)
    suite = SubElement(root, "testsuite", name=name)
    for rule, title in _names(report):
        case = SubElement(suite, "testcase", classname=name, name=f"{rule} {title}", time="0")
        if rule in report.muted:
            SubElement(case, "skipped", message="muted")
        else:
            _judge(case, places, [one for one in report.entries if one.rule == rule], fail_on)
    _count(suite, list(suite))
    return suite


def _names(report: Report) -> Iterator[tuple[str, str]]:
    names = {rule.id: rule.title for rule in report.rules}
    for one in report.entries:
        names.setdefault(one.rule, plain(one.title))
    yield from sorted(names.items())


def _judge(case: Element, places: Places, found: list[Entry], fail_on: Severity | None) -> None:
    bad = [one for one in found if fails(one, fail_on)]
    if bad:
        failure = SubElement(case, "failure", type=bad[0].severity.value, message=_brief(places, bad[0]))
        failure.text = "\n\n".join(_told(places, one) for one in bad)
    if mild := [one for one in found if not fails(one, fail_on)]:
        SubElement(case, "system-out").text = "\n\n".join(_told(places, one) for one in mild)


def fails(one: Entry, fail_on: Severity | None) -> bool:
    """Tell whether a finding is at least as bad as a severity; None is never reached."""
    return fail_on is not None and one.severity.rank <= fail_on.rank


def _brief(places: Places, one: Entry) -> str:
    where = places.words(one)
    seen = f": {plain(one.seen)}" if one.seen else ""
    return f"{plain(one.title)}{f' ({where})' if where else ''}{seen}"


def _told(places: Places, one: Entry) -> str:
    more = f"{one.more} more of this kind are not shown." if one.more else ""
    parts = (f"{one.severity.value}: {_brief(places, one)}", plain(one.breaks), plain(one.fix), plain(one.source), more)
    return "\n".join(part for part in parts if part)


def _count(element: Element, cases: list[Element]) -> None:
    element.set("tests", str(len(cases)))
    element.set("failures", str(sum(case.find("failure") is not None for case in cases)))
    element.set("errors", "0")
    element.set("skipped", str(sum(case.find("skipped") is not None for case in cases)))
