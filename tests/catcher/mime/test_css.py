from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.css import rewrite_css
from catcher.mime.remote import Resources, css_quoted

CID = {"a@b": "/part/1"}


@pytest.mark.parametrize(
    ("css", "rewritten"),
    [
        ("color:red", "color:red"),
        ("background:url(cid:a@b)", 'background:url("/part/1")'),
        ("background:url( 'cid:a@b' ) top", 'background:url("/part/1") top'),
        ("background:url(cid:none)", "background:none"),
        ("background:url(http://x/)", "background:none"),
        ("background:url(relative.png)", "background:none"),
        ("background:url(data:image/png;base64,AA==)", 'background:url("data:image/png;base64,AA==")'),
        ("background:url(data:text/html,x)", "background:none"),
        ('content:"url(http://x/)"', 'content:"url (http://x/)"'),
        ('content:"a\\" b" url(http://x/) "c"', 'content:"a\\" b" none "c"'),
        ("a/* url(http://x/) */b", "a b"),
        ("a/* open", "a "),
        ("@import 'http://x/a;b.css' screen; p{}", " p{}"),
        ("\\75\\52 l(http://x/)", "none"),
        ("\\u\\r\\l(http://x/)", "none"),
        ("content:'\\201C'", "content:'\\201C'"),
        ("width:calc(1px + 2px)", "width:calc(1px + 2px)"),
        ("a < b <p", "a < b \\3c p"),
    ],
)
def test_loading_is_decided_upon(css: str, rewritten: str) -> None:
    assert rewrite_css(css, Resources(CID.get, remote=False)) == rewritten


def test_remote_sheets_stay_on_demand() -> None:
    resources = Resources(CID.get, remote=True)
    assert rewrite_css("@import url('//x/a.css') screen;", resources) == '@import url("https://x/a.css") screen;'
    assert rewrite_css("p{background:url(http://x/a)}", resources) == 'p{background:url("http://x/a")}'
    assert resources.count == 2


def test_quoted_url_stays_in_its_quotes() -> None:
    assert css_quoted("https://x/\"');}</style>\n\\") == (
        'url("https://x/%22%27%29;}%3C/style%3E%0A%5C")'
    )  # fmt: skip


@given(st.text(alphabet="url(@import)'\";/*\\<>{}75 \n", max_size=200))
def test_any_sheet_stays_within_its_element(css: str) -> None:
    assert "</" not in rewrite_css(css, Resources(CID.get, remote=False))
    assert "<!" not in rewrite_css(css, Resources(CID.get, remote=True))
