"""Parts belong together by name, then by content; the checksum tells whether they changed."""

from __future__ import annotations

from catcher.compare import parts
from catcher.compare.parts import Part


def part(
    name: str, checksum: str, content_type: str = "application/pdf", declared: str = "base64", body: str = ""
) -> Part:
    return Part("1", name, content_type, declared, 10, checksum, body)


def kinds(before: list[Part], after: list[Part]) -> list[tuple[str, str, str]]:
    found = parts.compare(before, after).pairs
    return [
        (pair.kind, pair.before.name if pair.before else "", pair.after.name if pair.after else "") for pair in found
    ]


def test_same_changed_renamed_added_and_removed() -> None:
    before = [part("logo.png", "1"), part("invoice.pdf", "2"), part("terms.pdf", "3"), part("old.pdf", "4")]
    after = [part("terms-2.pdf", "3"), part("invoice.pdf", "9"), part("logo.png", "1"), part("new.pdf", "5")]
    assert kinds(before, after) == [
        ("same", "logo.png", "logo.png"),
        ("changed", "invoice.pdf", "invoice.pdf"),
        ("renamed", "terms.pdf", "terms-2.pdf"),
        ("removed", "old.pdf", ""),
        ("added", "", "new.pdf"),
    ]


def test_a_body_counts_only_for_what_its_header_says() -> None:
    body = part("", "1", "text/html", "quoted-printable, charset utf-8", "html")
    assert parts.compare([body], [body._replace(checksum="2")]).count == 0
    (pair,) = parts.compare([body], [body._replace(declared="base64, charset utf-8")]).pairs
    assert pair.kind == "declared"


def test_parts_of_one_name_are_told_apart_by_content_first() -> None:
    before = [part("a.txt", "1"), part("a.txt", "2")]
    assert [kind for kind, _, _ in kinds(before, before[::-1])] == ["same", "same"]


def test_ten_thousand_parts_are_cut() -> None:
    many = [part("", str(number)) for number in range(10_000)]
    found = parts.compare(many, many)
    assert found.is_cut
    assert len(found.pairs) == parts.MAX_PARTS
