"""The stored form of a tape gives back what was put in."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog.records import Direction, Kind, Record, Terminator, pack, unpack

NUMBERS = st.integers(min_value=0, max_value=1 << 40)
INFO = st.dictionaries(
    st.text(max_size=10), st.none() | st.booleans() | st.integers() | st.text(max_size=20), max_size=3
)


@st.composite
def tapes(draw: st.DrawFn) -> list[Record]:
    first = draw(st.integers(min_value=1, max_value=1 << 30))
    records = []
    for offset in range(draw(st.integers(min_value=1, max_value=12))):
        data = draw(st.binary(max_size=40) | st.just(b"NOOP"))
        records.append(
            Record(
                first + offset,
                draw(NUMBERS),
                draw(st.sampled_from(Direction)),
                draw(st.sampled_from(Kind)),
                data,
                len(data) + draw(st.just(0) | st.integers(min_value=-len(data), max_value=1 << 30)),
                draw(st.sampled_from([Terminator.CRLF, *Terminator])),
                draw(st.just(0) | NUMBERS),
                draw(st.booleans()),
                draw(st.just(0) | NUMBERS),
                draw(st.booleans()),
                draw(st.just({}) | INFO),
            )
        )
    return records


@given(tapes())
def test_what_is_packed_comes_out_again(records: list[Record]) -> None:
    assert unpack(pack(records)) == records
    assert unpack(memoryview(pack(records))) == records


def test_a_long_tape_comes_out_again_and_is_compressed() -> None:
    records = [
        Record(
            seq, seq * 100, Direction.CLIENT, Kind.LINE, b"NOOP %d" % seq, len(b"NOOP %d" % seq), Terminator.CRLF, seq
        )
        for seq in range(5, 3000)
    ]
    packed = pack(records)
    assert unpack(packed) == records
    assert len(packed) < sum(len(record.data) for record in records)


def test_an_empty_tape() -> None:
    assert unpack(pack([])) == []


def test_every_octet_can_be_kept() -> None:
    record = Record(1, 0, Direction.CLIENT, Kind.LINE, bytes(range(256)), 256, Terminator.NONE)
    assert unpack(pack([record])) == [record]


def test_text_of_octets_that_are_none() -> None:
    record = Record(1, 0, Direction.CLIENT, Kind.LINE, b"caf\xc3\xa9 \xe9")
    assert record.text == "café \\xe9"


def test_what_is_cut_says_so_and_what_is_masked_does_not() -> None:
    assert Record(1, 0, Direction.CLIENT, Kind.LINE, b"abc", 4).is_cut
    assert not Record(1, 0, Direction.CLIENT, Kind.LINE, b"abc", 3).is_cut
    assert not Record(1, 0, Direction.CLIENT, Kind.LINE, b"***", 40, masked=True).is_cut
