"""Whatever the bytes, a message comes out of them, and its parts lie where they say."""

from __future__ import annotations

from collections.abc import Iterator
from importlib.util import find_spec
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catcher.mime import bodies
from catcher.mime.charsets import one_line
from catcher.mime.defects import TEXTS
from catcher.mime.digest import MAX_SEARCH_TEXT, digest
from catcher.mime.html import prepare
from catcher.mime.parse import MAX_PARTS, Part, parse, safe_filename
from catcher.mime.snippet import MAX_SNIPPET, snippet
from catcher.mime.summary import Summary, summarize
from tests.catcher.mime.hostile import MAILS, is_storable, mutations

MUTATIONS = 2_400


def _stdlib_mails() -> list[Path]:
    # Distributions leave the tests out or put them into a package of their own.
    try:
        found = find_spec("test.test_email")
    except ImportError:
        return []
    folders = found.submodule_search_locations if found else None
    return sorted(Path(folders[0], "data").glob("msg_*.txt")) if folders else []


STDLIB_MAILS = _stdlib_mails()


def check(raw: bytes) -> Part:
    """Read the message in every way there is and hold the results to what callers rely on."""
    check_summary(summarize(raw))
    tree = parse(raw)
    check_tree(raw, tree)
    found = digest(raw)
    assert len(found.defects) <= 50
    assert found.attachments == len(bodies.attachments(tree))
    assert len(found.search_text.encode()) <= MAX_SEARCH_TEXT
    assert found.snippet == snippet(raw, tree)
    assert len(found.snippet) <= MAX_SNIPPET
    assert is_storable(found.snippet + found.search_text)
    return tree


def check_summary(summary: Summary) -> None:
    assert len(summary.subject) <= 1_000
    assert len(summary.message_id) <= 500
    lists = (summary.from_, summary.to, summary.cc, summary.bcc, summary.reply_to)
    for mailboxes in lists:
        assert len(mailboxes) <= 1_000
        assert all(len(name) <= 1_000 and len(address) <= 1_000 for name, address in mailboxes)
    texts = [summary.subject, summary.message_id, *(text for boxes in lists for box in boxes for text in box)]
    for text in texts:
        assert is_storable(text)
        assert text == one_line(text)
    assert {found.code for found in summary.defects} <= TEXTS.keys()


def check_tree(raw: bytes, tree: Part) -> None:
    parts = list(islice(tree.walk(), MAX_PARTS + 1))
    assert len(parts) <= MAX_PARTS
    assert len({part.path for part in parts}) == len(parts)
    for part in parts:
        assert 0 <= part.header_start <= part.start <= part.end <= len(raw)
        ends = part.start
        for child in part.children:
            assert ends <= child.header_start
            assert child.end <= part.end
            ends = child.end
        assert all(found.text == TEXTS[found.code] for found in part.defects)
        assert all(0 <= (found.offset or 0) <= len(raw) for found in part.defects)
        assert is_storable(part.filename + part.content_id + part.content_type + part.charset + part.disposition)
    for part in parts[:50]:
        check_part(raw, part)


def check_part(raw: bytes, part: Part) -> None:
    assert isinstance(bodies.decoded(raw, part), bytes)
    assert is_storable(bodies.text(raw, part))
    for field in part.fields[:50]:
        assert is_storable(field.value)
        assert is_storable(field.decoded)
        assert "\n" not in field.decoded
    name = safe_filename(part.filename, "part")
    assert 0 < len(name) <= 150
    assert not set(name) & set('/\\\0\n\r"<>:\u202e')
    assert not name.startswith(".")


@pytest.mark.parametrize("raw", MAILS.values(), ids=MAILS.keys())
def test_hostile_mail_is_read(raw: bytes) -> None:
    tree = check(raw)
    page = bodies.find_html(tree)
    if page is not None:
        assert prepare(bodies.text(raw, page), cid_url=lambda _: None, remote=False).html


def test_damaged_hostile_mail_is_read() -> None:
    small = {name: raw for name, raw in MAILS.items() if len(raw) < 2_000}
    for name, raw in small.items():
        for mutated in mutations(raw, MUTATIONS // len(small) + 1, name):
            check(mutated)


@pytest.mark.skipif(not STDLIB_MAILS, reason="this Python was installed without its own tests")
def test_mail_of_the_standard_library_is_read() -> None:
    for path in STDLIB_MAILS:
        check(path.read_bytes())


@pytest.mark.skipif(not STDLIB_MAILS, reason="this Python was installed without its own tests")
def test_damaged_mail_of_the_standard_library_is_read() -> None:
    for path in STDLIB_MAILS:
        for mutated in mutations(path.read_bytes(), MUTATIONS // len(STDLIB_MAILS) + 1, path.name):
            check(mutated)


@pytest.mark.skipif(not STDLIB_MAILS, reason="this Python was installed without its own tests")
def test_line_ends_change_nothing_but_offsets() -> None:
    for path in STDLIB_MAILS:
        raw = path.read_bytes().replace(b"\r\n", b"\n").replace(b"\r", b"")
        assert list(_outline(parse(raw))) == list(_outline(parse(raw.replace(b"\n", b"\r\n"))))


def _outline(tree: Part) -> Iterator[tuple[str, str, str, list[str]]]:
    for part in tree.walk():
        yield part.path, part.content_type, part.filename, [field.name for field in part.fields]


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=2_000))
def test_any_bytes_are_read(raw: bytes) -> None:
    check(raw)


_LINES = st.sampled_from(
    [
        b"Content-Type: multipart/mixed; boundary=x",
        b"Content-Type: multipart/related; boundary=y",
        b"Content-Type: multipart/digest; boundary=x",
        b"Content-Type: message/rfc822",
        b"Content-Type: text/html; charset=utf-8",
        b"Content-Transfer-Encoding: base64",
        b"Content-Disposition: attachment; filename=a.txt",
        b"Subject: =?utf-8?q?=C3=A9?=",
        b"--x",
        b"--x--",
        b"--y",
        b"--y--",
        b"",
        b" ",
        b"some text",
        b"<p>some</p>",
    ]
)


@settings(max_examples=300, deadline=None)
@given(st.lists(_LINES, max_size=40), st.sampled_from([b"\r\n", b"\n"]))
def test_any_order_of_structure_is_read(lines: list[bytes], line_end: bytes) -> None:
    check(line_end.join(lines))
