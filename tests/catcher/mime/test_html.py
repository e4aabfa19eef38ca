from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catcher.mime.html import MAX_HTML, Prepared, prepare
from catcher.mime.html_rules import DROPPED, TAGS
from tests.catcher.mime.inventory import Inventory

CID = {"logo@x": "/part/1.2"}


def show(html: str, remote: bool = False) -> Prepared:
    return prepare(html, cid_url=CID.get, remote=remote)


def inside(html: str, remote: bool = False) -> str:
    """Return what was prepared, without the element that stands for the body."""
    found = re.fullmatch(r"<div[^>]*>(.*)</div>", show(html, remote).html, re.DOTALL)
    assert found is not None
    return found[1]


@pytest.mark.parametrize(
    "html",
    [
        '<table width="600" cellpadding="0" cellspacing="0" border="0" align="center" bgcolor="#ffffff">'
        '<tbody><tr valign="top"><td height="20" colspan="2" style="color:red">x</td></tr></tbody></table>',
        '<font color="red" size="2" face="Arial">x</font><center>y</center>',
        '<h1 class="a" id="b" dir="rtl" lang="he">x</h1><hr><pre>a\n b</pre>',
        '<ul type="square"><li value="3">a</li></ul><blockquote>b</blockquote>',
        "<style>@media (max-width: 600px) { td > p { width: 100% !important } }</style>",
        '<img alt="a &lt; b" width="1" height="2">',
        '<div style="background:linear-gradient(red, blue);font-family:&quot;A B&quot;">x</div>',
    ],
)
def test_looks_are_kept(html: str) -> None:
    assert inside(html) == html


@pytest.mark.parametrize(
    ("html", "left"),
    [
        ("a<script>alert(1)</script>b", "ab"),
        ("<p onclick='x()' onload=y>a</p>", "<p>a</p>"),
        ("<iframe src=http://x>i</iframe><object data=x>o</object><embed src=x>", ""),
        ("<base href=http://x><meta http-equiv=refresh content='0;url=x'><link rel=stylesheet href=x>a", "a"),
        ("<form action=http://x><input name=a>b<button>c</button></form>", "bc"),
        ("<svg><script>x</script><style>y</style></svg><math><mi>z</mi></math>a", "a"),
        ("<title>t</title><!-- c --><!--[if mso]>m<![endif]-->a", "a"),
        ("<noscript><p>n</p></noscript><template>t</template>a", "a"),
        ("<textarea><img src=x onerror=y></textarea>a", "a"),
        ("<blink>a</blink>", "a"),
        ("<img src='x' onerror='y'>", "<img>"),
    ],
)
def test_what_runs_or_loads_is_dropped(html: str, left: str) -> None:
    assert inside(html) == left


@pytest.mark.parametrize("scheme", ["javascript", "data", "vbscript", "file", "cid", "ftp", "JaVaScRiPt", "blob"])
def test_links_lead_only_where_links_lead(scheme: str) -> None:
    for href in (f"{scheme}:x", f" {scheme}:x", f"{scheme[:3]}\n{scheme[3:]}:x", f"\x01{scheme}:x"):
        assert "href" not in inside(f'<a href="{href}">a</a>')


@pytest.mark.parametrize("href", ["https://x/?a=b&amp;c=d", "http://x", "mailto:a@b", "tel:+1"])
def test_links_open_elsewhere(href: str) -> None:
    link = inside(f'<a target=_top href="{href}">a</a>')
    assert link == f'<a href="{href}" target="_blank" rel="noopener noreferrer">a</a>'


def test_links_within_the_mail_stay_within() -> None:
    assert inside('<a href="#top">a</a>') == '<a href="#top" rel="noopener noreferrer">a</a>'


def test_relative_links_lead_nowhere() -> None:
    assert "href" not in inside('<a href="/admin">a</a><a href="//x">b</a>')


def test_remote_images_are_held_back_and_counted() -> None:
    prepared = show('<img src="http://x/a.png?b=1&amp;c=2" width="5"><img src="https://x/b.png"><img src="//x/c">')
    assert prepared.remote_count == 3
    assert 'data-blocked-src="http://x/a.png?b=1&amp;c=2" width="5"' in prepared.html
    sources = [value for name, value in Inventory(prepared.html).attributes if name == "src"]
    assert len(sources) == 3
    assert all(source.startswith("data:image/gif") for source in sources)


def test_remote_images_are_shown_on_demand_and_still_counted() -> None:
    prepared = show('<img src="http://x/a"><img src="//x/b"><p style="background:url(http://x/c)">', remote=True)
    assert prepared.remote_count == 3
    assert '<img src="http://x/a"><img src="https://x/b">' in prepared.html


def test_enclosed_images_are_found() -> None:
    assert inside('<img src="CID:logo@x"><img src="cid:other">') == '<img src="/part/1.2"><img>'
    assert show('<img src="cid:logo@x">').remote_count == 0


