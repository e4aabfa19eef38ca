from __future__ import annotations

import pytest

from catcher.mime.flowed import Paragraph, deletes_space, is_flowed, paragraphs, unflow
from catcher.mime.parse import parse


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("one \r\ntwo\r\nthree\r\n", [(0, "one two"), (0, "three")]),
        (">> a \n>> b\n> c\nd", [(2, "a b"), (1, "c"), (0, "d")]),
        ("> quoted \nown", [(1, "quoted"), (0, "own")]),
        ("text \n-- \nname \nof", [(0, "text"), (0, "-- "), (0, "name of")]),
        (" >not quoted\n From here", [(0, ">not quoted"), (0, "From here")]),
        ("\n\n", [(0, ""), (0, "")]),
        ("open ", [(0, "open")]),
        ("", []),
    ],
)
def test_flowing_lines_are_joined(text: str, wanted: list[tuple[int, str]]) -> None:
    assert paragraphs(text, flowed=True) == [Paragraph(*each) for each in wanted]


def test_the_space_may_not_belong_to_the_text() -> None:
    assert paragraphs("日本 \n語", flowed=True, delsp=True) == [Paragraph(0, "日本語")]
    part = parse(b'Content-Type: text/plain; Format="Flowed"; DelSp=Yes\r\n\r\nx')
    assert is_flowed(part)
    assert deletes_space(part)
    assert not is_flowed(parse(b"Content-Type: text/html; format=flowed\r\n\r\nx"))


def test_other_text_keeps_its_lines_and_their_depth() -> None:
    assert paragraphs("a \nb\n> > c\n>>d\n >e") == [
        Paragraph(0, "a "),
        Paragraph(0, "b"),
        Paragraph(2, "c"),
        Paragraph(2, "d"),
        Paragraph(0, " >e"),
    ]


def test_unflowed_text_can_be_shown_as_it_is() -> None:
    assert unflow("> a \n> b\nc \nd\n") == "> a b\nc d\n"


@pytest.mark.parametrize("piece", ["> ", ">", "a ", "\n", "-- \n", ">\n "])
def test_long_text_takes_no_longer_than_its_length(piece: str) -> None:
    text = piece * 40_000
    assert isinstance(unflow(text), str)
    assert paragraphs(text)
