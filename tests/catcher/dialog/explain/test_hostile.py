"""Tapes of any kind: explained without an exception, in linear time, and fast."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog.conversation import Conversation, read
from catcher.dialog.explain import auth_steps, lesson, offers, remark, spans
from catcher.dialog.records import Direction, Kind, Record
from catcher.dialog.script import records
from tests.catcher.dialog.explain.examples import REFUSED

WORDS = st.sampled_from(
    [b"MAIL FROM:", b"RCPT TO:", b"<", b">", b'"', b"\\", b"@", b" ", b"SIZE=", b"BODY=", b"NOTIFY=", b"=", b";", b"+",
     b"AUTH ", b"PLAIN ", b"LOGIN", b"EHLO ", b"HELO ", b"STARTTLS", b"DATA", b"***", b"*", b"250", b"250-", b"334 ",
     b"550 5.1.1", b" 9.9.9", b"\xff", b"\x00", b"\xe2\x80\xae", b"VXNlcm5hbWU6", b"X", b"[", b"]"]
)  # fmt: skip
LINES = st.lists(WORDS, max_size=8).map(b"".join) | st.binary(max_size=30)
VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.lists(st.integers(), max_size=2)
NAMES = st.sampled_from(
    ["bytes", "lines", "ended", "reason", "error", "user", "ok", "version", "why", "cut", "message"]
)
RECORDS = st.builds(
    Record,
    st.integers(0, 50),
    st.integers(0, 1 << 40),
    st.sampled_from(Direction),
    st.sampled_from(Kind),
    LINES,
    st.integers(0, 100),
    read=st.integers(0, 3),
    tls=st.booleans(),
    transaction=st.integers(-1, 3),
    masked=st.booleans(),
    info=st.dictionaries(NAMES, VALUES, max_size=3),
)


def explain(conversation: Conversation) -> None:
    data = {record.seq: record.data for record in conversation.records}
    for seq, found in spans(conversation).items():
        end = 0
        for span in found:
            assert end <= span.start <= span.end <= len(data[seq])
            assert span.about.title
            assert span.about.text
            end = span.end
    offers(conversation)
    auth_steps(conversation)
    for step in conversation.steps:
        assert lesson(conversation, step).endswith(".")
        remark(conversation, step)


@given(st.lists(RECORDS, max_size=25))
def test_no_tape_raises_and_no_spans_overlap(tape: list[Record]) -> None:
    for seq, record in enumerate(tape, 1):
        record.seq = seq
    explain(read(tape))


@given(st.integers(0, 60))
def test_a_tape_may_end_anywhere(length: int) -> None:
    explain(read(records(REFUSED)[:length]))


@pytest.mark.parametrize(
    "piece",
    ["MAIL FROM:<", 'MAIL FROM:"', 'MAIL FROM:<"\\', "MAIL FROM: ", "RCPT TO:<> A=B ", "MAIL FROM:<> ENVID=+41",
     "EHLO -", "EHLO a.", "AUTH PLAIN ", "AUTH ", " ", "\t", "A", "GET ", "<", ">", ":", "250-", "250 SIZE ", "334 ",
     "550 5.1.1"],
)  # fmt: skip
@pytest.mark.parametrize("direction", [Direction.CLIENT, Direction.SERVER])
def test_a_line_of_a_mebibyte(piece: str, direction: Direction) -> None:
    head, tail = piece.rstrip('<"\\ -.+41') or piece, piece[-2:]
    hello = records("C: EHLO a\nS: 250 b")
    for text in (piece * ((1 << 20) // len(piece)), head + tail * (1 << 19)):
        line = text.encode()
        explain(read([*hello, Record(3, 0, direction, Kind.LINE, line, len(line))]))


def long(commands: int) -> Conversation:
    part = records("C: RCPT TO:<nobody@example.com> NOTIFY=NEVER\nS: 550 5.1.1 No such user\nC: NOOP\nS: 250 2.0.0 OK")
    tape = records("S: 220 a\nC: EHLO b\nS: 250-a\nS: 250 DSN\nC: MAIL FROM:<>\nS: 250 ok")
    for _ in range(commands // 2):
        for record in part:
            tape.append(Record(len(tape) + 1, 0, record.direction, record.kind, record.data, transaction=1))
    return read(tape)


def seconds(conversation: Conversation) -> float:
    start = time.process_time()
    spans(conversation)
    for step in conversation.steps:
        lesson(conversation, step)
        remark(conversation, step)
    offers(conversation)
    auth_steps(conversation)
    return time.process_time() - start


def test_fifty_thousand_lines_cost_about_as_much_each_as_five_thousand() -> None:
    seconds(long(100))
    short, whole = min(seconds(long(2_500)) for _ in range(3)), seconds(long(25_000))
    assert whole < 25 * short
    assert whole < 5  # the aim is 1 s on a quiet machine
