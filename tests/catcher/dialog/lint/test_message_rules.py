"""Single rules at their edges: what they tell, and what they leave alone."""

from __future__ import annotations

import base64
import hashlib

import pytest

from catcher.dialog.finding import Severity
from catcher.dialog.lint import lint_message, registry
from catcher.dialog.lint.examples import HEAD, open_example
from catcher.dialog.lint.opened import Opened, open_message

ENVELOPE = "! from=orders@example.com to=ada@example.com"
DATE = "Wed, 01 May 2024 12:00:00 +0000"
MIXED = "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n"


def seen(rule: str, opened: Opened) -> list[str]:
    return [evidence.seen for evidence in registry.by_id[rule].check(opened)]


def with_field(old: str, new: str, first: str = ENVELOPE) -> Opened:
    head = HEAD.replace(old, new)
    assert head != HEAD or old == new
    return open_example(f"{first}\n{head}\nHi\n")


def with_body(body: str, fields: str = "", first: str = ENVELOPE) -> Opened:
    return open_example(f"{first}\n{HEAD}{fields}\n{body}")


@pytest.mark.parametrize(
    ("length", "ids"), [(78, set()), (79, {"M40"}), (998, {"M40"}), (999, {"M01"})], ids=["78", "79", "998", "999"]
)
def test_line_lengths(length: int, ids: set[str]) -> None:
    assert {finding.id for finding in lint_message(with_body("x" * length))} == ids


def test_characters_are_counted_for_the_eye_and_octets_for_servers() -> None:
    mime = (
        MIXED.replace("multipart/mixed; boundary=b", "text/plain; charset=utf-8") + "Content-Transfer-Encoding: 8bit\n"
    )
    assert seen("M40", with_body("ä" * 78, mime)) == []
    assert seen("M01", with_body("ä" * 500, mime)) == ["line 10 has 1,000 octets"]


def test_the_first_line_counts() -> None:
    assert seen("M01", open_message(b"X: " + b"x" * 999)) == ["line 1 has 1,002 octets"]


@pytest.mark.parametrize(
    ("date", "told"),
    [
        (DATE, []),
        ("1 May 2024 12:00 -0000", []),
        ("Wed, 1 May 2024 14:00:60 +0200 (CEST)", []),
        ("Wed, 01 May 2024 12:00:00 GMT", []),
        ("Thu, 01 May 2024 12:00:00 +0000", ["that day is a Wed: Thu, 01 May 2024 12:00:00 +0000"]),
        ("Wed, 31 Feb 2024 12:00:00 +0000", ["no such day or time: Wed, 31 Feb 2024 12:00:00 +0000"]),
        ("Wed, 01 Mai 2024 12:00:00 +0000", ["no month is called Mai: Wed, 01 Mai 2024 12:00:00 +0000"]),
        ("Wed, 01 May 2024 12:00:00 +0099", ["no zone is +0099: Wed, 01 May 2024 12:00:00 +0099"]),
        ("Wed, 01 May 2024 12:00:00 CET", ["no zone is called CET: Wed, 01 May 2024 12:00:00 CET"]),
        ("", ["the Date field is empty"]),
    ],
)
def test_dates(date: str, told: list[str]) -> None:
    assert seen("M09", with_field(DATE, date)) == told


@pytest.mark.parametrize(
    ("received", "told"),
    [
        ("2024-05-01T12:14:00+00:00", []),
        ("2024-05-01T12:16:00+00:00", ["16 min before it arrived"]),
        ("2024-05-01T10:00:00+00:00", ["2 h 0 min after it arrived"]),
        ("2024-05-03T13:00:00", ["2 days 1 h before it arrived"]),
    ],
)
def test_distance_of_the_date(received: str, told: list[str]) -> None:
    assert seen("M10", with_field("x", "x", f"! received={received}")) == told


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("<a.b+c@example.com>", []),
        ("<1@example.com> (a comment)", []),
        ("<a@[192.0.2.1]>", []),
        ("1@example.com", ["not <left@right>: 1@example.com"]),
        ("<a b@example.com>", ["not <left@right>: <a b@example.com>"]),
        ("<1@3f2b1c0d9e8f>", ["the host is 3f2b1c0d9e8f"]),
        ("<1@app.localdomain>", ["the host is app.localdomain"]),
    ],
)
def test_message_ids(value: str, told: list[str]) -> None:
    assert seen("M12", with_field("<1043@example.com>", value)) == told


