from __future__ import annotations

import pytest

from catcher.mime.digest import MAX_SEARCH_TEXT, digest
from catcher.mime.parse import parse
from catcher.mime.snippet import MAX_SNIPPET, shorten, snippet

TOP = b"From: a@b\r\nDate: Tue, 20 Jul 2026 16:51:20 +0000\r\n"
MAIL = TOP + (
    b'Content-Type: multipart/mixed; boundary="x"\r\n\r\n'
    b'--x\r\nContent-Type: multipart/alternative; boundary="y"\r\n\r\n'
    b"--y\r\n\r\nthe plain words\r\n"
    b"--y\r\nContent-Type: text/html\r\n\r\n<style>p{}</style><p>the <b>page's</b> words</p>\r\n--y--\r\n"
    b"--x\r\nContent-Type: application/pdf; name=invoice.pdf\r\nContent-Disposition: attachment\r\n"
    b"Content-Transfer-Encoding: base64\r\n\r\nQUJD*\r\n--x--\r\n"
)


def test_digest_of_a_mail_with_everything() -> None:
    found = digest(MAIL)
    assert found.snippet == "the page's words"
    assert found.attachments == 1
    assert found.search_text == "invoice.pdf\nthe plain words\nthe page's words"
    assert [(defect.code, defect.offset) for defect in found.defects] == [("bad-base64", MAIL.index(b"QUJD"))]


def test_digest_of_nothing() -> None:
    found = digest(b"")
    assert (found.snippet, found.attachments, found.search_text) == ("", 0, "")


def test_search_text_is_bounded_in_octets() -> None:
    raw = TOP + b"Content-Type: text/plain; charset=utf-8\r\n\r\n" + "é€ ".encode() * 50_000
    text = digest(raw).search_text
    assert MAX_SEARCH_TEXT - 4 <= len(text.encode()) <= MAX_SEARCH_TEXT


def test_defects_are_bounded() -> None:
    part = b"--x\r\nContent-Type: nonsense\r\n\r\n"
    assert len(digest(TOP + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + part * 500).defects) == 50


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"Content-Type: text/plain\r\n\r\nhello\r\n  you ", "hello you"),
        (b"Content-Type: text/html\r\n\r\n<p>hello</p>you", "hello you"),
        (b"Content-Type: application/pdf\r\n\r\nPDF", ""),
        (
            b"Content-Type: multipart/alternative; boundary=x\r\n\r\n"
            b"--x\r\n\r\nplain\r\n--x\r\nContent-Type: text/html\r\n\r\n<img src=x>\r\n--x--",
            "plain",
        ),
    ],
)
def test_snippet_is_page_or_else_text(body: bytes, words: str) -> None:
    assert snippet(body, parse(body)) == words


def test_snippet_is_cut_with_an_ellipsis() -> None:
    assert shorten("x" * MAX_SNIPPET) == "x" * MAX_SNIPPET
    assert shorten("x" * (MAX_SNIPPET + 1)) == "x" * (MAX_SNIPPET - 1) + "…"


def test_padding_of_previews_is_removed() -> None:
    padding = "\u200c \u034f\u00a0\u00ad\ufeff\u200b" * 100
    assert shorten(f"Preview{padding}Body") == "Preview Body"


def test_spelling_is_kept() -> None:
    assert shorten("می\u200cخواهم") == "می\u200cخواهم"
    assert shorten("👨\u200d👩\u200d👧") == "👨\u200d👩\u200d👧"


def test_controls_are_replaced() -> None:
    assert shorten("a\x07b\x1b[0m") == "a\ufffdb\ufffd[0m"
