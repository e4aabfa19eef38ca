from __future__ import annotations

import time

import pytest

from catcher.mime.headers import split
from catcher.mime.references import MAX_REFERENCES, hashed, references


@pytest.mark.parametrize(
    ("header", "ids"),
    [
        (b"References: <a@t> <b@t>\r\nIn-Reply-To: <b@t>\r\n", ["a@t", "b@t"]),
        (b"In-Reply-To: Your message of Monday <a@t>\r\n", ["a@t"]),
        (b"References: <a@t>\r\n <b@t>,<c@t>\r\n", ["a@t", "b@t", "c@t"]),
        (b"References: a@t <unclosed <two words> <>\r\n", []),
        (b"Subject: <a@t>\r\n", []),
    ],
)
def test_ids_without_brackets_each_once(header: bytes, ids: list[str]) -> None:
    assert references(split(header + b"\r\n")[0]) == ids


def test_of_many_the_first_and_the_last_count() -> None:
    header = b"References: " + b" ".join(b"<%d@t>" % number for number in range(100)) + b"\r\n\r\n"
    found = references(split(header)[0])
    assert found == ["0@t", *(f"{number}@t" for number in range(100 - MAX_REFERENCES + 1, 100))]


def test_hostile_fields_take_no_time() -> None:
    began = time.perf_counter()
    for piece in (b"<", b"<a", b"<>", b"<a\x00"):
        references(split(b"References: " + piece * 200_000 + b"\r\n\r\n")[0])
    assert time.perf_counter() - began < 2


def test_a_hash_fits_a_column_and_takes_any_text() -> None:
    assert -(2**63) <= hashed("a@t") < 2**63
    assert hashed("a@t") == hashed("a@t") != hashed("A@t")
    hashed("\udce4")
