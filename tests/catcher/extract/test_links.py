"""Links in HTML and text: where they lead, what is on them, what they are for."""

from __future__ import annotations

import pytest

from catcher.extract.links import MAX_LINKS, Link, find_links
from catcher.extract.purposes import Purpose, purpose


def urls(html: str = "", text: str = "") -> list[str]:
    return [link.url for link in find_links(html, text)]


def test_a_link_of_the_page_with_its_words() -> None:
    html = '<p>Hi <a class=x href="https://acme.test/v?t=9&amp;x=1"><b>Confirm</b> <img alt="now" src=x></a></p>'
    assert find_links(html, "") == [Link("https://acme.test/v?t=9&x=1", "Confirm now", "html", False, Purpose.CONFIRM)]


@pytest.mark.parametrize(
    "href",
    ["#top", "/relative", "javascript:alert(1)", " JAVASCRIPT:x", "java\nscript:x", "data:text/html,x", "", "cid:a@b"],
)
def test_what_opens_nothing_is_no_link(href: str) -> None:
    assert urls(f'<a href="{href}">x</a>') == []


@pytest.mark.parametrize(
    ("html", "url"),
    [
        ("<a href=//x.test/a>x</a>", "https://x.test/a"),
        ("<A HREF='http://x.test/\n a'>x</A>", "http://x.test/ a"),
        ("<a href=http://x.test/a>never closed", "http://x.test/a"),
        ('<map><area href="http://x.test/a" alt=Shop></map>', "http://x.test/a"),
        ('<a title="a > b" href="http://x.test/a">x</a>', "http://x.test/a"),
        ('<a href="http://x.test/1"><a href="http://x.test/1">nested</a>', "http://x.test/1"),
    ],
)
def test_as_it_is_written(html: str, url: str) -> None:
    assert urls(html) == [url]


def test_what_stands_in_comments_scripts_and_styles_is_none() -> None:
    assert (
        urls(
            "<!-- <a href=http://a.test/>x</a> --><style><a href=http://b.test/></style><script><a href=http://c.test/>"
        )
        == []
    )


@pytest.mark.parametrize(
    ("html", "hidden"),
    [
        ('<div style="display:none"><p><a href="http://x.test/">x</a></p></div>', True),
        ('<a hidden href="http://x.test/">x</a>', True),
        ('<a style="font-size:0" href="http://x.test/">x</a>', True),
        ('<a style="opacity:0.9" href="http://x.test/">x</a>', False),
        ('<div style="display:none">x</div><a href="http://x.test/">x</a>', False),
        ('<div style="display:none"><br><img></div><a href="http://x.test/">x</a>', False),
        ('<p hidden><a href="http://x.test/">x</a></p><a href="http://x.test/">x</a>', False),
    ],
)
def test_hidden_ones_are_told(html: str, hidden: bool) -> None:
    (link,) = find_links(html, "")
    assert link.hidden is hidden


@pytest.mark.parametrize(
    ("text", "url"),
    [
        ("See (https://en.wikipedia.org/wiki/A_(b)).", "https://en.wikipedia.org/wiki/A_(b)"),
        ("Go to https://x.test/a?b=1&c=2, please", "https://x.test/a?b=1&c=2"),
        ("<https://x.test/a>", "https://x.test/a"),
        ("www.x.test/a!", "http://www.x.test/a"),
        ("链接：https://x.test/路径。谢谢", "https://x.test/路径"),
    ],
)
def test_links_of_the_text(text: str, url: str) -> None:
    assert urls(text=text) == [url]


def test_each_address_once_with_the_words_that_are_on_it() -> None:
    found = find_links('<a href="https://x.test/a">Reset it</a>', "Reset: https://x.test/a\nRead https://x.test/b")
    assert [(link.url, link.source) for link in found] == [("https://x.test/a", "html"), ("https://x.test/b", "text")]
    assert found[0].host == "x.test"


@pytest.mark.parametrize(
    ("label", "url", "kind"),
    [
        ("Confirm your address", "https://x.test/", Purpose.CONFIRM),
        ("E-Mail-Adresse bestätigen", "https://x.test/", Purpose.CONFIRM),
        ("Click here", "https://x.test/account/verify/8f", Purpose.CONFIRM),
        ("Choose a new password", "https://x.test/", Purpose.RESET),
        ("Sign in", "https://x.test/", Purpose.SIGN_IN),
        ("Accept the invitation", "https://x.test/", Purpose.INVITATION),
        ("Confirm that you unsubscribe", "https://x.test/", Purpose.UNSUBSCRIBE),
        ("leave", "mailto:x@x.test?subject=unsubscribe", Purpose.UNSUBSCRIBE),
        ("Read more", "https://confirm.test/news", None),
        ("Read more", "https://[broken", None),
    ],
)
def test_what_a_link_is_for(label: str, url: str, kind: Purpose | None) -> None:
    assert purpose(label, url) is kind


def test_many_are_bounded() -> None:
    html = "".join(f'<a href="http://x.test/{number}">x</a>' for number in range(MAX_LINKS + 10))
    assert len(urls(html)) == MAX_LINKS


@pytest.mark.parametrize(
    "html",
    [
        "<a href=x" * 50_000,
        "<a " + "a=" * 100_000,
        "<div style='display:none'>" * 30_000 + "</p>" * 30_000,
        "<!--" * 100_000,
        '<a "' * 50_000,
        "<a href=http://x.test/>" * 30_000,
    ],
    ids=["unclosed", "attributes", "deep", "comments", "quotes", "links"],
)
def test_wild_html_comes_to_an_end(html: str) -> None:
    """Quadratic time would not."""
    assert len(find_links(html, "")) <= 1
