"""Fields are found again at their very octets, whatever the header looks like."""

from __future__ import annotations

import pytest

from catcher.dialog.lint.opened import open_message
from catcher.dialog.lint.places import brief, line_at, line_number, located


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (b"From: a@b\r\nSubject: x\r\n y\r\n\r\nHi", [b"From: a@b", b"Subject: x\r\n y"]),
        (b"From: a@b\nSubject : x\n\nHi", [b"From: a@b", b"Subject : x"]),
        (b"From a@b Thu Jan\r\nFrom: a@b\r\n\r\n", [b"From: a@b"]),
        (b"From: a@b\r\nX Y: z\r\n\r\n", [b"From: a@b", b"X Y: z"]),
        (b"A:\r\nB::\r\nC: x", [b"A:", b"B::", b"C: x"]),
        (b"", []),
    ],
)
def test_fields_lie_where_they_are_said_to(raw: bytes, expected: list[bytes]) -> None:
    assert [raw[header.start : header.end] for header in open_message(raw).headers] == expected


def test_fields_of_a_part() -> None:
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-ID: <x>\r\nX: y\r\n\r\nHi\r\n--b--\r\n"
    part = open_message(raw).parts[1]
    assert [raw[header.start : header.end] for header in located(raw, part)] == [b"Content-ID: <x>", b"X: y"]


def test_what_an_enclosed_message_holds_is_anothers() -> None:
    raw = b"Content-Type: message/rfc822\r\n\r\nContent-Type: text/html\r\n\r\n<p>"
    opened = open_message(raw)
    assert [part.path for part in opened.parts] == ["1"]
    assert opened.leaves == []


def test_quotes_are_one_short_line() -> None:
    assert brief(b"a\r\n\tb\0") == "a b\ufffd"
    assert brief("x" * 500) == "x" * 99 + "…"
    assert brief(b"x" + "ä".encode() * 300).startswith("xä")
    assert brief(b"B\xfcro") == "Büro"


def test_lines() -> None:
    raw = b"one\r\ntwo\r\nthree"
    assert [raw[slice(*line_at(raw, offset))] for offset in (0, 6, 14, 99, -1)] == [
        b"one",
        b"two",
        b"three",
        b"three",
        b"one",
    ]
    assert [line_number(raw, offset) for offset in (0, 5, 12)] == [1, 2, 3]
