from __future__ import annotations

import pytest

from catcher.mime import bodies
from catcher.mime.defects import Defect
from catcher.mime.parse import Part, parse


def multipart(kind: str, *parts: str, boundary: str = "x") -> str:
    inner = "".join(f"--{boundary}\r\n{part}\r\n" for part in parts)
    return f'Content-Type: multipart/{kind}; boundary="{boundary}"\r\n\r\n{inner}--{boundary}--\r\n'


PLAIN = "Content-Type: text/plain\r\n\r\nplain"
HTML = "Content-Type: text/html\r\n\r\n<p>page</p>"
PNG = "Content-Type: image/png; name=l.png\r\nContent-ID: <l@x>\r\n\r\nPNG"
PDF = "Content-Type: application/pdf; name=a.pdf\r\nContent-Disposition: attachment\r\n\r\nPDF"
MESSAGE = f"Content-Type: message/rfc822\r\n\r\n{PLAIN}"


def paths(parts: list[Part]) -> list[str]:
    return [part.path for part in parts]


def read(source: str) -> tuple[str | None, str | None, list[str], list[str]]:
    tree = parse(source.encode())
    plain, page = bodies.find_text(tree), bodies.find_html(tree)
    return (
        plain.path if plain else None,
        page.path if page else None,
        paths(bodies.attachments(tree)),
        paths(bodies.inlines(tree)),
    )


RELATED = multipart("related", multipart("alternative", PLAIN, HTML, boundary="z"), PNG, boundary="y")


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        (PLAIN, ("1", None, [], [])),
        ("\r\nno header", ("1", None, [], [])),
        (HTML, (None, "1", [], [])),
        (PDF, (None, None, ["1"], [])),
        (multipart("alternative", PLAIN, HTML), ("1", "2", [], [])),
        (multipart("mixed", RELATED, PDF), ("1.1.1", "1.1.2", ["2"], ["1.2"])),
        (multipart("mixed", PLAIN, PNG, PDF), ("1", None, ["3"], ["2"])),
        # an enclosed message is a file, and its text is not this mail's text
        (multipart("mixed", MESSAGE), (None, None, ["1"], [])),
        (MESSAGE, (None, None, ["1"], [])),
        # a text that is marked or named as a file is no body
        (multipart("mixed", PLAIN.replace("\r\n", "\r\nContent-Disposition: attachment\r\n", 1), HTML),
         (None, "2", ["1"], [])),
        (multipart("mixed", PLAIN, PLAIN.replace("plain", "plain; name=b.txt", 1)), ("1", None, ["2"], [])),
        (PLAIN.replace("plain", "plain; name=b.txt", 1), ("1", None, [], [])),
        # the footer of a mailing list stands beside the text
        (multipart("mixed", PLAIN, PLAIN), ("1", None, [], ["2"])),
        # a file nobody marked
        (multipart("mixed", PLAIN, "Content-Type: application/zip\r\n\r\nPK"), ("1", None, ["2"], [])),
        (multipart("mixed", PLAIN, PDF.replace("attachment", "inline")), ("1", None, [], ["2"])),
        (multipart("alternative", PLAIN, "Content-Type: text/calendar\r\n\r\nx"), ("1", None, [], ["2"])),
        # what cannot be taken apart is shown as text
        ("Content-Type: multipart/mixed\r\n\r\n--x\r\n\r\nhi", ("0", None, [], ["0"][1:])),
    ],
)  # fmt: skip
def test_parts_have_their_roles(source: str, expected: tuple[str | None, str | None, list[str], list[str]]) -> None:
    assert read(source) == expected


def test_every_leaf_has_one_role() -> None:
    tree = parse(multipart("mixed", RELATED, PDF, MESSAGE, PNG, PLAIN).encode())
    roles = [*paths(bodies.attachments(tree)), *paths(bodies.inlines(tree)), "1.1.1", "1.1.2"]
    assert sorted(roles) == ["1.1.1", "1.1.2", "1.2", "2", "3", "4", "5"]


@pytest.mark.parametrize(
    ("header", "content", "text", "codes"),
    [
        ("Content-Type: text/plain; charset=utf-8", "é".encode(), "é", []),
        ("Content-Type: text/plain; charset=iso-8859-1", b"\xe9", "é", []),
        ("Content-Type: text/plain", "é".encode(), "é", ["charset-missing"]),
        ("Content-Type: text/plain", b"\xe9", "é", ["undecodable-text"]),
        ("Content-Type: text/plain; charset=klingon", b"a", "a", ["unknown-charset"]),
        ("Content-Transfer-Encoding: base64", b"w6k=*", "é", ["bad-base64", "charset-missing"]),
        ("Content-Transfer-Encoding: Quoted-Printable\r\nContent-Type: text/x; charset=utf-8", b"=C3=A9", "é", []),
        ("Content-Transfer-Encoding: 7bit", b"a\0b", "a\ufffdb", []),
        ("Content-Transfer-Encoding: what", b"a", "a", ["unknown-encoding"]),
    ],
)  # fmt: skip
def test_text_and_its_defects(header: str, content: bytes, text: str, codes: list[str]) -> None:
    raw = header.encode() + b"\r\n\r\n" + content
    defects: list[Defect] = []
    tree = parse(raw)
    assert bodies.text(raw, tree, defects) == text
    assert [found.code for found in defects] == codes
    assert all(found.offset == tree.start for found in defects)
    assert bodies.text(raw, tree) == text


def test_a_multipart_is_never_decoded() -> None:
    source = "Content-Transfer-Encoding: base64\r\n" + multipart("mixed", PLAIN)
    tree = parse(source.encode())
    assert bodies.decoded(source.encode(), tree).startswith(b"--x\r\n")
    assert bodies.text(source.encode(), tree.children[0]) == "plain"
