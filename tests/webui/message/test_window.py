"""A source in windows: every octet is shown once, in numbered rows, and what is searched for is marked."""

from __future__ import annotations

import re
from html import unescape

import pytest

from webui.message.window import LONGEST, ROWS, Hits, Source


def shown(source: Source, hits: Hits | None = None, here: int = -1) -> list[tuple[int, str]]:
    pages = [source.window(page, hits, here) for page in range(1, source.pages + 1)]
    return [(row.number, str(row.html)) for window in pages for row in window.rows]


def text(html: str) -> str:
    return unescape(re.sub(r"<[^>]*>", "", html))


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"one",
        b"one\r\n",
        b"one\r\n\r\nthree",
        b"\n" * 1000,
        b"a" * 10_000 + b"\r\nb",
        ("é" * 5_000).encode() + b"\n" + "漢字".encode() * 900,
        b"x\r\n" * (3 * ROWS + 1),
        b"a" * LONGEST + b"\r\n" + b"b" * (LONGEST + 1) + b"\r\n",
    ],
)
def test_all_is_shown_once_and_lines_keep_their_numbers(content: bytes) -> None:
    rows = shown(Source(content))
    assert "".join(text(html) for _, html in rows) == content.decode().replace("\r\n", "").replace("\n", "")
    numbers = [number for number, _ in rows if number]
    assert numbers == list(range(1, len(content.splitlines()) + 1))
    assert all(len(html) < 8 * LONGEST for _, html in rows)


def test_a_character_is_never_cut_in_two() -> None:
    assert "\\x" not in "".join(html for _, html in shown(Source(("ab" + "漢" * 4_000).encode())))


def test_a_lone_line_feed_and_octets_that_are_no_text_are_seen() -> None:
    rows = Source(b"fine\r\nbare\n<b>\xff\x00\r\n").window(1).rows
    assert [row.bare for row in rows] == [False, True, False]
    assert "&lt;b&gt;" in rows[2].html
    assert r"\xff" in rows[2].html
    assert r"\x00" in rows[2].html


def test_hits_are_marked_in_either_case_also_across_rows() -> None:
    content = b"a" * (LONGEST - 2) + b"NeedleX\r\nneedle <needle>\r\n"
    hits = Hits(content, "needle")
    assert len(hits.starts) == 3
    html = "".join(html for _, html in shown(Source(content), hits, hits.starts[1]))
    assert [text(mark) for mark in re.findall(r"<mark[^>]*>.*?</mark>", html)] == ["Ne", "edle", "needle", "needle"]
    assert html.count('id="hit"') == 1
    assert "&lt;<mark>needle</mark>&gt;" in html


def test_a_place_is_found_on_its_page() -> None:
    content = b"".join(b"line %d\r\n" % number for number in range(1, 2_001))
    source = Source(content)
    offset = content.index(b"line 1500\r")
    page = source.page_of(offset)
    assert page == source.page_of_line(1500)
    assert 1500 in [row.number for row in source.window(page).rows]
    assert source.window(10_000).page == source.pages
