"""Where a link leads, and what in it may deceive."""

from __future__ import annotations

import pytest

from webui.message.targets import judge


@pytest.mark.parametrize(
    ("url", "words", "warning"),
    [
        ("https://evil.test/login", "https://acme.test/account", "says acme.test, but the link leads to evil.test"),
        ("https://acme.test.evil.test/", "acme.test", "leads to acme.test.evil.test"),
        ("https://paypal.com@evil.test/", "PayPal", "“paypal.com” before the @ is a user name"),
        ("https://xn--80ak6aa92e.com/", "apple", "look like Latin ones"),
        ("https://раураl.com/", "PayPal", "look like Latin ones"),
        ("https://a.test/\u202egpj", "x", "characters that are not seen"),
    ],
)
def test_what_deceives_is_told(url: str, words: str, warning: str) -> None:
    assert any(warning in said for said in judge(url, words).warnings)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://www.acme.test/x", "acme.test"),
        ("https://click.acme.test/x", "www.acme.test"),
        ("https://acme.test/x", "Click here."),
        ("https://acme.test/x", "version 4.2"),
        ("https://müller.de/", "müller.de"),
        ("https://xn--mller-kva.de/", "https://müller.de/"),
        ("mailto:a@acme.test", "other.test"),
        ("https://[::1]:80/", "here"),
        ("https://[::1", "here"),
        ("https://", ""),
    ],
)
def test_what_is_honest_is_not_warned_of(url: str, words: str) -> None:
    assert judge(url, words).warnings == ()


def test_the_host_is_shown_apart_and_in_both_spellings() -> None:
    target = judge("https://user@xn--mller-kva.de:8080/a?b")
    assert target.pieces == ("https://user@", "xn--mller-kva.de", ":8080/a?b")
    assert (target.host, target.ascii) == ("müller.de", "xn--mller-kva.de")
    assert judge("http://192.0.2.1/").notes == (
        "The address is not encrypted: anyone on the way can read it.",
        "The host is a number, not a name.",
    )


def test_only_what_a_browser_may_be_handed_opens() -> None:
    assert judge("https://a.test/").opens
    assert judge("mailto:a@b.test").opens
    assert not judge("javascript:alert(1)").opens
    assert not judge("data:text/html,x").opens
