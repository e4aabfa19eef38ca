from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catcher.mime.charset_guess import charset_of
from catcher.mime.charsets import codec_of

RUSSIAN = "Привет, как дела? Это обычное письмо на русском языке. " * 5
JAPANESE = "こんにちは、これは普通の日本語のメールです。よろしく。" * 5


@pytest.mark.parametrize(
    ("data", "charset"),
    [
        (b"", ""),
        (b"plain", "us-ascii"),
        ("grüß".encode(), "utf-8"),
        ("grüß".encode()[:-1], "utf-8"),
        ("\ufeffx".encode(), "utf-8"),
        ("hello there".encode("utf-16le"), "utf-16le"),
        ("hello there".encode("utf-16be"), "utf-16be"),
        ("hello".encode("utf-16"), "utf-16le"),
        ("日本".encode("iso-2022-jp"), "iso-2022-jp"),
        ("Schöne Grüße aus München, bis bald".encode("latin1"), "windows-1252"),
        (RUSSIAN.encode("cp1251"), "windows-1251"),
        (RUSSIAN.encode("koi8-r"), "koi8-r"),
        (JAPANESE.encode("shift_jis"), "shift_jis"),
        (JAPANESE.encode("euc-jp"), "euc-jp"),
    ],
)
def test_octets_tell_their_charset(data: bytes, charset: str) -> None:
    assert charset_of(data) == charset


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=400))
def test_whatever_is_guessed_can_be_read(data: bytes) -> None:
    charset = charset_of(data)
    assert not charset or codec_of(charset)
