from __future__ import annotations

import pytest

from catcher.mime.addresses import Address
from catcher.mime.summary import MAX_MESSAGE_ID, MAX_SUBJECT, summarize

MAIL = (
    b"Date: Tue, 20 Jul 2026 16:51:20 +0000\r\n"
    b"From: John Doe <john@example.com>\r\n"
    b"To: Jane Roe <jane@example.com>,\r\n bob@example.com\r\n"
    b"Cc: carol@example.org\r\n"
    b"Bcc: hidden@example.org\r\n"
    b"Reply-To: help@example.com\r\n"
    b"Subject: =?utf-8?q?Order_=E2=84=96?= 7\r\n"
    b"Message-ID: <1.2@app.example.com>\r\n"
    b"\r\n"
    b"Subject: not this one\r\n"
)


def codes(raw: bytes) -> list[str]:
    return [found.code for found in summarize(raw).defects]


def test_ordinary_mail() -> None:
    summary = summarize(MAIL)
    assert summary.subject == "Order № 7"
    assert summary.message_id == "1.2@app.example.com"
    assert summary.from_ == [Address("John Doe", "john@example.com")]
    assert summary.to == [Address("Jane Roe", "jane@example.com"), Address("", "bob@example.com")]
    assert summary.cc == [Address("", "carol@example.org")]
    assert summary.bcc == [Address("", "hidden@example.org")]
    assert summary.reply_to == [Address("", "help@example.com")]
    assert summary.defects == []


def test_the_body_is_not_looked_at() -> None:
    assert summarize(MAIL + b"\0\xff" * 1_000) == summarize(MAIL)


def test_nothing_at_all() -> None:
    summary = summarize(b"")
    assert (summary.subject, summary.message_id, summary.from_) == ("", "", [])
    assert codes(b"") == ["no-headers", "missing-from", "missing-date"]


@pytest.mark.parametrize(
    ("value", "found"),
    [(b"<a@b>", "a@b"), (b"a@b", "a@b"), (b"  <a@b> <c@d>", "a@b"), (b"<a@b", "a@b"), (b"<>", ""), (b"", "")],
)
def test_message_id_has_no_brackets(value: bytes, found: str) -> None:
    assert summarize(b"Message-ID: " + value + b"\r\n\r\n").message_id == found


def test_from_without_address_is_shown_as_sent() -> None:
    assert summarize(b"From: The Robot, Esq.\r\n\r\n").from_ == [Address("The Robot, Esq.", "")]
    assert summarize(b"From: undisclosed:;\r\n\r\n").from_ == [Address("undisclosed:;", "")]
    assert summarize(b"From:\r\n\r\n").from_ == []


def test_recipients_of_doubled_fields_are_joined() -> None:
    raw = b"From: a@b\r\nDate: x\r\nTo: c@d\r\nto: e@f\r\n\r\n"
    assert summarize(raw).to == [Address("", "c@d"), Address("", "e@f")]
    assert codes(raw) == ["duplicate-header"]


def test_the_first_of_doubled_subjects_counts() -> None:
    assert summarize(b"Subject: one\r\nSubject: two\r\n\r\n").subject == "one"


def test_trace_fields_may_be_doubled() -> None:
    assert codes(b"Received: x\r\nReceived: y\r\nFrom: a@b\r\nDate: x\r\n\r\n") == []


def test_texts_are_bounded_and_clean() -> None:
    summary = summarize(b"Subject: a\0b\x1b" + b"s" * 5_000 + b"\r\nMessage-ID: <" + b"m" * 5_000 + b">\r\n\r\n")
    assert len(summary.subject) == MAX_SUBJECT
    assert summary.subject.startswith("a\ufffdb\ufffds")
    assert len(summary.message_id) == MAX_MESSAGE_ID


def test_raw_eight_bit_subject_is_read_and_noted() -> None:
    assert summarize("Subject: Grüße\r\n\r\n".encode()).subject == "Grüße"
    assert summarize("Subject: Grüße\r\n\r\n".encode("latin-1")).subject == "Grüße"
    assert "eight-bit-header" in codes("Subject: Grüße\r\n\r\n".encode())
