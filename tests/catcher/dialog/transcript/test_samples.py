"""What real programs wrote down of a session is the session again."""

from __future__ import annotations

from pathlib import Path

import pytest

from catcher.dialog.conversation import Conversation, read
from catcher.dialog.records import Direction, Kind
from catcher.dialog.transcript import Transcript, parse

SAMPLES = Path(__file__).parent.parent / "transcripts"
SECRETS = ("s3cret", "czNjcmV0", "AGFwcABzM2NyZXQ", "AGFwcAAvKiBzZWNyZXQgKi8")
PLAIN_LOGIN = "AUTH:235"
LOGIN = "AUTH:334 answer:334 answer:235"


def sample(name: str) -> Transcript:
    return parse((SAMPLES / f"{name}.txt").read_text("utf-8"))


def shape(conversation: Conversation) -> str:
    """Return the steps in short: verb or role, and the code of the answer."""
    return " ".join(
        f"{step.verb if step.role == 'command' else step.role}:{step.code or '-'}" for step in conversation.steps
    )


@pytest.mark.parametrize(
    ("name", "form", "steps"),
    [
        ("curl", "curl", "EHLO:250 AUTH:334 answer:235 MAIL:250 RCPT:250 DATA:354 content:250"),
        ("curl-tls", "curl", "EHLO:250 STARTTLS:220 EHLO:250 MAIL:250 RCPT:250 DATA:354 content:250"),
        ("javamail", "javamail", "EHLO:250 MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221"),
        ("javamail-auth", "javamail", f"EHLO:250 {LOGIN} MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221"),
        ("msmtp", "msmtp", f"EHLO:250 {PLAIN_LOGIN} MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221"),
        (
            "nodemailer",
            "nodemailer",
            f"EHLO:250 STARTTLS:220 EHLO:250 {PLAIN_LOGIN} MAIL:250 RCPT:250 RCPT:250 DATA:354 content:250",
        ),
        (
            "phpmailer",
            "phpmailer",
            f"EHLO:250 STARTTLS:220 EHLO:250 {LOGIN} MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221",
        ),
        ("postfix-debug", "postfix-debug", "EHLO:250 MAIL:250 RCPT:504 QUIT:221"),
        ("ruby", "ruby", f"EHLO:250 {PLAIN_LOGIN} MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221"),
        (
            "smtplib",
            "smtplib",
            f"EHLO:250 {PLAIN_LOGIN} MAIL:250 RCPT:250 RCPT:250 DATA:354 content:250"
            " MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221",
        ),
        (
            "smtplib-times",
            "smtplib",
            f"EHLO:250 STARTTLS:220 EHLO:250 {PLAIN_LOGIN} MAIL:250 RCPT:250 RCPT:250 DATA:354 content:250"
            " MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221",
        ),
        ("swaks", "swaks", f"EHLO:250 {PLAIN_LOGIN} MAIL:250 RCPT:250 RCPT:250 DATA:354 content:250 QUIT:221"),
        (
            "swaks-tls",
            "swaks",
            f"EHLO:250 STARTTLS:220 EHLO:250 {LOGIN} MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221",
        ),
        ("swaks-pipelined", "swaks", "EHLO:250 MAIL:250 RCPT:250 DATA:354 content:250 QUIT:221"),
        ("marked", "marked", "EHLO:250 MAIL:451 QUIT:221"),
        (
            "plain",
            "plain",
            "EHLO:250 AUTH:334 answer:334 answer:535 MAIL:250 RCPT:250 DATA:354 content:554 QUIT:221",
        ),
    ],
)
def test_the_steps_of_each_form(name: str, form: str, steps: str) -> None:
    transcript = sample(name)
    assert transcript.form == form
    assert shape(read(transcript.records)) == f"greeting:220 {steps}"
    assert not any("not understood" in note for note in transcript.notes)
    assert [record.seq for record in transcript.records] == list(range(1, len(transcript.records) + 1))


@pytest.mark.parametrize(
    ("name", "end"),
    [
        ("javamail", b"\r\n\r\nHello Anna\r\n.dot\r\n"),
        ("msmtp", b"\r\n\r\nHello Anna,\r\n.hidden line\r\nBye\r\n"),
        ("nodemailer", b"\r\n\r\nHello Anna\r\n.dot\r\n"),
        ("phpmailer", b"\r\n\r\nHello Anna\r\n.dot\r\n\r\n"),
        ("plain", b"Subject: Invoice 17\r\n\r\n250 apples, as you asked.\r\n.hidden\r\n"),
        ("swaks", b"\r\n\r\nHello\r\n.dot\r\n\r\n\r\n"),
    ],
)
def test_message_data_is_returned_beside_the_records(name: str, end: bytes) -> None:
    transcript = sample(name)
    ((seq, content),) = transcript.bodies.items()
    assert content.endswith(end)
    record = transcript.records[seq - 1]
    assert record.kind is Kind.BODY
    assert (record.info["bytes"], record.info["lines"]) == (len(content), content.count(b"\n"))
    # A dot of transparency, and the one that ends the data with its line break.
    assert record.length == len(content) + 1 + 3


