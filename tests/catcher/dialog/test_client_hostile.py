"""Whatever stands on a tape, the client and its exceptions are told without raising and in linear time."""

from __future__ import annotations

import time

from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog import conversation
from catcher.dialog.client import fingerprint, recognise
from catcher.dialog.raised import as_raised
from catcher.dialog.records import Direction, Kind, Record
from tests.corpus import recordings

TAPES = [tape for recording in recordings() for tape in recording.sessions]


def look(tape: list[Record], headers: list[tuple[str, str]] | None = None) -> None:
    heard = conversation.read(tape)
    recognise(heard, headers or [])
    fingerprint(heard)
    as_raised(heard)


@given(
    st.sampled_from(TAPES),
    st.lists(st.tuples(st.integers(0, 40), st.binary(max_size=60)), max_size=6),
    st.lists(st.integers(0, 40), max_size=10),
)
def test_damaged_recordings(tape: list[Record], changes: list[tuple[int, bytes]], missing: list[int]) -> None:
    damaged = [
        Record(r.seq, r.at_us, r.direction, r.kind, dict(changes).get(index, r.data), r.length, r.terminator, r.read)
        for index, r in enumerate(tape)
        if index not in missing
    ]
    look(damaged)


@given(st.lists(st.tuples(st.text(max_size=20), st.text(max_size=300)), max_size=5))
def test_any_header(headers: list[tuple[str, str]]) -> None:
    look(TAPES[0], [*headers, ("X-Mailer", "x" * 100_000), ("Message-ID", "<" + "1." * 50_000)])


def tape_of(count: int) -> list[Record]:
    tape: list[Record] = []
    for index in range(count):
        tape.append(Record(2 * index + 1, index, Direction.CLIENT, Kind.LINE, b"RCPT TO:<a@example.com>", read=1))
        tape.append(Record(2 * index + 2, index, Direction.SERVER, Kind.LINE, b"550 5.1.1 No such user"))
    for record in tape:
        record.transaction = 1
    return tape


def seconds(count: int) -> float:
    tape = tape_of(count)
    started = time.perf_counter()
    look(tape)
    return time.perf_counter() - started


def test_ten_times_the_commands_take_ten_times_as_long() -> None:
    seconds(1000)
    small = min(seconds(2000) for _ in range(3))
    assert seconds(20_000) < 60 * small
