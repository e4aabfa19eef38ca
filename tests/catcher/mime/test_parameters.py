from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mime.parameters import MAX_PARAMETERS, split_parameters
from tests.catcher.mime.hostile import is_storable


@pytest.mark.parametrize(
    ("value", "main", "params"),
    [
        ("", "", {}),
        ("Text/HTML", "text/html", {}),
        ("text/plain; Charset=UTF-8", "text/plain", {"charset": "UTF-8"}),
        ("text/plain;charset = us-ascii (Plain)", "text/plain", {"charset": "us-ascii"}),
        ("text/plain (old) ; a=b", "text/plain", {"a": "b"}),
        (r'a/b; n="x; y=\"z\" \\"', "a/b", {"n": r'x; y="z" \ '.strip()}),
        ('a/b; n="open', "a/b", {"n": "open"}),
        ("a/b; n=1; n=2", "a/b", {"n": "1"}),
        ("a/b; n=two words; m=3", "a/b", {"n": "two words", "m": "3"}),
        ("a/b;;; n=1;", "a/b", {"n": "1"}),
        # RFC 2231, sections 3 and 4
        ("a/b; n*0=one; n*1=two", "a/b", {"n": "onetwo"}),
        ("a/b; n*1=two; n*0=one", "a/b", {"n": "onetwo"}),
        ("a/b; n*=utf-8''%e2%82%ac%20rates", "a/b", {"n": "€ rates"}),
        ("a/b; n*=us-ascii'en-us'This%20is", "a/b", {"n": "This is"}),
        ("a/b; n*0*=utf-8''caf%C3; n*1*=%A9; n*2=%41", "a/b", {"n": "café%41"}),
        ("a/b; n=plain; n*=utf-8''%C3%A9", "a/b", {"n": "é"}),
        ("a/b; n*=%41", "a/b", {"n": "A"}),
        ("a/b; n*=klingon''%41", "a/b", {"n": "A"}),
    ],
)
def test_values_are_split(value: str, main: str, params: dict[str, str]) -> None:
    assert split_parameters(value) == (main, params)


def test_parameters_are_bounded() -> None:
    many = "a/b" + "".join(f"; n{number}=1" for number in range(1_000))
    assert len(split_parameters(many)[1]) == MAX_PARAMETERS


@given(st.text(alphabet="ab;=*\"'\\%0 \t\0\xe9", max_size=200))
def test_any_text_is_read(value: str) -> None:
    main, params = split_parameters("a/b;" + value)
    assert main == "a/b"
    assert all(name for name in params)
    assert all(is_storable(text) for name, text in params.items() if "\0" not in value)