def test_message_data_in_one_piece_is_the_same_as_sent() -> None:
    first, second = sample("smtplib").bodies.values()
    assert first == (
        b"From: app@example.com\r\nTo: anna@example.com\r\nSubject: Invoice 17\r\n\r\n"
        b"Hello Anna,\r\n.hidden line\r\nBye\r\n"
    )
    assert second == b"x\r\n"


@pytest.mark.parametrize(("name", "size"), [("curl", 93), ("ruby", 104), ("curl-tls", 0)])
def test_message_data_that_a_log_does_not_show(name: str, size: int) -> None:
    transcript = sample(name)
    assert transcript.bodies == {}
    (body,) = (record for record in transcript.records if record.kind is Kind.BODY)
    assert (body.info["known"], body.info["bytes"]) == (False, size or body.info["bytes"])


@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.txt")), ids=lambda path: path.stem)
def test_no_secret_is_left(path: Path) -> None:
    transcript = parse(path.read_text("utf-8"))
    kept = " ".join([*(f"{record.text} {record.info}" for record in transcript.records), *transcript.notes])
    assert [secret for secret in SECRETS if secret in kept] == []


@pytest.mark.parametrize(
    ("name", "user"), [("swaks", "app"), ("swaks-tls", "app"), ("curl", "app"), ("smtplib", "app"), ("plain", "app")]
)
def test_who_logged_in_is_told(name: str, user: str) -> None:
    conversation = read(sample(name).records)
    assert conversation.info(Kind.AUTH, "user") == user
    assert conversation.info(Kind.AUTH, "ok") is (name != "plain")
    assert all(record.masked for record in conversation.records if record.data.endswith(b"***"))


@pytest.mark.parametrize("name", ["swaks-tls", "curl-tls", "nodemailer", "phpmailer", "smtplib-times"])
def test_tls_begins_behind_starttls(name: str) -> None:
    conversation = read(sample(name).records)
    assert [offer.tls for offer in conversation.offers] == [False, True]
    tls = [record.tls for record in conversation.records if record.direction is not Direction.NOTE]
    assert tls == sorted(tls)
    assert sum(record.kind is Kind.TLS_DONE for record in conversation.records) == 1


@pytest.mark.parametrize(("name", "version"), [("swaks-tls", "TLSv1.3"), ("curl-tls", "TLSv1.3"), ("nodemailer", "")])
def test_the_version_of_tls_where_the_log_has_it(name: str, version: str) -> None:
    assert read(sample(name).records).info(Kind.TLS_DONE, "version") == version


def test_times_become_offsets() -> None:
    transcript = sample("marked")
    assert transcript.is_timed
    at = [record.at_us for record in transcript.records if record.direction is not Direction.NOTE]
    assert at == [0, 50_000, 70_000, 1_100_000, 1_110_000, 2_100_000, 2_101_000]
    assert not sample("swaks").is_timed


def test_lines_sent_together_are_one_packet() -> None:
    conversation = read(sample("swaks-pipelined").records)
    assert [step.verb for step in conversation.commands if step.packet] == ["MAIL", "RCPT", "DATA"]
    assert not any(step.packet for step in read(sample("swaks").records).steps)


def test_an_ordinary_postfix_log_tells_its_outcomes() -> None:
    transcript = sample("postfix")
    conversation = read(transcript.records)
    (transaction,) = conversation.transactions
    assert transcript.form == "postfix"
    assert [(step.argument, step.reply.text if step.reply else "") for step in transaction.refused] == [
        ("TO:<grey@example.org>", "Greylisted, try again later"),
        ("TO:<nobody@example.org>", "<nobody@example.org>: Recipient address rejected: User unknown"),
    ]
    assert [step.argument for step in transaction.accepted] == ["TO:<anna@example.org>"]
    assert transaction.mail is not None
    assert transaction.mail.argument == "FROM:<app@example.com>"
    assert transaction.is_delivered
    assert any("must have been said" in note for note in transcript.notes)
    assert any("3 connections" in note for note in transcript.notes)


def test_the_connection_with_the_error_is_shown() -> None:
    """The log begins with a delivery that worked; nobody pastes it for that."""
    transcript = sample("postfix-debug")
    assert any("connections; this is the first with an error" in note for note in transcript.notes)
    assert read(transcript.records).info(Kind.OPEN, "peer") == "127.0.0.1:0"
