"""Text that makes careless patterns try again from each of its characters; quadratic time would never end here."""

from __future__ import annotations

import pytest

from catcher.mime.addresses import addresses
from catcher.mime.css import rewrite_css
from catcher.mime.html import prepare
from catcher.mime.html_text import to_text
from catcher.mime.parameters import split_parameters
from catcher.mime.remote import Resources
from catcher.mime.snippet import shorten
from catcher.mime.summary import summarize
from catcher.mime.transfer import decode_transfer
from catcher.mime.words import decode_words

LENGTH = 150_000


def repeated(piece: str) -> str:
    return piece * (LENGTH // len(piece))


STYLES = ['"', '"\\', "'\\", 'url("', "url( ", "@import ", "@import '", "@import url(", "/*", "*/", "\\", "\\0 ", "<"]
SETS = ["image-set(", 'image-set("', "image-set(url(", "image-set(/*", "image-set(type(", "image-set(//"]


@pytest.mark.parametrize("piece", [*STYLES, *SETS])
def test_style_sheets(piece: str) -> None:
    assert "</" not in rewrite_css(repeated(piece) + "@(/*", Resources(lambda _: None, remote=False))


@pytest.mark.parametrize(
    "piece",
    ["<", "<!-", "<!--", "<script ", "<a '\"", "<a \"'", "</", "<a/", "&", "&#", "&a", "<p '", "<style>'", "<body "],
)  # fmt: skip
def test_html(piece: str) -> None:
    assert isinstance(to_text(repeated(piece)), str)
    assert prepare(repeated(piece), cid_url=lambda _: None, remote=False).html


@pytest.mark.parametrize("piece", ['"', '"\\', "(", "( )", "<", "a:", "a@b:", "=?", "=?a?q?", "[a", "\\", " ", "a b "])
def test_headers(piece: str) -> None:
    assert len(addresses(repeated(piece))) <= 1_000
    assert isinstance(decode_words(repeated(piece)), str)
    assert summarize(f"From: {repeated(piece)}\r\n\r\n".encode()).to == []


@pytest.mark.parametrize("piece", [";", "; ", ';a="', ";a=\\", ";a*1*='", "; a =", '"', "a=", ";" + "a" * 500])
def test_parameters(piece: str) -> None:
    assert len(split_parameters(repeated(piece))[1]) <= 200


@pytest.mark.parametrize("piece", [" ", "= ", "=", "\t\r", "begin 644", "begin 644 x\n", "=\r\n "])
@pytest.mark.parametrize("encoding", ["quoted-printable", "base64", "uuencode"])
def test_encodings(piece: str, encoding: str) -> None:
    assert isinstance(decode_transfer(repeated(piece).encode() + b"x", encoding)[0], bytes)


@pytest.mark.parametrize("piece", ["\u200c", "\u200c\u200b", " \u200c", "a\u200c", "\u00ad"])
def test_snippets(piece: str) -> None:
    assert len(shorten(repeated(piece))) <= 200
