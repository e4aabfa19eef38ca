"""The stored form of the tape gives back what was recorded, octet for octet."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog.records import SMALL, Direction, Kind, Record, Terminator, pack, unpack

RECORDS = st.lists(
    st.builds(
        Record,
        seq=st.just(0),
        at_us=st.integers(0, 2**40),
        direction=st.sampled_from(Direction),
        kind=st.sampled_from(Kind),
        data=st.binary(max_size=80),
        length=st.integers(0, 2**31),
        terminator=st.sampled_from(Terminator),
        read=st.integers(0, 10_000),
        tls=st.booleans(),
        transaction=st.integers(0, 99),
        masked=st.booleans(),
        info=st.dictionaries(st.sampled_from(["reason", "bytes"]), st.integers() | st.text()),
    ),
    max_size=8,
)


@given(RECORDS, st.integers(1, 10**6))
def test_packing_and_unpacking_changes_nothing(records: list[Record], first: int) -> None:
    for index, record in enumerate(records):
        record.seq = first + index
    assert unpack(pack(records)) == records
    assert unpack(memoryview(pack(records))) == records


def test_a_long_tape_is_compressed_and_a_short_one_is_not() -> None:
    line = Record(1, 0, Direction.CLIENT, Kind.LINE, b"NOOP", 4, Terminator.CRLF)
    assert pack([line]).startswith(b"[")
    many = [Record(seq, seq, Direction.CLIENT, Kind.LINE, b"NOOP", 4, Terminator.CRLF) for seq in range(1, 500)]
    packed = pack(many)
    assert len(packed) < SMALL < sum(len(record.data) + 10 for record in many)
    assert unpack(packed) == many


def test_text_shows_octets_that_are_no_text() -> None:
    record = Record(1, 0, Direction.CLIENT, Kind.LINE, b"caf\xc3\xa9 \xff", 8, Terminator.CRLF)
    assert record.text == "café \\xff"
    assert record.is_cut
