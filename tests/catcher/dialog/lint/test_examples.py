"""Every rule finds what its own example shows, and not what was mended."""

from __future__ import annotations

import re

import pytest

from catcher.dialog import conversation, script
from catcher.dialog.finding import Finding, Rule
from catcher.dialog.lint import lint_session
from catcher.dialog.lint.registry import MESSAGE, SESSION, by_id, rule
from catcher.dialog.records import Terminator

FAMILIES = {
    "smtplib", "django", "aiosmtplib", "nodemailer", "phpmailer", "symfony", "javamail", "rails", "go", "dotnet",
    "swaks",
    "curl", "msmtp",
}  # fmt: skip
# What has to be changed in the example of a rule to content it; an empty text takes the line away.
MENDED: dict[str, list[tuple[str, str]]] = {
    "S01": [("C: EHLO app.example.com\nS: 220 mail.example.com ESMTP", "S: 220 mail ESMTP\nC: EHLO app.example.com")],
    "S02": [("C: MAIL", "C: EHLO app.example.com\nS: 250 mail\nC: MAIL")],
    "S03": [("C: HELO", "C: EHLO a.example\nS: 502 5.5.1 No\nC: HELO")],
    "S04": [("EHLO app", "EHLO app.example.com")],
    "S05": [("EHLO 127.0.0.1", "EHLO [127.0.0.1]")],
    "S06": [("C: EHLO\n", "C: EHLO app.example.com\n")],
    "S07": [("[192.0.2.1]", "[192.0.2.7]")],
    "S08": [("b\\xc3\\xbccher", "xn--bcher-kva")],
    "S09": [("C~", "C:")],
    "S10": [("x" * 520, "x" * 500)],
    "S11": [("FROM: <", "FROM:<")],
    "S12": [("FROM:app@example.com", "FROM:<app@example.com>")],
    "S13": [("a" * 65, "a" * 64)],
    "S14": [("ann..lee", "ann.lee")],
    "S15": [("@relay.example.com:", "")],
    "S16": [("S: 250-SMTPUTF8", "S: 250-REQUIRETLS")],
    "S17": [(" SIZE=320", "")],
    "S18": [("RSET now", "RSET")],
    "S19": [("C: MAIL FROM:<app@example.com>\nS: 503", "C: RSET\nS: 250 OK\nC: MAIL FROM:<app@example.com>\nS: 250")],
    "S20": [("C: RCPT", "C: MAIL FROM:<>\nS: 250 OK\nC: RCPT")],
    "S21": [("C: Subject: Hello\nS: 500 5.5.2 Not a command\nC: .\nS: 500 5.5.2 Not a command\n", "")],
    "S22": [("C: RCPT TO:<bob@example.com>\nS: 550 5.1.1 No such user\n", "")],
    "S23": [("S: 250 2.1.5 Recipient ok\nC: RCPT TO:<ann@", "S: 250 2.1.5 Recipient ok\nC: RCPT TO:<eve@")],
    "S24": [("C: RCPT TO:<ann7@example.com>\nS: 250 2.1.5 Recipient ok\n", "")],
    "S27": [("C+ RCPT TO:<ann@example.com>\nS: 250 2.1.0 Sender ok", "S: 250 ok\nC: RCPT TO:<ann@example.com>")],
    "S28": [("C: NOOP\nC+", "C: RSET\nC+")],
    "S29": [("S: 550", "S: 250")],
    "S30": [('! discarded bytes=29 why="sent before the TLS handshake"\n', "")],
    "S31": [("C: MAIL", "C: EHLO app.example.com\nS: 250 mail.example.com\nC: MAIL")],
    "S32": [("S: 250 STARTTLS", "S: 250 HELP")],
    "S33": [("C* AUTH", "! tls-done version=TLSv1.3 cipher=x\nC: EHLO a.example\nS: 250 AUTH PLAIN\nC* AUTH")],
    "S34": [("=TLSv1 ", "=TLSv1.2 ")],
    "S35": [("sni=192.0.2.1", "sni=mail.example.com")],
    "S36": [('! tls-fail error="tlsv1 alert unknown ca"\n', "")],
    "S37": [("C_ \\x16", "C_ \\x17")],
    "S38": [("GET / HTTP/1.1", "NOOP / HTTP/1.1")],
    "S39": [("AUTH PLAIN LOGIN", "AUTH PLAIN CRAM-MD5")],
    "S40": [("S: 235 2.7.0 Authentication successful", "S: 454 4.7.0 Try again")],
    "S41": [("501 5.5.2", "535 5.7.8")],
    "S42": [("AUTH PLAIN LOGIN", "AUTH LOGIN")],
    "S43": [("SIZE=100", "SIZE=298")],
    "S44": [("SIZE=99000000", "SIZE=9900000")],
    "S45": [("C: MAIL FROM:<app@example.com>", "C: MAIL FROM:<app@example.com> SIZE=70000")],
    "S49": [("C: MAIL FROM:<app@example.com>", "C: MAIL FROM:<app@example.com> SMTPUTF8")],
    "S50": [("S: 250-8BITMIME", "S: 250-SMTPUTF8")],
    "S53": [("S: 250-SMTPUTF8", "S: 250-CHUNKING")],
    "S54": [("C: DATA", "C: BDAT 0 LAST")],
    "S55": [("BDAT 5", "BDAT 5 LAST")],
    "S56": [("BINARYMIME", "8BITMIME")],
    "S57": [("S: 250-SMTPUTF8", "S: 250-DSN")],
    "S58": [("NEVER,FAILURE", "DELAY,FAILURE")],
    "S59": [("ORCPT=", "ORCPT=rfc822;")],
    "S60": [("RET=ALL", "RET=hdrs")],
    "S61": [("! close", "C: QUIT\nS: 221 Bye\n! close")],
    "S62": [("C: QUIT\n", "C: QUIT\nS: 221 2.0.0 Bye\n")],
    "S63": [("S: 421", "S: 450")],
    "S64": [("@ 10000", "@ 601000")],
    "S66": [("S: 550", "S: 450")],
    "S67": [("C: RSET", "C: DATA")],
    "S70": [("SEND FROM", "MAIL FROM")],
    "S71": [("\\x20", "")],
}


