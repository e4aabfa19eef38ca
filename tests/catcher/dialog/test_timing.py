"""Where the time of a session went: one chain of segments, told by kind, step and round trips."""

from __future__ import annotations

import time
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog import conversation, script
from catcher.dialog.durations import spell
from catcher.dialog.records import Direction, Kind, Record, Terminator
from catcher.dialog.segment import TIMEOUTS, Spent
from catcher.dialog.timing import Timing, timing

OPENED = """
    ! open peer=127.0.0.1:40000
    @ 1
    S: 220 sandpost ESMTP
"""


def timed(text: str) -> Timing:
    return timing(conversation.read(script.records(text)))


def told(found: Timing) -> list[tuple[str, str, float]]:
    return [(each.kind.value, each.step, each.duration_us / 1000) for each in found.segments]


def test_who_was_waited_for() -> None:
    found = timed(
        OPENED
        + """
        @ 10
        C: MAIL FROM:<a@example.com>
        @ 12
        S: 250 2.1.0 Sender ok
        @ 20
        C: DATA
        @ 21
        S: 354 go on
        @ 60
        = bytes=9 first_us=30000 last_us=55000
        @ 70
        S: 250 2.0.0 Stored
        @ 100
        ! close reason=client
        """
    )
    assert told(found) == [
        ("server", "greeting", 1),
        ("client", "MAIL", 9),
        ("server", "MAIL", 2),
        ("client", "DATA", 8),
        ("server", "DATA", 1),
        ("client", "message", 9),
        ("transfer", "message", 25),
        ("server", "message", 15),
        ("client", "close", 30),
    ]
    assert found.totals == {Spent.CLIENT: 56_000, Spent.SERVER: 19_000, Spent.TRANSFER: 25_000}
    assert found.percents == {Spent.CLIENT: 56, Spent.SERVER: 19, Spent.TRANSFER: 25}
    assert found.duration_us == 100_000
    assert found.round_trips == 4
    assert (found.longest_pause, found.largest) == (found.segments[-1], Spent.CLIENT)


def test_pipelined_commands_are_counted_once() -> None:
    found = timed(
        OPENED
        + """
        @ 10
        C: MAIL FROM:<a@example.com>
        @ 10
        C+ RCPT TO:<b@example.com>
        @ 10
        C+ RCPT TO:<c@example.com>
        @ 14
        S: 250 2.1.0 Sender ok
        @ 15
        S: 250 2.1.5 Recipient ok
        @ 15
        S: 550 5.1.1 No such user
        @ 20
        C: QUIT
        @ 21
        S: 221 2.0.0 Bye
        @ 22
        ! close reason=quit
        """
    )
    assert told(found)[2:] == [
        ("server", "MAIL", 4),
        ("server", "RCPT", 1),
        ("client", "QUIT", 5),
        ("server", "QUIT", 1),
        ("server", "close", 1),
    ]
    assert (found.round_trips, found.envelope_trips, found.envelopes) == (3, 1, 1)


def test_without_pipelining_each_command_is_a_round_trip() -> None:
    found = timed(
        OPENED
        + """
        C: MAIL FROM:<a@example.com>
        S: 250 2.1.0 Sender ok
        C: RCPT TO:<b@example.com>
        S: 250 2.1.5 Recipient ok
        C: DATA
        S: 354 go on
        = bytes=9
        S: 250 2.0.0 Stored
        C: QUIT
        S: 221 2.0.0 Bye
        ! close reason=quit
        """
    )
    assert (found.round_trips, found.envelope_trips, found.envelopes) == (6, 3, 1)


def test_a_handshake_and_a_login() -> None:
    found = timed(
        OPENED
        + """
        @ 2
        C: STARTTLS
        @ 3
        S: 220 2.0.0 Ready
        @ 3
        ! tls-start
        @ 23
        ! tls-done version=TLSv1.3
        @ 30
        C: AUTH LOGIN
        @ 31
        S: 334 VXNlcm5hbWU6
        @ 40
        C* secret
        @ 42
        S: 235 2.7.0 ok
        @ 50
        ! close reason=reset
        """
    )
    assert told(found)[3:] == [
        ("tls", "TLS handshake", 20),
        ("client", "AUTH", 7),
        ("server", "AUTH", 1),
        ("client", "AUTH answer", 9),
        ("server", "AUTH answer", 2),
        ("client", "close", 8),
    ]


@pytest.mark.parametrize("end", ["! tls-fail error=eof", "! close reason=tls"])
def test_a_handshake_that_is_never_done_lasts_to_its_end(end: str) -> None:
    found = timed(OPENED + "C: STARTTLS\nS: 220 go\n! tls-start\n@ 90\n" + end)
    assert told(found)[-1][:2] == ("tls", "TLS handshake")
    assert found.segments[-1].end_us == 90_000


def test_a_message_that_never_ends_and_the_farewell_that_overtook_it() -> None:
    found = timed(
        OPENED
        + """
        @ 5
        C: DATA
        @ 6
        S: 354 go on
        @ 500
        S: 421 4.4.2 Nothing heard
        = bytes=9 first_us=10000 last_us=20000 ended=0
        @ 502
        ! close reason=idle
        """
    )
    assert told(found)[3:] == [
        ("client", "message", 4),
        ("transfer", "message", 10),
        ("client", "farewell", 480),
        ("server", "close", 2),
    ]
    assert found.segments[5].label == "client silent until the server said goodbye"


def test_what_the_tape_did_not_keep_is_nobodys() -> None:
    found = timed(OPENED + "@ 5\nC: NOOP\nS: 250 ok\n! cut\n@ 90\n! close reason=quit")
    assert found.segments[-1].kind is Spent.UNRECORDED
    assert found.totals[Spent.UNRECORDED] == 83_000


