from __future__ import annotations

import pytest

from catcher.mime.sameness import same_key

KEY = same_key("shop@acme.test", ["a@test", "b@test"], "Order 1", "It has shipped.\nThanks")


@pytest.mark.parametrize(
    ("again", "why"),
    [
        (("Shop@Acme.test", ["a@test", "b@test"], "Order 1", "It has shipped.\nThanks"), "case of an address"),
        (("shop@acme.test", ["B@test", "a@test", "a@test"], "Order 1", "It has shipped.\nThanks"), "order"),
        (("shop@acme.test", ["a@test", "b@test"], "Order  1 ", "It has\r\n shipped.  Thanks"), "white space"),
    ],
)
def test_the_same_mail_again(again: tuple[str, list[str], str, str], why: str) -> None:
    assert same_key(*again) == KEY, why


@pytest.mark.parametrize(
    ("other", "why"),
    [
        (("shop@acme.test", ["a@test", "b@test"], "Order 2", "It has shipped.\nThanks"), "a number counts"),
        (("shop@acme.test", ["a@test"], "Order 1", "It has shipped.\nThanks"), "another recipient"),
        (("news@acme.test", ["a@test", "b@test"], "Order 1", "It has shipped.\nThanks"), "another sender"),
        (("shop@acme.test", ["a@test", "b@test"], "Order 1", "It has not shipped.\nThanks"), "other words"),
        (("shop@acme.test", ["a@test", "b@test"], "", "Order 1 It has shipped.\nThanks"), "words in another place"),
    ],
)
def test_another_mail(other: tuple[str, list[str], str, str], why: str) -> None:
    assert same_key(*other) != KEY, why
