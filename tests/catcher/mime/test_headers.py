from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.headers import MAX_FIELDS, Field, parse_date, split


def codes(raw: bytes) -> list[str]:
    return [found.code for found in split(raw)[2]]


@pytest.mark.parametrize("line_end", [b"\r\n", b"\n"])
def test_fields_and_body_are_told_apart(line_end: bytes) -> None:
    raw = line_end.join([b"From: a@b", b"Subject:  two", b"\tlines ", b"X-Empty:", b"", b"body: no field"])
    fields, body, defects = split(raw)
    assert [field.name for field in fields] == ["From", "Subject", "X-Empty"]
    assert fields[1].raw == b"  two" + line_end + b"\tlines "
    assert fields[1].value == "two\tlines"
    assert fields[1].decoded == "two lines"
    assert fields[2].value == ""
    assert raw[body:] == b"body: no field"
    assert defects == []


def test_header_without_body_ends_with_the_message() -> None:
    fields, body, defects = split(b"A: 1\r\nB: 2")
    assert fields == [Field("A", b" 1"), Field("B", b" 2")]
    assert (body, defects) == (10, [])


def test_split_looks_only_between_start_and_end() -> None:
    fields, body, _ = split(b"xxA: 1\n\nB: 2\n", start=2, end=8)
    assert fields == [Field("A", b" 1")]
    assert body == 8


def test_line_without_colon_starts_the_body() -> None:
    raw = b"A: 1\nthis is text\nB: 2\n"
    fields, body, defects = split(raw)
    assert [field.name for field in fields] == ["A"]
    assert raw[body:] == b"this is text\nB: 2\n"
    assert [(found.code, found.offset) for found in defects] == [("header-without-colon", 5)]


def test_text_is_no_header_even_with_a_colon() -> None:
    raw = b"Dear Bob: see below\n\nbye\n"
    fields, body, defects = split(raw)
    assert (fields, body) == ([], 0)
    assert [found.code for found in defects] == ["no-headers"]


def test_empty_header_leaves_the_body() -> None:
    assert split(b"\r\nbody")[:2] == ([], 2)
    assert codes(b"\r\nbody") == ["no-headers"]
    assert codes(b"") == ["no-headers"]


def test_mailbox_line_is_stepped_over() -> None:
    fields, _, defects = split(b"From me@here Mon Jan  1 00:00:00 2024\nFrom: me@here\n\n")
    assert fields == [Field("From", b" me@here")]
    assert [found.code for found in defects] == ["mbox-line"]


def test_unlawful_names_are_kept_and_named() -> None:
    fields, _, defects = split(b"A : 1\nMy Own: 2\nC\xc3\xa9: 3\n\n")
    assert [field.name for field in fields] == ["A", "My Own", "C\u00c3\u00a9"]
    assert [field.value for field in fields] == ["1", "2", "3"]
    found = [defect.code for defect in defects]
    assert found == ["space-before-colon", "bad-header-name", "bad-header-name", "eight-bit-header"]


def test_eight_bit_and_nul_bytes_are_found_where_they_are() -> None:
    _, _, defects = split(b"A: \xe9\0\n\n\xff\0")
    assert [(found.code, found.offset) for found in defects] == [("eight-bit-header", 3), ("nul-bytes", 4)]


def test_value_is_utf8_or_else_latin1() -> None:
    assert Field("A", " é".encode()).value == "é"
    assert Field("A", " é".encode("latin-1")).value == "é"
    assert Field("A", b" a\0b").value == "a\ufffdb"


def test_decoded_has_one_line_without_controls() -> None:
    assert Field("A", b" =?utf-8?q?a=0D=0Ab=07?=").decoded == "a b\ufffd"


def test_too_many_fields_are_passed_over() -> None:
    raw = b"A: 1\r\n" * (MAX_FIELDS + 5) + b"\r\nbody"
    fields, body, defects = split(raw)
    assert len(fields) == MAX_FIELDS
    assert raw[body:] == b"body"
    assert [found.code for found in defects] == ["too-many-headers"]


def test_date_keeps_its_zone() -> None:
    when = parse_date("Tue, 20 Jul 2026 16:51:20 +1200")
    assert when == datetime(2026, 7, 20, 4, 51, 20, tzinfo=UTC)
    assert when is not None
    assert when.utcoffset() == timedelta(hours=12)


def test_date_without_zone_is_utc() -> None:
    assert parse_date("20 Jul 2026 16:51:20 -0000") == datetime(2026, 7, 20, 16, 51, 20, tzinfo=UTC)


@pytest.mark.parametrize("value", ["", "yesterday", "Tue, 31 Feb 2026 10:00:00 +0000", "9" * 5_000, "1 Jan 0 +9"])
def test_no_date_is_none(value: str) -> None:
    assert parse_date(value) is None


@given(st.text())
def test_any_date_is_read(value: str) -> None:
    when = parse_date(value)
    assert when is None or when.astimezone(UTC).tzinfo is UTC


@given(st.binary(max_size=300), st.integers(0, 50))
def test_fields_are_slices_of_the_message(raw: bytes, start: int) -> None:
    fields, body, _ = split(raw, min(start, len(raw)))
    assert min(start, len(raw)) <= body <= len(raw)
    assert all(field.raw in raw for field in fields)
