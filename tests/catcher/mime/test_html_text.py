from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.html_shape import MAX_OPEN, MAX_TAGS, is_too_wild
from catcher.mime.html_text import to_text
from tests.catcher.mime.hostile import is_storable


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("", ""),
        ("plain", "plain"),
        ("a  \n\t b", "a b"),
        ("<p>one</p><p>two</p>", "one\n\ntwo"),
        ("one<br>two<BR/>three", "one\ntwo\nthree"),
        ("<ul><li>a<li>b</ul>", "a\nb"),
        ("<table><tr><td>a</td><td>b</td></tr><tr><td>c</table>", "a b\n\nc"),
        ("a<b>b</b>c", "abc"),
        ("&lt;b&gt; &amp;amp; &eacute;&nbsp;&#233;&#xE9; &unknown; &", "<b> &amp; é éé &unknown; &"),
        ("a<!-- b > c -->d", "ad"),
        ("a<!-- b", "a"),
        ("a<script>if (1 < 2) '</p>'</script >b", "ab"),
        ("a<STYLE type=x>p{}</STYLE>b<title>t</title>", "ab"),
        ("a<script>b", "a"),
        ("<a title='>'>a</a>", "a"),
        ('<a title="a>b" href=x>c</a>', "c"),
        ("a < b", "a < b"),
        ("a <3 b", "a <3 b"),
        ("<!DOCTYPE html><html><head><title>t</title></head><body>a</body></html>", "a"),
        ("&#xD800;&#0;", "\ufffd\ufffd"),
        ("&#" + "9" * 5_000 + ";", "\ufffd" + "9" * 4_992 + ";"),
    ],
)
def test_text_is_what_a_reader_sees(html: str, text: str) -> None:
    assert to_text(html) == text


@given(st.text(alphabet="<>/!-&;#x12ab'\" \n=\0", max_size=300))
def test_any_html_has_text(html: str) -> None:
    text = to_text(html)
    assert is_storable(text)
    assert text == text.strip()
    assert "\n\n\n" not in text


@pytest.mark.parametrize(
    "html",
    [
        "<p>a" * 5_000,
        "<ul><li>a<li>b</ul>" * 5_000,
        ("<div><table><tr><td><p><font color=red><b>x</b></font></p></table></div>") * 5_000,
        "<div>" * 200 + "</div>" * 200,
        "<img src='data:image/png;base64," + "A" * 100_000 + "'>",
        "<br>" * 50_000,
        "<p>fish &amp; chips&nbsp;</p>" * 10_000,
    ],
)
def test_ordinary_shapes_are_parsed(html: str) -> None:
    assert not is_too_wild(html)


@pytest.mark.parametrize(
    "html",
    [
        "<div>" * (MAX_OPEN + 1),
        "<br>" * (MAX_TAGS + 1),
        # ended out of reach, so still open
        "<div><table></div></table>" * (MAX_OPEN + 1),
        "<b><div></b></div>" * (MAX_OPEN + 1),
        # fonts that every later paragraph opens again
        "<p>" + "".join(f"<font color=c{n}>" for n in range(300)) + "</p>" + "<p>x</p>" * 20_000,
        "<p " + " ".join(f"a{n}" for n in range(10_000)) + ">",
        "<table>" + "<p>" * 200_000,
        "&" * 400_000,
    ],
)
def test_quadratic_shapes_are_not(html: str) -> None:
    assert is_too_wild(html)