def test_an_empty_group_is_an_author() -> None:
    assert seen("M06", with_field("Shop <orders@example.com>", "Nobody:;")) == []
    assert seen("M06", with_field("Shop <orders@example.com>", "Shop")) == ["From: Shop"]


def test_a_blind_copy_of_its_own_may_carry_bcc() -> None:
    bcc = "Bcc: boss@example.com\nSubject:"
    assert seen("M15", with_field("Subject:", bcc)) == ["Bcc: boss@example.com"]
    assert seen("M15", with_field("Subject:", bcc, "! from=a@example.com to=boss@example.com")) == []
    assert seen("M15", with_field("Subject:", "Bcc:\nSubject:")) == []


@pytest.mark.parametrize(
    ("first", "told"),
    [
        (ENVELOPE, []),
        ("! from=orders@example.com to=ADA@Example.COM", []),
        ("! from=orders@example.com refused=ada@example.com", []),
        (
            "! from=orders@example.com to=bob@example.com",
            ["in To, not in this envelope: ada@example.com", "in the envelope only (blind copy): bob@example.com"],
        ),
        ("! received=2024-05-01T12:00:00", []),
    ],
)  # fmt: skip
def test_recipients(first: str, told: list[str]) -> None:
    assert seen("M35", with_field("x", "x", first)) == told


def test_a_list_sends_to_others_than_its_header_names() -> None:
    opened = with_field("Subject:", "List-Id: <x.example.com>\nSubject:", "! from=a@example.com to=bob@example.com")
    assert seen("M35", opened) == []


def test_a_domain_is_the_same_in_letters_and_in_its_ascii_form() -> None:
    opened = with_field("ada@example.com", "ada@bücher.example", "! from=a@example.com to=ada@xn--bcher-kva.example")
    assert seen("M35", opened) == []


def test_who_is_left_out_weighs_more_than_a_blind_copy() -> None:
    found = lint_message(with_field("x", "x", "! from=orders@example.com to=bob@example.com"))
    assert [finding.severity for finding in found if finding.id == "M35"] == [Severity.WARNING, Severity.INFO]


@pytest.mark.parametrize(
    ("sender", "told"),
    [
        ("bounces@mail.example.com", []),
        ("a@example.org", ["example.org in the envelope, example.com in From"]),
        ("", []),
    ],
)
def test_alignment(sender: str, told: list[str]) -> None:
    assert seen("M33", with_field("x", "x", f"! from={sender} to=ada@example.com")) == told


def test_null_sender_is_right_for_reports_and_answers() -> None:
    null = "! from= to=ada@example.com"
    assert seen("S68", with_field("Subject:", "Auto-Submitted: auto-replied\nSubject:", null)) == []
    assert seen("S68", with_field("orders@", "MAILER-DAEMON@", null)) == []
    assert seen("S69", with_field("Subject:", "Auto-Submitted: auto-generated\nSubject:")) == []


def test_utf8_in_the_header_is_lawful_with_smtputf8_only() -> None:
    utf8 = f"{ENVELOPE} params=SMTPUTF8"
    assert seen("M19", with_field("Your order", "Grüße", utf8)) == []
    assert seen("M19", with_field("Your order", "Gr\\xfc\\xdfe", utf8)) == ["Subject: Grüße"]
    assert seen("M19", with_field("Your order", "Grüße", "! received=2024-05-01T12:00:00")) == []