def test_a_command_that_is_never_answered_waits_for_the_server() -> None:
    found = timed(OPENED + "@ 5\nC: NOOP\n@ 90\n! close reason=client")
    assert told(found)[-1] == ("server", "NOOP", 85)


def test_a_session_that_runs_is_told_up_to_now() -> None:
    found = timed(OPENED + "@ 5\nC: NOOP\n@ 6\nS: 250 ok")
    assert (found.duration_us, found.round_trips) == (6_000, 2)


@pytest.mark.parametrize("text", ["", "@ 0\nS: 220 a\n@ 0\nC: NOOP\n@ 0\nS: 250 ok\n@ 0"])
def test_a_transcript_without_times(text: str) -> None:
    found = timed(text)
    assert not found.known
    assert (found.duration_us, found.percents, found.longest_pause, found.largest) == (0, {}, None, None)
    assert found.drawn() == []
    assert found.round_trips == (2 if text else 0)


def test_each_step_has_its_time_out() -> None:
    assert [(each.step, each.minutes, each.source[-1]) for each in TIMEOUTS] == [
        ("greeting", 5, "1"),
        ("MAIL", 5, "2"),
        ("RCPT", 5, "3"),
        ("DATA", 2, "4"),
        ("final dot", 10, "6"),
        ("data block", 3, "5"),
        ("next command", 5, "7"),
    ]
    found = timed(
        OPENED + "@ 5\nC: DATA\nS: 354 go\n@ 20\n= bytes=9 first_us=10000 last_us=15000\nS: 250 ok\nC: NOOP\nS: 250 ok"
    )
    limits = [each.timeout.step if each.timeout else "" for each in found.segments]
    assert limits == [
        "greeting", "next command", "DATA", "next command", "data block", "final dot", "next command", "",
    ]  # fmt: skip


RECORDS = st.lists(
    st.builds(
        Record,
        st.just(0),
        st.integers(0, 5_000),
        st.sampled_from(Direction),
        st.sampled_from(Kind),
        st.sampled_from(
            [b"MAIL FROM:<a@b>", b"RCPT TO:<a@b>", b"DATA", b"354 go", b"250 ok", b"250-a", b"\xff", b"AUTH"]
        ),
        read=st.integers(0, 3),
        masked=st.booleans(),
        transaction=st.integers(0, 2),
        info=st.fixed_dictionaries(
            {},
            optional={
                "first_us": st.integers(-9, 9_999) | st.text(max_size=3),
                "last_us": st.integers(-9, 9_999) | st.none(),
                "ended": st.booleans(),
                "reads": st.integers(0, 2),
            },
        ),
    ),
    max_size=30,
)


@given(RECORDS, st.integers(1, 12))
def test_whatever_the_tape_the_chain_is_whole(records: list[Record], most: int) -> None:
    for seq, record in enumerate(records, 1):
        record.seq = seq
    found = timing(conversation.read(records))
    end = max((record.at_us for record in records), default=0)
    assert sum(found.totals.values()) == found.duration_us <= end
    assert all(one.end_us == next_one.start_us for one, next_one in pairwise(found.segments))
    assert all(each.duration_us > 0 and each.label for each in found.segments)
    if found.known:
        assert found.segments[0].start_us == 0
        assert sum(found.percents.values()) == 100
    drawn = found.drawn(most)
    assert sum(each.duration_us for each in drawn) == found.duration_us
    assert {kind: sum(each.duration_us for each in drawn if each.kind is kind) for kind in found.totals} == found.totals
    assert all(one.end_us == next_one.start_us for one, next_one in pairwise(drawn))


def long_session(commands: int) -> list[Record]:
    records: list[Record] = []
    for number in range(commands):
        values: dict[str, Any] = {"terminator": Terminator.CRLF, "length": 6}
        at_us = number * 100 + (5_000 if number > commands // 2 else 0)
        records.append(Record(2 * number + 1, at_us, Direction.CLIENT, Kind.LINE, b"NOOP", read=number + 1, **values))
        records.append(Record(2 * number + 2, at_us + 30, Direction.SERVER, Kind.LINE, b"250 ok", **values))
    return records


def test_a_session_of_many_lines_is_drawn_in_few_segments_and_in_time() -> None:
    talk = conversation.read(long_session(25_000))
    began = time.process_time()
    found = timing(talk)
    drawn = found.drawn()
    assert time.process_time() - began < 1
    assert len(found.segments) > 40_000
    assert 50 <= len(drawn) <= 200
    assert {kind: sum(each.duration_us for each in drawn if each.kind is kind) for kind in found.totals} == found.totals
    merged = max(drawn, key=lambda each: each.count)
    assert merged.label.endswith(f"{merged.count:,} times")


def test_what_stands_out_is_not_merged() -> None:
    found = timing(conversation.read(long_session(2_000)))
    (longest,) = [each for each in found.drawn() if each.duration_us > 5_000 and each.count == 1]
    assert longest == found.longest_pause


@pytest.mark.parametrize(
    ("microseconds", "words"),
    [
        (0, "0.0 ms"), (412, "0.4 ms"), (412_300, "412 ms"), (999_499, "999 ms"), (999_500, "1.0 s"),
        (59_949_999, "59.9 s"), (59_950_000, "1 min 0 s"), (310_000_000, "5 min 10 s"), (7_380_000_000, "2 h 3 min"),
    ],
)  # fmt: skip
def test_how_a_duration_is_written(microseconds: int, words: str) -> None:
    assert spell(microseconds) == words
