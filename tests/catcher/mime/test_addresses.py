from __future__ import annotations

from email.utils import formataddr

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.addresses import MAX_ADDRESSES, Address, addresses
from tests.catcher.mime.hostile import is_storable


@pytest.mark.parametrize(
    ("value", "found"),
    [
        ("", []),
        ("a@b", [("", "a@b")]),
        ("<a@b>", [("", "a@b")]),
        ("Jane Roe <jane@example.com>", [("Jane Roe", "jane@example.com")]),
        ("A <a@b>, c@d,\tE F <e@f>", [("A", "a@b"), ("", "c@d"), ("E F", "e@f")]),
        ('"Roe, Jane" <jane@b>', [("Roe, Jane", "jane@b")]),
        (r'"say \"hi\" \\" <a@b>', [('say "hi" \\', "a@b")]),
        ('"odd local"@b', [("", '"odd local"@b')]),
        ("a@b (Jane Roe)", [("Jane Roe", "a@b")]),
        ("Jane (not (really)) <a@b>", [("Jane", "a@b")]),
        ("=?utf-8?q?J=C3=A9r=C3=B4me?= <a@b>", [("Jérôme", "a@b")]),
        ('"=?utf-8?b?SsOpcsO0bWU=?=" <a@b>', [("Jérôme", "a@b")]),
        ("=?utf-8?q?Roe,_Jane?= <a@b>, c@d", [("Roe, Jane", "a@b"), ("", "c@d")]),
        ("Jérôme <a@b>", [("Jérôme", "a@b")]),
        ("undisclosed-recipients:;", []),
        ("Friends: a@b, C <c@d>; e@f", [("", "a@b"), ("C", "c@d"), ("", "e@f")]),
        ("a@b; c@d", [("", "a@b"), ("", "c@d")]),
        ("a@[IPv6:::1]", [("", "a@[IPv6:::1]")]),
        ("<@relay.example,@other:a@b>", [("", "a@b")]),
        ("A <a@b", [("A", "a@b")]),
        ("Mailer Daemon", [("Mailer Daemon", "")]),
        ("root", [("root", "")]),
        ("a b@c", [("a b@c", "")]),
        ("(x) a@b (y)", [("xy", "a@b")]),
        ("To: a@b, c: d@e", [("", "a@b"), ("c: d@e", "")]),
        ("<>", []),
        (", ,, a@b ,", [("", "a@b")]),
    ],
)
def test_list_is_read(value: str, found: list[tuple[str, str]]) -> None:
    assert addresses(value) == [Address(*pair) for pair in found]


def test_encoded_text_is_never_an_address() -> None:
    # It would let a display name forge where a mail comes from.
    assert addresses("=?utf-8?q?=3Cboss=40bank=3E?= <me@evil>") == [Address("<boss@bank>", "me@evil")]


def test_control_characters_are_replaced() -> None:
    assert addresses('"a\x07b" <c@d>') == [Address("a\ufffdb", "c@d")]
    assert addresses("=?utf-8?q?a=0D=0Ab?= <c@d>") == [Address("a b", "c@d")]


@pytest.mark.parametrize("entry", ["a@b,", '"x" <a@b>,', "x;"])
def test_list_is_bounded(entry: str) -> None:
    assert len(addresses(entry * 5_000)) == MAX_ADDRESSES


_NAMES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Zs", "Zl", "Zp"]), max_size=30)
_LOCALS = st.from_regex(r"[a-z0-9.+_-]{1,20}", fullmatch=True)


@given(st.lists(st.tuples(_NAMES.map(str.strip), _LOCALS.map(lambda local: f"{local}@example.com")), max_size=8))
def test_what_the_standard_library_writes_is_read_back(pairs: list[tuple[str, str]]) -> None:
    written = [(name, address) for name, address in pairs if "=?" not in name]
    value = ", ".join(formataddr(pair) for pair in written)
    assert addresses(value) == [Address(*pair) for pair in written]


@given(st.text(max_size=300))
def test_any_text_is_read(value: str) -> None:
    for name, address in addresses(value):
        assert name or address
        assert is_storable(name + address)


@given(st.text(alphabet='ab@<>()[]",;:\\=?q \t\0', max_size=200))
def test_any_order_of_marks_is_read(value: str) -> None:
    assert all(name or address for name, address in addresses(value))