@pytest.mark.parametrize(
    "subject",
    ["=?utf-8?Q?" + "a" * 63 + "?=", '"=?utf-8?Q?a?=" in quotes', "=?utf-8?Q?=C3=BC?= =?utf-8?Q?=C3=BC?="],
)
def test_encoded_words_that_are_right(subject: str) -> None:
    assert seen("M20", with_field("Your order", subject)) == []


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("Your order", "=?utf-8?Q?" + "a" * 64 + "?=", "subject: 76 characters"),
        ("Your order", "=?utf-8?B?ww==?= =?utf-8?B?vA==?=", "subject: a character is cut: =?utf-8?B?ww==?="),
        ("<ada@example.com>", "<=?utf-8?Q?ad=C3=A0?=@example.com>", "to: in an address"),
    ],
)  # fmt: skip
def test_encoded_words_that_are_wrong(old: str, new: str, told: str) -> None:
    assert seen("M20", with_field(old, new))[0].startswith(told)


def test_fields_that_a_letter_quotes_are_no_injection() -> None:
    assert seen("M21", with_body("From: Bob\nSent: Monday\nTo: Ada\nSubject: Hi\n\nHello\n")) == []
    assert seen("M21", with_body("To: all of you\nHello\n")) == []
    doubled = with_field("Subject: Your order\n", "Subject: Your order\nTo: eve@example.com\n")
    assert seen("M21", doubled) == ["a second to right behind the Subject"]


def test_a_program_that_adds_to_twice_injects_nothing() -> None:
    head = HEAD.replace("To: Ada <ada@example.com>\n", "").replace("Date:", "To: a@b.example\nTo: c@d.example\nDate:")
    opened = open_example(f"{ENVELOPE}\n{head}\nHi\n")
    assert seen("M21", opened) == []
    assert seen("M07", opened) == ["2 fields to"]


@pytest.mark.parametrize(
    ("boundary", "told"),
    [
        ("b" * 70, []),
        ("b" * 71, ["multipart/mixed: the boundary has 71 characters, 70 are allowed"]),
        ("b{1}", ["multipart/mixed: the boundary holds characters that are not allowed: b{1}"]),
    ],
)
def test_boundaries(boundary: str, told: list[str]) -> None:
    fields = f'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="{boundary}"\n'
    assert seen("M23", with_body(f"--{boundary}\n\nHi\n--{boundary}--\n", fields)) == told


def test_an_internationalised_message_may_be_encoded() -> None:
    body = "--b\nContent-Type: message/{}\nContent-Transfer-Encoding: base64\n\nQQ==\n--b--\n"
    assert seen("M24", with_body(body.format("global"), MIXED)) == []
    assert seen("M24", with_body(body.format("rfc822"), MIXED)) == ["message/rfc822 is in base64"]


def test_encoded_lines() -> None:
    fields = MIXED.replace("multipart/mixed; boundary=b", "text/plain") + "Content-Transfer-Encoding: base64\n"
    assert seen("M26", with_body("QUFB" * 19, fields)) == []
    assert seen("M26", with_body("QUFB" * 20, fields)) == [
        "text/plain, base64: a line of 80 characters, 76 are allowed"
    ]
    assert seen("M26", with_body("QUF!", fields)) == ["text/plain, base64: this is no base64 all through"]


def test_the_lawful_form_of_a_file_name_excuses_the_other() -> None:
    part = (
        '--b\nContent-Type: text/csv; name="=?utf-8?Q?=C3=9C.csv?="\nContent-Disposition: attachment; {}\n\na\n--b--\n'
    )
    assert seen("M30", with_body(part.format("filename*=utf-8''%C3%9C.csv"), MIXED)) == []
    assert seen("M30", with_body(part.format("size=1"), MIXED)) == ["an encoded word in a parameter: Ü.csv"]


@pytest.mark.parametrize(
    ("page", "told"),
    [
        ('<img src="cid:logo@x">', []),
        ("<td background='cid:logo%40x'>", []),
        ("<p style=\"background:url('cid:logo@x')\">", []),
        ("<p>write cid:logo@y</p>", ["the page never uses <logo@x>, image/png"]),
        ('<img src="cid:logo@y"><img src=cid:logo@x>', ["no part has the Content-ID <logo@y>"]),
    ],
)
def test_content_ids(page: str, told: list[str]) -> None:
    fields = MIXED.replace("mixed", "related")
    body = f"--b\nContent-Type: text/html\n\n{page}\n--b\nContent-Type: image/png\nContent-ID: <logo@x>\n\nPNG\n--b--\n"
    assert seen("M29", with_body(body, fields)) == told


