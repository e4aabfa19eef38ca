from __future__ import annotations

import random
from email import message_from_bytes
from email.message import EmailMessage, Message
from email.policy import SMTP
from email.utils import make_msgid
from typing import cast

import pytest

from catcher.mime import bodies
from catcher.mime.parse import MAX_DEPTH, MAX_PARTS, Part, parse
from tests.catcher.mime.hostile import MAILS

TOP = b"From: a@b\r\nDate: Tue, 20 Jul 2026 16:51:20 +0000\r\n"


def outline(raw: bytes) -> list[tuple[str, str]]:
    return [(part.path, part.content_type) for part in parse(raw).walk()]


def codes(raw: bytes) -> list[str]:
    return [found.code for part in parse(raw).walk() for found in part.defects]


def body(raw: bytes, part: Part) -> bytes:
    return raw[part.start : part.end]


def at(tree: Part, path: str) -> Part:
    return next(part for part in tree.walk() if part.path == path)


def test_plain_message_is_one_part() -> None:
    raw = TOP + b"\r\nhello\r\n"
    tree = parse(raw)
    assert (tree.path, tree.content_type, tree.charset, tree.defects) == ("1", "text/plain", "", [])
    assert (tree.header_start, body(raw, tree)) == (0, b"hello\r\n")


def test_preamble_and_epilogue_are_no_parts() -> None:
    raw = TOP + (
        b"Content-Type: multipart/mixed; boundary=x\r\n\r\nfor old readers\r\n"
        b"--x\r\n\r\none\r\n\r\n--x \t\r\nContent-Type: text/html\r\n\r\ntwo\r\n--x--\r\n"
        b"epilogue\r\n--x\r\n\r\nno part\r\n"
    )
    tree = parse(raw)
    assert outline(raw) == [("0", "multipart/mixed"), ("1", "text/plain"), ("2", "text/html")]
    assert [body(raw, part) for part in tree.children] == [b"one\r\n", b"two"]
    assert codes(raw) == []


def test_paths_of_nested_parts_and_messages() -> None:
    raw = TOP + (
        b"Content-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: multipart/alternative; boundary=y\n\n"
        b"--y\n\na\n--y\nContent-Type: text/html\n\nb\n--y--\n"
        b"--x\nContent-Type: message/rfc822\n\nSubject: in\n\nplain\n"
        b"--x\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=z\n\n--z\n\nc\n--z--\n"
        b"--x--\n"
    )
    assert outline(raw) == [
        ("0", "multipart/mixed"),
        ("1", "multipart/alternative"),
        ("1.1", "text/plain"),
        ("1.2", "text/html"),
        ("2", "message/rfc822"),
        ("2.1", "text/plain"),
        ("3", "message/rfc822"),
        ("3.0", "multipart/mixed"),
        ("3.1", "text/plain"),
    ]
    inner = at(parse(raw), "2.1")
    assert inner.header("subject") == "in"
    assert body(raw, inner) == b"plain"


def test_digest_holds_messages_by_default() -> None:
    assert outline(MAILS["digest"])[:3] == [
        ("0", "multipart/digest"),
        ("1", "message/rfc822"),
        ("1.1", "text/plain"),
    ]


def test_longer_boundary_is_another_boundary() -> None:
    raw = MAILS["boundary-is-prefix"]
    assert [path for path, _ in outline(raw)] == ["0", "1", "1.1"]
    assert codes(raw) == ["missing-from", "missing-date"]


def test_outer_delimiter_ends_inner_parts() -> None:
    raw = MAILS["outer-ends-inner"]
    assert body(raw, at(parse(raw), "1.1")) == b"a"
    assert at(parse(raw), "1").defects[0].code == "unclosed-multipart"
    assert at(parse(raw), "0").end == len(raw)


def test_inner_multipart_may_use_the_boundary_again() -> None:
    raw = TOP + (
        b"Content-Type: multipart/mixed; boundary=x\n\n"
        b"--x\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\na\n--x--\n--x\n\nb\n--x--\n"
    )
    assert [path for path, _ in outline(raw)] == ["0", "1", "1.1", "2"]


def test_part_without_header_end() -> None:
    raw = TOP + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/html\r\n--x--\r\n"
    assert outline(raw)[1] == ("1", "text/html")
    assert codes(raw) == []


