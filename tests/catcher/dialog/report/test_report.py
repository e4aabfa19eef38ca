"""What lint leaves behind for people, code hosts and CI."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from catcher.dialog import report
from catcher.dialog.conversation import read
from catcher.dialog.finding import Severity
from catcher.dialog.lint import lint_message, lint_session, registry
from catcher.dialog.lint.opened import open_message
from catcher.dialog.report import Entry, Report
from catcher.dialog.report.sarif import uri
from catcher.dialog.script import records

# No Date, and a line end that is no CRLF: errors; no text for a reader: milder ones.
RAW = b"From: a@example.com\r\nTo: b@example.com\r\nSubject: Hello\r\nX-Odd: caf\xe9 \x1b[31m\r\n\r\nHello\nBye\r\n"
LEVELS = {"error", "warning", "note", "none"}


def checked(name: str = "mail.eml", raw: bytes = RAW, muted: frozenset[str] = frozenset()) -> Report:
    entries = [report.entry(found) for found in lint_message(open_message(raw), muted)]
    return Report(name, entries, raw, registry.MESSAGE, muted)


def told(severity: Severity, **values: Any) -> Entry:
    return Entry(
        "M99", severity, "Something is odd", "<\x1b[31m & \u202e>", "It breaks.", "Mend it.", "RFC 1", **values
    )


def test_an_entry_survives_its_json() -> None:
    said = ("S: 220 sandpost", "C: EHLO localhost", "S: 250 sandpost", "C: MAIL FROM:<a@b.test>", "S: 550 5.1.1 No")
    script = "\n".join((*said, "! close reason=client"))
    entries = [report.entry(found) for found in lint_session(read(records(script)))]
    assert entries
    for one in [*entries, *checked().entries]:
        assert report.from_json(json.loads(json.dumps(report.as_json(one)))) == one


def test_the_fix_is_the_one_for_the_client() -> None:
    rule = next(rule for rule in registry.by_id.values() if rule.fixes)
    family, fix = next(iter(rule.fixes.items()))
    from catcher.dialog.finding import Evidence, Finding

    assert report.entry(Finding(rule, Evidence()), family).fix == fix
    assert report.entry(Finding(rule, Evidence()), "nobody knows").fix == rule.fix


@pytest.mark.parametrize("wrong", [{}, {"Rule": "M01"}, {**report.as_json(told(Severity.INFO)), "Severity": "odd"}])
def test_json_of_another_making_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises((KeyError, TypeError, ValueError)):
        report.from_json(wrong)


def test_the_worst_is_the_first_in_the_order_of_severities() -> None:
    assert report.worst([told(Severity.INFO), told(Severity.ERROR), told(Severity.WARNING)]) is Severity.ERROR
    assert report.worst([]) is None


def test_text_says_where_what_and_how_to_mend_it() -> None:
    text = report.text([checked()])
    first, *rest = text.splitlines()
    assert first.startswith("mail.eml: ")
    assert "error" in first
    for one in checked().entries:
        assert any(line.startswith(f"  {one.severity.value:<8}  {one.rule}") for line in rest)
    assert "Line 4" in text
    assert "Fix: " in text
    assert text.replace("\n", "").isprintable()
    assert report.text([Report("good.eml", [])]) == "good.eml: no findings\n"


def test_text_keeps_to_its_width() -> None:
    assert max(map(len, report.text([checked()], 60).splitlines())) <= 80


def test_sarif_has_what_the_standard_asks_for() -> None:
    checks = [
        checked(),
        checked("other folder/ü.eml"),
        Report("http://127.0.0.1:1/x/", [told(Severity.SECURITY, lines=(3, 7))]),
    ]
    log = json.loads(json.dumps(report.sarif(checks, "1.2")))
    assert (log["version"], log["$schema"].rsplit("/", 1)[1]) == ("2.1.0", "sarif-schema-2.1.0.json")
    (run,) = log["runs"]
    driver = run["tool"]["driver"]
    assert (driver["name"], driver["version"]) == ("Sandpost", "1.2")
    ids = [rule["id"] for rule in driver["rules"]]
    assert ids == sorted(set(ids))
    assert "M99" in ids
    for rule in driver["rules"]:
        assert rule["shortDescription"]["text"]
        assert rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in LEVELS
    assert len(run["results"]) == sum(len(one.entries) for one in checks)
    for result in run["results"]:
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in LEVELS
        assert result["message"]["text"].isprintable()
        for location in result["locations"]:
            place = location["physicalLocation"]
            assert place["artifactLocation"]["uri"].isascii()
            assert " " not in place["artifactLocation"]["uri"]
            assert place["region"]["startLine"] >= 1
            assert place["region"].get("endLine", 1_000_000) >= place["region"]["startLine"]
    last = run["results"][-1]
    assert last["level"] == "error"
    assert [each["physicalLocation"]["region"] for each in last["locations"]] == [{"startLine": 3}, {"startLine": 7}]


def test_sarif_points_at_the_octets_and_their_lines() -> None:
    one = told(Severity.ERROR, octets=((21, 38), (500, 600)))
    (result,) = report.sarif([Report("mail.eml", [one], RAW)])["runs"][0]["results"]
    regions = [each["physicalLocation"]["region"] for each in result["locations"]]
    assert regions == [{"startLine": 2, "endLine": 2, "byteOffset": 21, "byteLength": 17}]
    assert RAW[21:38] == b"To: b@example.com"


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("mail.eml", "mail.eml"),
        ("a b/ü#1.eml", "a%20b/%C3%BC%231.eml"),
        ("http://127.0.0.1:8025/sessions/x/", "http://127.0.0.1:8025/sessions/x/"),
        (str(Path("/tmp/a b.eml")), "file:///tmp/a%20b.eml"),
        ("bad\udcff.eml", "bad%FF.eml"),
    ],
)
def test_names_become_uri_references(name: str, expected: str) -> None:
    assert uri(name) == expected


def test_junit_has_a_case_a_rule_and_counts_them() -> None:
    root = ElementTree.fromstring(report.junit([checked(), checked("b.eml", muted=frozenset({"M05"}))]))
    assert root.tag == "testsuites"
    suites = root.findall("testsuite")
    assert [suite.get("name") for suite in suites] == ["mail.eml", "b.eml"]
    for suite in suites:
        cases = suite.findall("testcase")
        assert [case.get("name", "").split()[0] for case in cases] == [rule.id for rule in registry.MESSAGE]
        assert suite.get("tests") == str(len(cases))
        assert suite.get("failures") == str(len(suite.findall("testcase/failure")))
        assert {case.get("classname") for case in cases} == {suite.get("name")}
    assert root.get("tests") == str(2 * len(registry.MESSAGE))
    assert root.get("skipped") == suites[1].get("skipped") == "1"
    assert int(root.get("failures", "0")) > 0


def test_junit_fails_from_the_chosen_severity_on() -> None:
    entries = [told(severity) for severity in Severity]
    reports = [Report("x", [one]) for one in entries]
    failing = {
        fail_on: [
            case.find("failure") is not None
            for case in ElementTree.fromstring(report.junit(reports, fail_on)).iter("testcase")
        ]
        for fail_on in (*Severity, None)
    }
    assert failing == {
        Severity.SECURITY: [True, False, False, False],
        Severity.ERROR: [True, True, False, False],
        Severity.WARNING: [True, True, True, False],
        Severity.INFO: [True, True, True, True],
        None: [False, False, False, False],
    }
    mild = ElementTree.fromstring(report.junit(reports, None))
    assert "Mend it." in (mild.findtext("testsuite/testcase/system-out") or "")


def test_xml_holds_no_character_that_xml_forbids() -> None:
    written = report.junit([Report("bad\x00\udcff\ufffe.eml", [told(Severity.ERROR)])])
    assert ElementTree.fromstring(written).find("testsuite/testcase/failure") is not None
    assert "\\x1b[31m" in written
    assert all(character >= " " or character == "\n" for character in written)
