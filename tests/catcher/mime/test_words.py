from __future__ import annotations

from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.words import decode_words
from tests.catcher.mime.hostile import is_storable


@pytest.mark.parametrize(
    ("value", "decoded"),
    [
        ("plain text", "plain text"),
        ("=?utf-8?q?caf=C3=A9?=", "café"),
        ("=?UTF-8?B?Y2Fmw6k=?=", "café"),
        ("=?iso-8859-1?Q?caf=E9_noir?=", "café noir"),
        ("=?utf-8*fr?q?caf=C3=A9?=", "café"),
        ("a =?utf-8?q?b?= c", "a b c"),
        # RFC 2047, section 8
        ("(=?ISO-8859-1?Q?a?= =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a?=  \t =?ISO-8859-1?Q?b?=)", "(ab)"),
        ("(=?ISO-8859-1?Q?a_b?=)", "(a b)"),
        # a character cut in two between words
        ("=?utf-8?q?caf=C3?= =?utf-8?q?=A9?=", "café"),
        ("=?utf-8?q?a?= =?iso-8859-2?q?=B1?=", "aą"),
        # what people send
        ("=?utf-8?b?Y2Fmw6k?=", "café"),
        ("=?utf-8?q?two words?=", "two words"),
        ("=?utf-8?q?=ZZ?=", "=ZZ"),
        ("=?klingon?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q??=", ""),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?unclosed", "=?utf-8?q?unclosed"),
        ("=?utf-7?q?+2AA-?=", "\ufffd"),
    ],
)
def test_words_are_decoded(value: str, decoded: str) -> None:
    assert decode_words(value) == decoded


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), min_size=1))
def test_what_the_standard_library_encodes_is_read_back(text: str) -> None:
    assert decode_words(Header(text, "utf-8").encode(linesep="").replace("\n", "")) == text


@given(st.text(alphabet="=?qQbB_utf-8 \xe9A", max_size=200))
def test_any_text_is_read(value: str) -> None:
    assert is_storable(decode_words(value))