def test_text_beside_the_page() -> None:
    fields = MIXED.replace("mixed", "alternative")
    text, page = "--b\n\n{}\n", "--b\nContent-Type: text/html\n\n<p>Hi</p>\n--b--\n"
    assert seen("M28", with_body(text.format("Hi") + page, fields)) == []
    assert seen("M28", with_body(text.format(" ") + page, fields)) == ["the text beside the HTML is empty"]
    assert seen("M28", with_body("<p>Hi</p>", "MIME-Version: 1.0\nContent-Type: text/html\n")) == ["HTML only"]


def test_what_the_tape_says_about_dots_and_false_ends() -> None:
    opened = open_message(b"A: b\r\n\r\nHi\r\n", facts={"undoubled_dots": [8], "smuggling": 2})
    evidence = next(iter(registry.by_id["M03"].check(opened)))
    assert evidence.octets == ((8, 10),)
    assert seen("M04", opened) == ["2 false ends of message on the wire"]


def signed(body: bytes, tags: str, digest: bytes) -> Opened:
    value = base64.b64encode(digest).decode()
    head = f"DKIM-Signature: v=1; a=rsa-sha256; d=x.example; s=s; h=From:To; {tags}; bh={value}; b=AA==\r\n"
    head += "From: a@x.example\r\n\r\n"
    return open_message(head.encode() + body)


@pytest.mark.parametrize(
    ("canonical", "body", "hashed"),
    [
        ("c=simple/simple", b"a  b \r\n\r\n\r\n", b"a  b \r\n"),
        ("c=relaxed/relaxed", b"a  \t b \r\n \r\n\r\n", b"a b\r\n"),
        ("c=relaxed/relaxed", b" c\r\nno end", b" c\r\nno end\r\n"),
        ("c=simple", b"", b"\r\n"),
        ("c=relaxed/relaxed", b"\r\n", b""),
        ("c=relaxed", b"a  b\r\n", b"a  b\r\n"),
    ],
)
def test_dkim_body_hashes(canonical: str, body: bytes, hashed: bytes) -> None:
    digest = hashlib.sha256(hashed).digest()
    assert seen("M34", signed(body, canonical, digest)) == []
    wrong = ["x.example: the body hash does not fit the text (bh=)"]
    assert seen("M34", signed(body + b"added\r\n", canonical, digest)) == wrong


def test_dkim_tags() -> None:
    opened = signed(b"Hi, and what nobody signed\r\n", "l=2; x=1", hashlib.sha256(b"Hi").digest())
    assert seen("M34", opened) == ["x.example: only the first 2 octets of the text are signed (l=)"]
    late = with_field(
        "From:",
        "DKIM-Signature: v=1; d=x; s=s; a=rsa-sha256; h=to; bh=x; b=x; x=1\nFrom:",
        "! received=2024-05-01T12:00:00",
    )
    assert seen("M34", late)[:2] == ["x: From is not among the signed fields", "x: it had expired when it arrived (x=)"]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ("List-Unsubscribe: <https://x.example/1>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n", []),
        ("List-Unsubscribe: <https://x.example/1>\n", ["no List-Unsubscribe-Post field"]),
        ("List-Unsubscribe: <mailto:x@x.example>\n", ["no https address: <mailto:x@x.example>"]),
    ],
)
def test_leaving_a_list(fields: str, told: list[str]) -> None:
    assert seen("M37", with_body("Hi\n", fields)) == told


def test_smtputf8_is_needed_by_an_address_or_a_header_of_a_part() -> None:
    assert seen("S51", with_field("x", "x", "! from=a@b.example to=ä@b.example params=SMTPUTF8")) == []
    part = "--b\nContent-Disposition: attachment; filename=ä.txt\n\nHi\n--b--\n"
    assert seen("S51", with_body(part, MIXED, f"{ENVELOPE} params=SMTPUTF8")) == []


def test_8bit_mime_that_is_what_it_says() -> None:
    fields = "MIME-Version: 1.0\nContent-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: 8bit\n"
    opened = with_body("Grüße\n", fields, f"{ENVELOPE} params=BODY=8bitmime")
    assert lint_message(opened) == []