def lint(text: str) -> list[Finding]:
    return lint_session(conversation.read(script.records(text)))


def ids(text: str) -> set[str]:
    return {finding.id for finding in lint(text)}


def each(rules: list[Rule]) -> list[object]:
    return [pytest.param(rule, id=rule.id) for rule in rules]


@pytest.mark.parametrize("rule", each(SESSION))
def test_a_rule_finds_its_example(rule: Rule) -> None:
    found = [finding for finding in lint(rule.example) if finding.id == rule.id]
    assert found
    lines = {record.seq for record in script.records(rule.example)}
    for finding in found:
        assert finding.evidence.lines
        assert set(finding.evidence.lines) <= lines
        assert finding.evidence.seen.isprintable()


@pytest.mark.parametrize("rule", each(SESSION))
def test_a_rule_is_content_with_what_was_mended(rule: Rule) -> None:
    text = rule.example
    for old, new in MENDED[rule.id]:
        assert old in text
        text = text.replace(old, new)
    assert rule.id not in ids(text)


@pytest.mark.parametrize("rule", each(SESSION))
def test_a_rule_explains_itself(rule: Rule) -> None:
    assert re.fullmatch(r"S\d\d", rule.id)
    assert 3 < len(rule.title) <= 46
    assert rule.title[-1] not in ".!"
    for source in rule.source.split("; "):
        assert re.fullmatch(r"RFC \d{4} §[0-9A-F][0-9.]*", source)
    for text in (rule.breaks, rule.fix, *rule.fixes.values()):
        assert text.endswith(".")
        assert "!" not in text
        assert len(text) < 140
    assert set(rule.fixes) <= FAMILIES


def test_rules_are_in_order_and_known_by_their_ids() -> None:
    for rules in (SESSION, MESSAGE):
        assert [rule.id for rule in rules] == sorted(rule.id for rule in rules)
    assert {rule.id for rule in (*SESSION, *MESSAGE)} == set(by_id)
    assert set(MENDED) == {rule.id for rule in SESSION}


def test_the_promised_rules_are_there() -> None:
    promised = [*range(1, 7), *range(9, 17), 19, 20, 21, 27, *range(30, 35), 37, 43, 46, 49, 57, 61]
    assert {f"S{number:02}" for number in promised} <= set(by_id)


def test_an_id_belongs_to_one_rule() -> None:
    first = SESSION[0]
    enter = rule(first.id, first.severity, "Again", breaks="", source="", fix="", example="")
    with pytest.raises(ValueError, match=first.id):
        enter(lambda _: [])


def test_a_message_in_the_read_of_its_data_did_not_wait_for_354() -> None:
    records = script.records(by_id["S43"].example)
    body = next(record for record in records if record.kind == "body")
    data = next(record for record in records if record.data == b"DATA")
    body.read = data.read
    assert "S28" in {finding.id for finding in lint_session(conversation.read(records))}


def test_a_bare_cr_ends_no_line() -> None:
    records = script.records(by_id["S09"].example)
    for record in records:
        if record.terminator is Terminator.LF:
            record.terminator = Terminator.CR
    assert "CR alone" in next(f for f in lint_session(conversation.read(records)) if f.id == "S09").evidence.seen
