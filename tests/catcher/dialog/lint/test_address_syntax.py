"""The strict reader of address lists: what is lawful or harmless passes, what programs read differently does not."""

from __future__ import annotations

import pytest

from catcher.dialog.lint.address_syntax import problem


@pytest.mark.parametrize(
    "value",
    [
        "a@b.example",
        "Ada <a@b.example>, b@c.example",
        "John Q. Public <a@b.example>",
        '"Smith, John" <a@b.example>',
        '"quoted \\" name" <"odd local"@b.example>',
        "undisclosed-recipients:;",
        "Team: a@b.example, Bob <b@c.example>;, c@d.example",
        "(one) a@b.example (two (three))",
        "a@[192.0.2.1], a@[IPv6:2001:db8::1]",
        "<@relay.example:a@b.example>",
        "=?utf-8?Q?Smith=2C_John?= <a@b.example>",
        "Jürgen <jürgen@bücher.example>",
        "a+b=c@d.example, o'neil@d.example",
        "A <a@b.example>,\r\n B <b@c.example>",
    ],
)
def test_lawful(value: str) -> None:
    assert problem(value) is None


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("", "the field is empty"),
        ("Smith, John <a@b.example>", "no address; a name with a comma needs quotes"),
        ("a@b.example; c@d.example", "a semicolon between addresses"),
        ("a@b.example,", "a comma at the end"),
        ("a@b.example,, c@d.example", "an empty entry between two commas"),
        (", a@b.example", "an empty entry between two commas"),
        ("a@b.example c@d.example", "two addresses without a comma"),
        ("Ada <a@b.example", "< and > do not match"),
        ("a@b.example>", "< and > do not match"),
        ("root", "no address"),
        ("Ada <>", "no address"),
        ("[News] <a@b.example>", "bad syntax"),
        ("ada lovelace@b.example", "bad syntax"),
        ("a..b@c.example", "bad syntax"),
        ("a@b.example.", "bad syntax"),
        ("(ada a@b.example", "a comment is not closed"),
        ('"Ada <a@b.example>', "a quotation mark is not closed"),
    ],
)
def test_unlawful(value: str, what: str) -> None:
    found = problem(value)
    assert found is not None
    assert found.what == what


@pytest.mark.parametrize(
    "piece", ['"', '\\"', '"\\"', "(", "(\\(", "<", "a:", "a@b:", "a@b,", ",", ".", "a.", "[a", "<@a,"]
)
def test_linear(piece: str) -> None:
    problem(piece * (20_000 // len(piece)))
