from __future__ import annotations

from encodings.aliases import aliases

import pytest

from catcher.mime.charsets import clean, codec_of, decode, one_line


@pytest.mark.parametrize(
    ("charset", "codec"),
    [
        ("UTF-8", "utf_8"),
        ("utf8", "utf_8"),
        ("ISO-8859-15", "iso8859_15"),
        ("windows-1251", "cp1251"),
        ("KOI8-R", "koi8_r"),
        ("koi8-u", "koi8_u"),
        ("iso-2022-jp", "iso2022_jp"),
        ("Shift_JIS", "cp932"),
        ("big5", "big5"),
        ("iso-8859-8-i", "iso8859_8"),
        # the larger sets that are sent under the smaller names
        ("iso-8859-1", "cp1252"),
        ("latin1", "cp1252"),
        ("gb2312", "gb18030"),
        ("ks_c_5601-1987", "cp949"),
        ("klingon", None),
        ("", None),
        ("\0", None),
        ("x" * 10_000, None),
    ],
)
def test_names_as_mail_has_them(charset: str, codec: str | None) -> None:
    assert codec_of(charset) == codec


@pytest.mark.parametrize("charset", ["zlib", "base64", "hex", "rot13", "punycode", "idna", "unicode_escape", "mbcs"])
def test_codecs_that_are_no_charset_are_unknown(charset: str) -> None:
    assert codec_of(charset) is None


@pytest.mark.parametrize("charset", sorted({*aliases, *aliases.values()}))
def test_every_known_codec_decodes_anything(charset: str) -> None:
    text, _ = decode(bytes(range(256)), charset)
    assert text.encode()


@pytest.mark.parametrize(
    ("data", "charset", "text", "problem"),
    [
        (b"abc", "", "abc", ""),
        (b"abc", "utf-8", "abc", ""),
        ("é€".encode(), "utf-8", "é€", ""),
        ("é€".encode(), "", "é€", ""),
        (b"\xe9", "iso-8859-1", "é", ""),
        (b"\x93hi\x94", "iso-8859-1", "“hi”", ""),
        ("é".encode(), "us-ascii", "é", "undecodable-text"),
        (b"\xe9", "us-ascii", "é", "undecodable-text"),
        (b"caf\xe9", "utf-8", "café", "undecodable-text"),
        ("é".encode(), "klingon", "é", "unknown-charset"),
        (b"\xe9", "klingon", "é", "unknown-charset"),
        (b"\x81", "", "\ufffd", "undecodable-text"),
        # cut within a character: still UTF-8
        ("naïve café déjà vu é".encode()[:-1], "utf-8", "naïve café déjà vu \ufffd", "undecodable-text"),
        (b"+2AA-", "utf-7", "\ufffd", ""),
        (b"a\0b", "utf-8", "a\ufffdb", ""),
    ],
)
def test_text_is_decoded_by_what_fits(data: bytes, charset: str, text: str, problem: str) -> None:
    assert decode(data, charset) == (text, problem)


def test_clean_replaces_what_no_store_takes() -> None:
    assert clean("a\0b\ud800c\n") == "a\ufffdb\ufffdc\n"


def test_one_line_keeps_format_characters_and_drops_controls() -> None:
    assert one_line("  a \r\n\t b\x07\x9f\u200dc ") == "a b\ufffd\ufffd\u200dc"
