"""The source of a page in colours: nothing is lost, and everything is escaped."""

from __future__ import annotations

import re
import time
from html import unescape

import pytest

from webui.message.highlight import Highlighter

PAGE = b"""<!DOCTYPE html><!-- a <b> --><style>@media x { a { color: #fff } /* <i> */ }</style>
<a href="x?a=1&amp;b" class=y disabled>caf&eacute; &lt;</a><br/><script>if (a<b) "</x>"</script>"""


def test_each_piece_has_its_kind() -> None:
    html = Highlighter(PAGE)(0, len(PAGE))
    for piece in (
        '<span class="h-doctype">&lt;!DOCTYPE html&gt;</span>',
        '<span class="h-comment">&lt;!-- a &lt;b&gt; --&gt;</span>',
        '<span class="h-rule">@media</span>',
        '<span class="h-comment">/* &lt;i&gt; */</span>',
        '<span class="h-open">&lt;a</span>',
        '<span class="h-name">href</span>=<span class="h-value">&quot;x?a=1&amp;amp;b&quot;</span>',
        '<span class="h-entity">&amp;eacute;</span>',
        '<span class="h-open">&lt;/script</span>',
    ):
        assert piece in html


@pytest.mark.parametrize(
    "page", [PAGE, b"<", b"<a", b"<a href='", b"<style>@", b"<!--", b"&#", b"</style></", b"\xff<a \x00>"]
)
def test_every_stretch_says_what_stands_there(page: bytes) -> None:
    def said(html: str) -> str:
        return unescape(re.sub(r"<[^>]*>", "", html))

    paint = Highlighter(page)
    whole = said(paint(0, len(page)))
    for middle in range(len(page)):
        assert said(Highlighter(page)(0, middle)) + said(paint(middle, len(page))) == whole


@pytest.mark.parametrize("piece", [b"<a ", b"<", b"<!--", b"<style>", b"<a b='", b"&", b"</", b"/*", b"<style>/*"])
def test_it_takes_linear_time(piece: bytes) -> None:
    began = time.process_time()
    Highlighter(piece * (400_000 // len(piece)))(0, 1_000)
    assert time.process_time() - began < 3
