from __future__ import annotations

import pytest

from catcher.mime.headers import split
from catcher.mime.tags import MAX_TAGS, in_addresses, in_header


@pytest.mark.parametrize(
    ("header", "tags"),
    [
        (b"X-Tags: one, two words,three\r\n", ["one", "two words", "three"]),
        (b"x-tags: a\r\nSubject: x\r\nX-TAGS: b\r\n", ["a", "b"]),
        (b"X-Tags: =?utf-8?q?gr=C3=BCn?=, folded\r\n over\r\n", ["grün", "folded over"]),
        (b"X-Tags: ,, ,\r\n", []),
        (b"X-Tag: one\r\n", []),
        (b"X-Tags: " + b"t," * 500 + b"\r\n", ["t"] * MAX_TAGS),
    ],
)
def test_the_header_lists_tags_by_commas(header: bytes, tags: list[str]) -> None:
    assert in_header(split(header + b"\r\nX-Tags: not this\r\n")[0]) == tags


@pytest.mark.parametrize(
    ("address", "tags"),
    [
        ("user+qa@example.com", ["qa"]),
        ("user+qa+nightly@example.com", ["qa", "nightly"]),
        ('"user+two words"@example.com', ["two words"]),
        ("user@example.com", []),
        ("user@exam+ple.com", []),
        ("user+@example.com", []),
        ("user+qa", []),
        ("", []),
    ],
)
def test_what_stands_behind_a_plus_is_a_tag(address: str, tags: list[str]) -> None:
    assert in_addresses([address]) == tags


def test_a_tag_of_several_recipients_is_one() -> None:
    assert in_addresses(["a+x@t", "b+y+x@t"]) == ["x", "y"]
    assert len(in_addresses(f"a+{number}@t" for number in range(1000))) == MAX_TAGS
