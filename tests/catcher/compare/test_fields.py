"""Header fields are compared by name; what every message has anew is set apart."""

from __future__ import annotations

import time

import pytest

from catcher.compare import fields
from catcher.compare.fields import Entry, Named


def entries(before: list[Named], after: list[Named], *, ignore_space: bool = False) -> list[Entry]:
    return list(fields.compare(before, after, ignore_space=ignore_space).entries)


def text(entry: Entry) -> tuple[str, str]:
    return "".join(span.text for span in entry.before), "".join(span.text for span in entry.after)


def test_added_removed_changed_and_same_in_their_order() -> None:
    before = [("From", "a@b.test"), ("X-Old", "1"), ("Subject", "Order 1")]
    after = [("From", "a@b.test"), ("X-New", "2"), ("subject", "Order 2")]
    found = entries(before, after)
    assert [(entry.name, entry.kind) for entry in found] == [
        ("From", "same"),
        ("X-New", "added"),
        ("X-Old", "removed"),
        ("Subject", "changed"),
    ]
    assert [span.text for span in found[3].after if span.marked] == ["2"]


def test_of_several_fields_of_one_name_the_like_ones_belong_together() -> None:
    before = [("X-Tag", "alpha one"), ("X-Tag", "beta two three")]
    after = [("X-Tag", "something else"), ("X-Tag", "alpha one"), ("X-Tag", "beta two four")]
    found = entries(before, after)
    assert [(entry.kind, *text(entry)) for entry in found] == [
        ("added", "", "something else"),
        ("same", "alpha one", "alpha one"),
        ("changed", "beta two three", "beta two four"),
    ]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("Date", "Tue, 24 Nov 2026 10:00:00 +0000", "Wed, 25 Nov 2026 10:00:00 +0000"),
        ("Message-ID", "<1@a.test>", "<2@a.test>"),
        ("DKIM-Signature", "v=1; bh=abc", "v=1; bh=def"),
        ("Content-Type", 'multipart/mixed; boundary="a b"', "multipart/mixed; boundary=c"),
    ],
)
def test_what_always_differs_does_not_count(name: str, before: str, after: str) -> None:
    found = fields.compare([(name, before)], [(name, after)])
    assert (found.count, found.expected) == (0, 1)


def test_it_counts_where_one_side_lacks_it_or_more_than_the_boundary_differs() -> None:
    assert fields.compare([("Date", "today")], []).count == 1
    assert fields.compare([("DKIM-Signature", "v=1")], []).count == 1
    mixed, related = "multipart/mixed; boundary=a", "multipart/related; boundary=b"
    assert fields.compare([("Content-Type", mixed)], [("Content-Type", related)]).count == 1


def test_traces_do_not_count_however_many_there_are() -> None:
    found = fields.compare([("Received", "from a by b")], [("Received", "x"), ("Received", "y"), ("Received", "z")])
    assert found.count == 0


def test_another_order_is_one_difference() -> None:
    found = fields.compare([("To", "a"), ("From", "b")], [("From", "b"), ("To", "a")])
    assert found.is_reordered
    assert found.count == 1
    assert not fields.compare([("To", "a")], [("X", "c"), ("To", "a")]).is_reordered


def test_white_space_is_ignored_where_asked_for() -> None:
    folded = [("Subject", "a  b")], [("Subject", "a b")]
    assert fields.compare(*folded).count == 1
    assert fields.compare(*folded, ignore_space=True).count == 0


def test_hostile_headers_take_bounded_time() -> None:
    one = [("X", f"a {number} {'x y ' * 900}") for number in range(3_000)]
    other = [("X", f"b {number} {'x z ' * 900}") for number in range(3_000)]
    many = [(f"X{number}", ",;" * 1_900) for number in range(3_000)]
    more = [(f"X{number}", ";," * 1_800) for number in range(3_000)]
    began = time.process_time()
    assert fields.compare(one, other).is_cut
    assert fields.compare(many, more).count == fields.MAX_FIELDS
    assert time.process_time() - began < 0.6