@pytest.mark.parametrize(
    ("header", "code"),
    [
        (b"Content-Type: multipart/mixed", "boundary-missing"),
        (b'Content-Type: multipart/mixed; boundary=""', "boundary-missing"),
        (b"Content-Type: multipart/mixed; boundary=x", "boundary-not-found"),
        (b"Content-Type: plain", "bad-content-type"),
        (b"X: \0", "nul-bytes"),
        (b"X: \xe9", "eight-bit-header"),
        (b"X: " + b"y" * 999, "long-line"),
        (b"X: 1\nY: 2", "bare-cr-or-lf"),
        (b"Subject: 1\r\nSubject: 2", "duplicate-header"),
    ],
)
def test_defect_is_named(header: bytes, code: str) -> None:
    found = codes(TOP + header + b"\r\n\r\nbody\r\n")
    assert code in found
    assert set(found) <= {code, "long-line"}


def test_sound_long_message_has_no_defect() -> None:
    assert codes(TOP + b"\r\n" + (b"x" * 998 + b"\r\n") * 3) == []


def test_missing_end_is_told_where_the_message_ends() -> None:
    raw = TOP + b"Content-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\n\r\nhello"
    assert [(found.code, found.offset) for found in parse(raw).defects] == [("unclosed-multipart", len(raw))]


def test_encoded_message_is_left_closed() -> None:
    tree = parse(MAILS["encoded-message"])
    assert tree.children == []
    assert "encoded-container" in codes(MAILS["encoded-message"])
    assert bodies.decoded(MAILS["encoded-message"], tree) == b"Subject: x"


def test_depth_is_limited() -> None:
    tree = parse(MAILS["nested-10000"])
    assert sum(1 for _ in tree.walk()) == MAX_DEPTH
    assert "too-deep" in codes(MAILS["nested-10000"])


def test_number_of_parts_is_limited() -> None:
    raw = MAILS["parts-10001"]
    tree = parse(raw)
    assert sum(1 for _ in tree.walk()) == MAX_PARTS
    assert tree.children[-1].end == len(raw)
    assert codes(raw).count("too-many-parts") == 1


@pytest.mark.parametrize(
    ("header", "filename"),
    [
        ("Content-Disposition: attachment; filename=a.txt", "a.txt"),
        ('Content-Disposition: attachment; filename="a b.txt"', "a b.txt"),
        ("Content-Disposition: attachment; filename*=utf-8''%C3%A9.txt", "é.txt"),
        ('Content-Disposition: attachment; filename="=?utf-8?q?=C3=A9.txt?="', "é.txt"),
        ('Content-Disposition: attachment; filename="é.txt"', "é.txt"),
        ('Content-Type: text/plain; name="n.txt"', "n.txt"),
        ("Content-Type: text/plain; name=n.txt\r\nContent-Disposition: inline", "n.txt"),
        ("Content-Disposition: attachment; filename*0=a; filename*1=.txt", "a.txt"),
        ("Content-Disposition: attachment", ""),
    ],
)
def test_file_name_as_people_send_it(header: str, filename: str) -> None:
    assert parse(f"{header}\r\n\r\n".encode()).filename == filename


def test_part_says_what_its_header_says() -> None:
    part = parse(
        b"Content-Type: IMAGE/PNG; Name=x.png\r\nContent-ID: <logo@x>\r\n"
        b"Content-Disposition: INLINE\r\nContent-Transfer-Encoding: BASE64 (yes)\r\n\r\n"
    )
    assert (part.content_type, part.content_id, part.disposition) == ("image/png", "logo@x", "inline")
    assert (part.encoding, part.filename) == ("base64", "x.png")


def _content(part: Part, raw: bytes) -> bytes | None:
    return None if part.children else bodies.decoded(raw, part)


def _random_message(chance: random.Random, depth: int = 0) -> EmailMessage:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "x"
    if depth < 4 and chance.random() < 0.6:
        message.add_header("Content-Type", "multipart/" + chance.choice(["mixed", "related", "alternative"]))
        message.set_boundary(make_msgid(domain="x")[1:-1])
        for _ in range(chance.randint(1, 4)):
            message.attach(_random_message(chance, depth + 1))
    elif chance.random() < 0.3:
        message.set_content(_random_message(chance, depth + 1))
    elif chance.random() < 0.5:
        message.set_content(chance.randbytes(chance.randint(0, 500)), "application", "octet-stream")
    else:
        letters = "ab=. -\né€"
        message.set_content("".join(chance.choice(letters) for _ in range(chance.randint(0, 400))) + "\n")
    return message


def _contents(message: Message[str, str]) -> list[tuple[str, bytes | None]]:
    return [
        (part.get_content_type(), None if part.is_multipart() else cast(bytes, part.get_payload(decode=True)))
        for part in message.walk()
    ]


def test_sound_messages_are_read_as_the_standard_library_reads_them() -> None:
    chance = random.Random("sound")
    for _ in range(150):
        raw = _random_message(chance).as_bytes()
        expected = _contents(message_from_bytes(raw))
        found = [(part.content_type, _content(part, raw)) for part in parse(raw).walk()]
        assert found == expected