def test_a_failing_lookup_costs_only_the_image() -> None:
    def fail(_: str) -> str:
        raise RuntimeError

    assert "<p>a</p>" in prepare("<img src='cid:x'><p>a</p>", cid_url=fail, remote=False).html


def test_image_data_stays_and_other_data_goes() -> None:
    assert inside('<img src="data:image/png;base64,AA==">') == '<img src="data:image/png;base64,AA==">'
    assert inside('<img src="data:text/html,x">') == "<img>"


@pytest.mark.parametrize(
    "html",
    [
        "<table background='http://x/a'><tr><td>a</td></tr></table>",
        "<p style='background:url(http://x/a)'>a</p>",
        "<p style='background:URL( \"//x/a\" )'>a</p>",
        "<p style='background:u\\72l(http://x/a)'>a</p>",
        "<style>p{background:url('http://x/a')}</style>",
        "<style>@import 'http://x/a';</style>",
        "<p style='background:image-set(&quot;http://x/a&quot; 1x)'>a</p>",
        '<style>p{background:-webkit-image-set( "//x/a" type("image/avif") 2x)}</style>',
        "<style>p{background:im\\61ge-set(url(http://x/a) 1x)}</style>",
        "<style>@import url(http://x/a) screen;</style>",
        "<style>@font-face{src:url(http://x/a)}</style>",
        "<body background='http://x/a'>a</body>",
        "<body style='background:url(http://x/a)'>a</body>",
    ],
)
def test_all_ways_to_load_are_closed(html: str) -> None:
    prepared = show(html)
    assert prepared.remote_count == 1
    assert "//x/a" not in prepared.html
    opened = show(html, remote=True)
    assert opened.remote_count == 1
    assert "//x/a" in opened.html


def test_enclosed_backgrounds_are_found() -> None:
    assert 'background="/part/1.2"' in inside("<table background='cid:logo@x'></table>")
    assert 'url("/part/1.2")' in inside("<style>p{background:url(cid:logo@x)}</style>")
    assert "url(&quot;/part/1.2&quot;)" in inside("<p style='background:url(cid:logo@x)'>a</p>")


def test_body_becomes_an_element_of_its_looks() -> None:
    html = show('<html><body bgcolor=FFEECC text="red" dir=rtl class=k style="margin:0" onload=x()>a</body></html>')
    assert html.html == (
        '<div style="background-color:#FFEECC;color:red;margin:0" dir="rtl" class="mail-body k">a</div>'
    )


def test_body_cannot_smuggle_styles_or_tags() -> None:
    html = show("<body bgcolor='red;position:fixed' text='\"><script>x</script>'>a").html
    assert html == '<div class="mail-body">a</div>'


def test_style_sheet_cannot_end_itself() -> None:
    html = show("<style>a{} </**/style><img src=x onerror=y> </style>b").html
    assert Inventory(html).tags == {"div", "style"}
    assert html.count("</style") == 1


def test_too_long_html_is_cut_and_says_so() -> None:
    html = show("<p>x</p>" * 10 + "y" * MAX_HTML + "<b>end</b>").html
    assert "5 MiB" in html
    assert "end" not in html.rpartition("5 MiB")[0]


def test_wild_html_is_shown_as_text() -> None:
    html = show("<div>" * 20_000 + "the <b>words</b> &lt;script>").html
    assert "the words &lt;script&gt;" in html
    assert "<div>" not in html


_SNIPPETS = st.sampled_from(
    [
        "<style>",
        "</style>",
        "<!--",
        "-->",
        "<svg>",
        "<math>",
        "<mtext>",
        "<table>",
        "<td>",
        "<title>",
        "<noscript>",
        "<template>",
        "<body ",
        "<a href=javascript:x>",
        '<a title="</style>">',
        "<img src=x onerror=y>",
        "<img src=http://x/>",
        "<p style='",
        "url(http://x/)",
        "@import 'http://x/';",
        "/*",
        "*/",
        "\\",
        '"',
        "'",
        ">",
        "<",
        "/",
        "&quot;",
        "&#60;",
        "\0",
        "\ud800",
        "]]>",
        "<![CDATA[",
        "text",
    ]
)


# As a name of its own: `texturl(` is some other function to a browser, which loads nothing.
LOADS = re.compile(r"(?<![\w-])url\(http")


@settings(max_examples=400, deadline=None)
@given(st.lists(_SNIPPETS, max_size=25).map("".join))
def test_nothing_unlawful_is_left_of_anything(html: str) -> None:
    prepared = show(html)
    found = Inventory(prepared.html)
    assert found.tags <= TAGS | {"p", "pre"}
    assert not found.tags & DROPPED
    for name, value in found.attributes:
        assert not name.startswith("on")
        if name == "href":
            assert value.startswith(("http://", "https://", "mailto:", "tel:", "#"))
        if name == "src":
            assert value.startswith(("data:image/", "/part/"))
        if name == "style":
            assert not LOADS.search(value)
    assert not any(LOADS.search(style) or "@import" in style for style in found.styles)
