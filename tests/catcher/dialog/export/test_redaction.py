"""Nothing of a redacted conversation names anybody, and the same stands for the same."""

from __future__ import annotations

import re

import pytest
from hypothesis import given

from catcher.dialog import script
from catcher.dialog.conversation import Conversation, read
from catcher.dialog.export import markdown, masked, redacted, text
from catcher.dialog.records import Direction, Kind, Record
from catcher.dialog.transcript import parse
from tests.catcher.dialog.test_records import tapes

SESSION = r"""
! open peer=10.1.2.3:40000
S: 220 mail.corp.org ESMTP
C: EHLO build7
S: 250-mail.corp.org Hello build7 [10.1.2.3]
S: 250 AUTH PLAIN LOGIN CRAM-MD5
! tls-done version=TLSv1.3 sni=mail.corp.org
C: AUTH PLAIN AGJvYgBodW50ZXIy
! auth mechanism=PLAIN user=bob@corp.org ok=False
S: 535 5.7.8 no
C: AUTH CRAM-MD5
S: 334 PDE3ODkzLjEzMjA2NzkxMjNAY29ycC5vcmc+
C: Ym9iIDNlMGY4
S: 235 2.7.0 ok
C: MAIL FROM:<Bob.Builder@CORP.org> SIZE=93 AUTH=bob+40corp.org
S: 250 2.1.0 <Bob.Builder@corp.org> ok
C: RCPT TO:<"john doe"@corp.org> ORCPT=rfc822;anna+40other.net
S: 550 5.1.1 <"john doe"@corp.org>: unknown, ask postmaster@corp.org or see https://help.corp.org/550?a
C: RCPT TO:<anna@other.net>
S: 250 2.1.5 ok
C: RCPT TO:<@relay.corp.org:carl@corp.org>
S: 250 2.1.5 ok
C: VRFY <zoe>
S: 252 2.5.0 no
C: EHLO [10.1.2.3]
S: 250 ok [IPv6:2a01:4f8::1] 2a01:4f8::1 127.0.0.1
! close reason=quit
"""


@pytest.fixture
def shown() -> Conversation:
    return redacted(read(script.records(SESSION)))


def test_nobody_is_named(shown: Conversation) -> None:
    told = text(shown).lower()
    for name in (
        "corp", "build7", "bob", "john", "doe", "anna", "other.net", "carl", "zoe", "10.1.2.3", "2a01", "postmaster",
        "hunter", "agjv", "ym9i", "pde3",
    ):  # fmt: skip
        assert name not in told, name


def test_what_matters_is_left(shown: Conversation) -> None:
    told = text(shown)
    for words in ("SIZE=93", "550 5.1.1 <", "535 5.7.8 no", "AUTH CRAM-MD5", "AUTH PLAIN ***", "127.0.0.1", "TLSv1.3"):
        assert words in told, words
    assert [step.code for step in shown.steps] == [step.code for step in read(script.records(SESSION)).steps]


def test_the_same_address_has_the_same_name(shown: Conversation) -> None:
    (transaction,) = shown.transactions
    mail, (john, anna, _) = transaction.mail, transaction.recipients
    assert mail is not None
    assert mail.reply is not None
    address = re.search(r"<(.*?)>", mail.argument)
    assert address is not None
    assert re.fullmatch(r"user\d+@domain\d+\.example", address[1])
    assert address[0] in mail.reply.text
    assert john.reply is not None
    refused = re.search(r"<.*?>", john.argument)
    assert refused is not None
    assert refused[0] in john.reply.text
    xtext = john.argument.rpartition(";")[2]
    assert f"<{xtext}>" in anna.argument
    assert xtext != address[1]


def test_the_same_domain_has_the_same_name(shown: Conversation) -> None:
    assert shown.greeting is not None
    assert shown.greeting.reply is not None
    host = shown.greeting.reply.text.split()[0]
    assert shown.info(Kind.TLS_DONE, "sni") == host
    hello, *_ = (step for step in shown.commands if step.verb == "EHLO")
    assert hello.reply is not None
    assert hello.reply.lines[0].startswith(f"{host} Hello {hello.argument} [192.0.2.")


def test_names_and_ips_can_be_kept() -> None:
    told = text(redacted(read(script.records(SESSION)), names=False, ips=False))
    assert "EHLO build7" in told
    assert "peer=10.1.2.3:40000" in told
    assert "[10.1.2.3]" in told
    assert "corp" not in told.lower()


def test_a_secret_without_a_mechanism_is_masked() -> None:
    conversation = read(
        script.records("C: AUTH hunter2\nS: 504 no\nC: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\nC: aHVudGVy\nS: 535 no")
    )
    told = text(conversation, redact=True)
    assert "hunter2" not in told
    assert "aHVudGVy" not in told
    assert "334 VXNlcm5hbWU6" in told


def test_a_pasted_log_is_redacted_too() -> None:
    """What a log only implies is marked as such; that keeps no address in it."""
    log = (
        "Nov 4 22:01:48 relay postfix/smtpd[2]: NOQUEUE: reject: RCPT from mail.corp.org[10.1.2.3]: 550 5.1.1 no"
        " <zoe@corp.org>; from=<bob@corp.org> to=<zoe@corp.org> proto=ESMTP helo=<build7>"
    )
    told = text(read(parse(log).records), redact=True)
    assert "RCPT TO:<user" in told
    assert not any(name in told for name in ("corp", "zoe", "bob", "build7", "10.1.2.3"))


def test_the_report_is_redacted_unless_told_otherwise() -> None:
    conversation = read(script.records(SESSION))
    assert "corp.org" not in markdown(conversation)
    assert "corp.org" in markdown(conversation, redact=False)


@given(tapes())
def test_nothing_raises_and_no_line_is_lost(records: list[Record]) -> None:
    shown = redacted(read(records))
    assert [record.seq for record in shown.records] == [record.seq for record in records]
    markdown(shown)


@pytest.mark.parametrize("data", [b'"\\' * 4000, b"a." * 4000, b"a@" * 4000, b"+40" * 2600, b":" * 8000, b'"' * 8000])
def test_a_hostile_line_costs_little(data: bytes) -> None:
    redacted(read([Record(seq, 0, Direction.SERVER, Kind.LINE, data, len(data)) for seq in range(1, 200)]))


def test_masking_alone_takes_the_credentials_and_leaves_the_names() -> None:
    shown = text(masked(read(script.records(SESSION))))
    assert "AGJvYgBodW50ZXIy" not in shown
    assert "Ym9iIDNlMGY4" not in shown
    assert "MAIL FROM:<Bob.Builder@CORP.org>" in shown
    assert "10.1.2.3" in shown
    assert "EHLO build7" in shown
