"""Texts are compared by lines, lines by words; both within bounds that hold for hostile ones."""

from __future__ import annotations

import random
from collections.abc import Callable

import pytest

from catcher.compare import lines
from catcher.compare.lines import Difference, Line
from catcher.compare.words import Spans

MIB = 1 << 20


def sides(difference: Difference) -> tuple[list[str], list[str]]:
    rows = [row for block in difference.blocks for row in block.rows]
    return [row.before.text for row in rows if row.before], [row.after.text for row in rows if row.after]


def marks(spans: Spans) -> list[str]:
    return [span.text for span in spans if span.marked]


def only_change(before: str, after: str, *, ignore_space: bool = False) -> tuple[Line, Line]:
    difference = lines.compare(before, after, ignore_space=ignore_space)
    (block,) = [block for block in difference.blocks if not block.equal]
    (row,) = block.rows
    assert row.before is not None
    assert row.after is not None
    return row.before, row.after


def test_every_line_of_both_sides_is_there_in_its_order() -> None:
    dice = random.Random(5)
    words = ["one", "two", "three", "", "four five", " six"]
    for _ in range(300):
        before, after = ([dice.choice(words) for _ in range(dice.randrange(1, 12))] for _ in "12")
        found = lines.compare("\n".join(before) + "\n", "\n".join(after) + "\n")
        assert sides(found) == (before if before != [""] else [], after if after != [""] else [])
        assert (found.count == 0) is (before == after)
        for block in found.blocks:
            for row in block.rows:
                assert not block.equal or (row.before and row.after and row.before.text == row.after.text)


def test_the_words_that_differ_are_marked_and_numbers_stay_whole() -> None:
    before, after = only_change("same\nIt comes to 24.50 EUR today.\n", "same\nIt comes to 29.90 EUR tomorrow.\n")
    assert (marks(before.spans), marks(after.spans)) == (["24.50", "today"], ["29.90", "tomorrow"])
    assert (before.number, after.number) == (2, 2)


def test_lines_without_anything_in_common_are_not_marked() -> None:
    before, after = only_change("completely different words", "nothing of this remains")
    assert not marks(before.spans)
    assert not marks(after.spans)


def test_lines_of_one_block_are_paired_by_what_they_say() -> None:
    difference = lines.compare("Dear Jane Doe,\nsee you", "A new first line!\nDear John Doe,\nsee us")
    (block,) = difference.blocks
    told = [(row.before and row.before.text, row.after and row.after.text) for row in block.rows]
    assert told[0] == (None, "A new first line!")
    assert told[1] == ("Dear Jane Doe,", "Dear John Doe,")


@pytest.mark.parametrize(
    ("before", "after"), [("a  b", "a b"), ("  a b", "a b"), ("a\tb ", "a b"), ("x\r\na b", "x\na b")]
)
def test_white_space_is_ignored_where_asked_for(before: str, after: str) -> None:
    assert lines.compare(before, after, ignore_space=True).count == 0


def test_white_space_counts_otherwise_and_is_never_marked_where_ignored() -> None:
    assert lines.compare("a  b", "a b").count == 1
    before, after = only_change("a  b one", "a b two", ignore_space=True)
    assert (marks(before.spans), marks(after.spans)) == (["one"], ["two"])


def test_ends_of_lines_do_not_count() -> None:
    assert lines.compare("a\r\nb\r\n", "a\nb").count == 0


def test_a_minified_page_is_broken_before_its_tags_so_that_an_insertion_is_one_difference() -> None:
    cells = [f"<td class=cell>Cell {number}</td>" for number in range(100)]
    page = "<table>" + "".join(cells)
    difference = lines.compare(page, page.replace("Cell 50<", "<b>Cell</b> 50<"), page=True)
    assert difference.count == 1
    assert "".join(sides(difference)[0]) == page
    assert max(len(line) for line in sides(difference)[0]) < 40


def test_a_long_paragraph_is_broken_after_its_sentences() -> None:
    text = " ".join(f"This is sentence {number}." for number in range(200))
    difference = lines.compare(text, "New. " + text)
    assert difference.count == 1
    assert "".join(sides(difference)[1]) == "New. " + text
    assert [piece.number for piece in lines.pieces(text)[0][:2]] == [1, 0]


def test_what_is_cut_is_told() -> None:
    assert lines.compare("x" * (MIB + 1), "x").is_cut
    assert lines.compare("x\n" * (lines.MAX_LINES + 1), "x").is_cut
    assert not lines.compare("x\n" * 100, "x\n").is_cut


def by_words(kinds: int, many: int, ends: str = "\n") -> Callable[[int], str]:
    def made(seed: int) -> str:
        dice = random.Random(seed)
        return "".join(
            " ".join(f"w{dice.randrange(kinds)}" for _ in range(many)) + ends for _ in range(MIB // many // 4)
        )[:MIB]

    return made


HOSTILE: dict[str, Callable[[int], str]] = {
    "the same": lambda seed: "a line of it\n" * (MIB // 13),
    "nothing in common": by_words(10**6, 8),
    "few words": by_words(2, 3),
    "few lines": by_words(3, 1),
    "some lines": by_words(300, 1),
    "one line": by_words(50, 10, " "),
    "empty lines": lambda seed: "\n" * MIB if seed == 1 else "x\n" * (MIB // 2),
    "tags only": lambda seed: ("<a" if seed == 1 else "</") * (MIB // 2),
    "sentences": lambda seed: ("Hi there. " if seed == 1 else "Hi, there. ") * (MIB // 11),
    "no words": lambda seed: ("<>" if seed == 1 else "><") * (MIB // 2),
    "in turn": lambda seed: ("a\nb\n" if seed == 1 else "b\na\nc\n") * (MIB // 6),
    "digits": lambda seed: ("1.,1" if seed == 1 else "1,.1") * (MIB // 4),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_mebibyte_against_a_mebibyte_comes_to_an_end(name: str) -> None:
    """Work that grows with the square would not."""
    page = name in {"the same", "one line", "tags only", "no words"}
    before, after = HOSTILE[name](1), HOSTILE[name](2)
    difference = lines.compare(before, after, page=page)
    left, right = sides(difference)
    assert [len(left), len(right)] == [len(lines.pieces(text, page)[0]) for text in (before, after)]
