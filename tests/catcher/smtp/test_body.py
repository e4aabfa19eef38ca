"""What comes between 354 and CRLF.CRLF, cut into reads at any octet."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from catcher.smtp.body import Body
from tests.catcher.wire import stuffed

# Mostly what the end is made of, so that almost-ends are common.
PIECES = st.lists(
    st.sampled_from([b"\r\n", b".", b"\r", b"\n", b"a", b"\x00", b"\r\n.", b"\n.\n", b"\r.\r", b"..", b"\xff"])
    | st.binary(max_size=8),
    max_size=30,
)
# RFC 5321 §4.1.1.4: a message ends with a line break, so what is sent always does.
CONTENTS = PIECES.map(lambda pieces: b"".join(pieces) + b"\r\n") | st.just(b"")
CUTS = st.lists(st.integers(min_value=0, max_value=400), max_size=12)


def cut(data: bytes, cuts: list[int]) -> list[bytes]:
    places = [0, *sorted({place for place in cuts if 0 < place < len(data)}), len(data)]
    return [data[start:end] for start, end in pairwise(places)]


def received(reads: list[bytes], limit: int = 1 << 20) -> tuple[Body, bytes | None]:
    """Feed the reads; return the body and what lay behind its end, or None where it has not ended."""
    body = Body(limit, 0, 0)
    rest: bytes | None = None
    for number, read in enumerate(reads):
        assert rest is None, "the end was found before it came"
        rest = body.feed(read, number)
        if rest is not None:
            rest += b"".join(reads[number + 1 :])
            break
    return body, rest


@given(CONTENTS, CUTS)
def test_the_content_is_what_was_sent_however_it_was_cut(content: bytes, cuts: list[int]) -> None:
    wire = stuffed(content) + b".\r\n"
    body, rest = received(cut(wire, cuts))
    assert rest == b""
    assert not body.oversize
    assert body.content() == content
    assert body.received == len(wire)


@given(CONTENTS, CUTS, st.binary(max_size=20))
@example(b"", [], b".\r\n.\r\n")
def test_what_lies_behind_the_end_is_handed_back(content: bytes, cuts: list[int], behind: bytes) -> None:
    wire = stuffed(content) + b".\r\n"
    body, rest = received(cut(wire + behind, cuts))
    assert rest == behind
    assert body.content() == content
    assert body.received == len(wire)


@given(st.binary(max_size=60) | PIECES.map(b"".join), CUTS)
def test_only_the_terminator_ends_it(data: bytes, cuts: list[int]) -> None:
    _, rest = received(cut(data, cuts))
    end = (b"\r\n" + data).find(b"\r\n.\r\n")
    assert rest == (None if end < 0 else data[end + 3 :])


@pytest.mark.parametrize(
    "ending",
    [
        b"\n.\n",
        b"\r.\r",
        b"\n.\r\n",
        b"\r\n.\n",
        b"\r\n.\r",
        b"\r.\r\n",
        b"\r\n\x00.\r\n",
        b"\r\n.\r\r\n",
        b"\n\n.\r\n",
    ],
)
def test_what_ends_it_elsewhere_is_content_here(ending: bytes) -> None:
    # SMTP smuggling (CVE-2023-51764 and its sisters): one server's end is another's content.
    data = b"before" + ending + b"MAIL FROM:<smuggled@test>\r\n"
    body, rest = received([data + b".\r\n"])
    assert rest == b""
    assert body.content() == (b"\r\n" + data).replace(b"\r\n.", b"\r\n")[2:]
    assert b"smuggled" in body.content()


@given(CONTENTS, CUTS)
@example(b"ab\r\n", [5])
@example(b"ab\r\n", [4, 5, 6])
def test_the_limit_is_exact(content: bytes, cuts: list[int]) -> None:
    reads = cut(stuffed(content) + b".\r\n", cuts)
    assert not received(reads, len(content))[0].oversize
    if content:
        assert received(reads, len(content) - 1)[0].oversize


@given(CONTENTS, CUTS, st.integers(min_value=0, max_value=20))
def test_the_end_is_found_when_the_content_is_thrown_away(content: bytes, cuts: list[int], limit: int) -> None:
    body, rest = received(cut(stuffed(content) + b".\r\nQUIT\r\n", cuts), limit)
    assert rest == b"QUIT\r\n"
    assert body.oversize is (len(content) > limit)


def test_what_is_thrown_away_takes_no_memory() -> None:
    body = Body(1000, 0, 0)
    for _ in range(100):
        assert body.feed(b"x" * 1000, 0) is None
    assert body.oversize
    assert body.received == 100_000
    assert len(body._buffer) < 10


def test_the_summary_says_where_it_lay_and_when_it_came() -> None:
    body = Body(1000, 70, 5)
    assert body.feed(b"one\r\n..t", 10) is None
    assert body.feed(b"wo\r\n.\r\nQUIT", 30) == b"QUIT"
    assert body.summary(body.content()) == {
        "bytes": 11,
        "lines": 2,
        "wire": 15,
        "offset": 70,
        "end": 85,
        "first_us": 10,
        "last_us": 30,
        "reads": 2,
        "oversize": False,
    }


def test_dots_that_were_not_doubled_are_told_by_their_place_in_the_message() -> None:
    body, rest = received([b"a\r\n..b\r\n.hidden\r\n.\nx\r\n.\r.\r\n\r\n.\r\n"])
    assert rest == b""
    content = body.content()
    assert content == b"a\r\n.b\r\nhidden\r\n\nx\r\n\r.\r\n\r\n"
    summary = body.summary(content)
    assert [content[place:][:6] for place in summary["undoubled_dots"]] == [b"hidden"]
    assert [content[place:][:2] for place in summary["smuggling"]] == [b"\nx", b"\r."]


@given(CONTENTS, CUTS)
def test_a_sender_that_doubles_its_dots_is_not_accused(content: bytes, cuts: list[int]) -> None:
    body, _ = received(cut(stuffed(content) + b".\r\n", cuts))
    assert not {"undoubled_dots", "smuggling"} & body.summary(body.content()).keys()
