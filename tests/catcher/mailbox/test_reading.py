"""Files of mail, good and bad, and what is written is read again."""

from __future__ import annotations

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.mailbox import archive, mbox, single
from catcher.mailbox.found import Found, Unreadable
from catcher.mailbox.names import eml_name
from catcher.mailbox.reading import files, read

AT = datetime(2026, 11, 25, 10, 30, tzinfo=UTC)
MAIL = b"From: a@x.test\r\nSubject: Hello\r\n\r\nFrom here on\r\n>From there\r\n"


def entries(content: bytes, name: str = "file") -> list[Found | Unreadable]:
    return list(read(io.BytesIO(content), name))


def zipped(**members: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as made:
        for name, content in members.items():
            made.writestr(name, content)
    return packed.getvalue()


def test_a_single_message_is_what_it_is() -> None:
    assert entries(MAIL, "a.eml") == [Found("a.eml", MAIL)]


def test_what_an_mbox_quotes_comes_out_again() -> None:
    content = mbox.written(MAIL, "a@x.test", AT) + mbox.written(b"Subject: 2\n\n\n", "", AT)
    assert content.startswith(b"From a@x.test Wed Nov 25 10:30:00 2026\n")
    assert b"\n>From here on\r\n>>From there\r\n" in content
    first, second = entries(content, "box")
    assert first == Found("box #1", MAIL, "a@x.test")
    assert second == Found("box #2", b"Subject: 2\n\n\n")


@given(st.lists(st.text("From >\n\r:ab1", min_size=1, max_size=60), min_size=1, max_size=4))
def test_any_messages_go_through_an_mbox(texts: list[str]) -> None:
    raws = [text.encode() + b"\n" for text in texts]
    content = b"".join(mbox.written(raw, "a@x.test", AT) for raw in raws)
    assert [entry.raw for entry in entries(content) if isinstance(entry, Found)] == raws


def test_a_line_of_a_mail_is_no_beginning() -> None:
    content = (
        b"From a@x.test Wed Nov 25 10:30:00 2026\nSubject: 1\n\nhello\nFrom me Wed Nov 25 10:30:00 2026\nFrom now on\n"
    )
    assert len(entries(content)) == 1


def test_an_archive_of_all_kinds() -> None:
    content = zipped(
        **{
            "a.eml": MAIL,
            "box.mbox": mbox.written(MAIL, "a@x.test", AT) * 2,
            "__MACOSX/a.eml": b"x",
            "none.eml": b"",
        }
    )
    assert [(type(entry), entry.name) for entry in entries(content)] == [
        (Found, "a.eml"),
        (Found, "box.mbox #1"),
        (Found, "box.mbox #2"),
        (Unreadable, "none.eml"),
    ]


def test_a_damaged_archive_gives_what_is_whole() -> None:
    content = bytearray(zipped(**{"a.eml": MAIL, "b.eml": MAIL}))
    at = content.index(b"Hello")
    content[at : at + 5] = b"HELLO"
    first, second = entries(bytes(content))
    assert isinstance(first, Unreadable)
    assert "cannot be unpacked" in first.reason
    assert second == Found("b.eml", MAIL)
    (broken,) = entries(b"PK\x03\x04 and no more")
    assert isinstance(broken, Unreadable)


def test_an_archive_of_zeroes_is_not_unpacked_beyond_reason(monkeypatch: pytest.MonkeyPatch) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("a.eml", b"A: \0" * 1_000_000)
        made.writestr("b.eml", b"\0" * 4_000_000)
    monkeypatch.setattr(archive, "MOST_UNPACKED", 6_000_000)
    monkeypatch.setattr(single, "LARGEST", 1_000_000)
    first, second = entries(packed.getvalue())
    assert isinstance(first, Unreadable)
    assert "larger than" in first.reason
    assert isinstance(second, Unreadable)
    assert "the rest is left out" in second.reason


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"hello world", "does not begin as a message does"),
        (b"\xd0\xcf\x11\xe0 outlook", "export it as .eml"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b", "unpack it first"),
        (b"\x00\x01\x02", "does not begin"),
    ],
)
def test_what_is_no_message_is_named(content: bytes, words: str) -> None:
    (entry,) = entries(content)
    assert isinstance(entry, Unreadable)
    assert words in entry.reason


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"From a@b 10:00 2026\n", b"From: a\n"]))
def test_it_never_raises(content: bytes, start: bytes) -> None:
    for entry in entries(start + content):
        assert entry.name


def test_a_maildir_without_what_is_not_delivered(tmp_path: Path) -> None:
    for name in ("cur/1:2,S", "new/2", "tmp/3", "dovecot.index", ".Sent/cur/4", ".Sent/new/.keep", ".Sent/tmp/5"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(MAIL)
    assert [str(path.relative_to(tmp_path)) for path in files(tmp_path)] == [".Sent/cur/4", "cur/1:2,S", "new/2"]


def test_an_archive_is_written_piece_by_piece() -> None:
    writer = archive.Writer()
    names = [eml_name(AT, f"{number:022d}", "../Re: a/b") for number in range(3)]
    content = b"".join([writer.add(name, MAIL, AT) for name in names]) + writer.end()
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        assert made.testzip() is None
        assert made.namelist() == names
        assert made.read(names[0]) == MAIL
    assert "/" not in names[0]
    assert names[0].startswith("20261125-103000-000000")
