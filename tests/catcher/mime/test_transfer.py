from __future__ import annotations

import base64
import binascii
import quopri

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.transfer import decode_transfer


@pytest.mark.parametrize(
    ("data", "encoding", "content", "problem"),
    [
        (b"a=20b", "7bit", b"a=20b", ""),
        (b"a\xff", "", b"a\xff", ""),
        (b"QUJD\r\nREVG\r\n", "base64", b"ABCDEF", ""),
        (b" QU\tJD ", "base64", b"ABC", ""),
        (b"", "base64", b"", ""),
        (b"QUI", "base64", b"AB", "bad-base64"),
        (b"QUJDR", "base64", b"ABC", "bad-base64"),
        (b"QU*JD!", "base64", b"ABC", "bad-base64"),
        (b"QUI=\r\n-- \r\nThe list", "base64", b"AB", "bad-base64"),
        (b"====", "base64", b"", "bad-base64"),
        (b"caf=C3=A9", "quoted-printable", "café".encode(), ""),
        (b"caf=c3=a9", "quoted-printable", "café".encode(), ""),
        (b"one =\r\nline", "quoted-printable", b"one line", ""),
        (b"one =  \r\nline", "quoted-printable", b"one line", ""),
        (b"blanks  \t\r\nend \n", "quoted-printable", b"blanks\r\nend\n", ""),
        (b"a=ZZ", "quoted-printable", b"a=ZZ", "bad-quoted-printable"),
        (b"soft end=", "quoted-printable", b"soft end", ""),
        (b"begin 644 a\r\n#86)C\r\n`\r\nend\r\n", "x-uuencode", b"abc", ""),
        (b"begin 644 a\n#86)C\n", "uuencode", b"abc", "bad-uuencode"),
        (b"nothing", "uuencode", b"nothing", "bad-uuencode"),
        (b"uryyb", "rot13", b"uryyb", "unknown-encoding"),
    ],
)
def test_content_and_problem(data: bytes, encoding: str, content: bytes, problem: str) -> None:
    assert decode_transfer(data, encoding) == (content, problem)


@given(st.binary())
def test_what_was_encoded_comes_back(content: bytes) -> None:
    assert decode_transfer(base64.encodebytes(content), "base64") == (content, "")
    assert decode_transfer(quopri.encodestring(content.replace(b"\r", b"")), "quoted-printable") == (
        content.replace(b"\r", b""),
        "",
    )
    lines = b"".join(binascii.b2a_uu(content[at : at + 45]) for at in range(0, len(content), 45))
    assert decode_transfer(b"begin 644 x\n" + lines + b"`\nend\n", "x-uue") == (content, "")


@given(st.binary(), st.sampled_from(["base64", "quoted-printable", "uuencode"]))
def test_any_bytes_are_read(data: bytes, encoding: str) -> None:
    content, _ = decode_transfer(data, encoding)
    assert len(content) <= len(data) or encoding == "uuencode"
