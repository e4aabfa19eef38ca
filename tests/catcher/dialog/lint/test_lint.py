"""The run over the rules: order, limits, muting, a rule that fails, and sessions that mean harm."""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catcher.dialog import conversation, script
from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint import MOST, lint_message, lint_session, registry
from catcher.dialog.lint.opened import open_message
from catcher.dialog.lint.registry import SESSION, rule
from catcher.dialog.lint.session import Session
from catcher.dialog.records import Direction, Kind, Record, Terminator

OPEN = "! open peer=127.0.0.1:4\nS: 220 x\nC: EHLO a.example\nS: 250-x\nS: 250 SIZE 9\n"


@pytest.fixture
def broken() -> Iterator[None]:
    session, message = list(registry.SESSION), list(registry.MESSAGE)

    @rule("S00", Severity.INFO, "Broken", breaks="-", source="-", fix="-", example="-")
    @rule("M00", Severity.INFO, "Broken", breaks="-", source="-", fix="-", example="-")
    def check(_: object) -> Iterator[Evidence]:
        yield Evidence("before it broke")
        raise RuntimeError("broken on purpose")

    yield
    registry.SESSION[:], registry.MESSAGE[:] = session, message
    del registry.by_id["S00"], registry.by_id["M00"]


def read(text: str) -> conversation.Conversation:
    return conversation.read(script.records(text))


def test_the_worst_comes_first_then_the_lines_in_order() -> None:
    found = lint_session(
        read(
            OPEN
            + "C: MAIL FROM: <a@b.example>\nS: 250 ok\nC: RCPT TO:<a@b.example>\nS: 250 ok\nC: RCPT TO:a@b.example\n"
            "S: 250 ok\nC* AUTH PLAIN \nS: 503 no\n! close reason=client\n"
        )
    )
    ranks = [(finding.severity.rank, finding.evidence.lines[0]) for finding in found]
    assert ranks == sorted(ranks)
    assert [finding.id for finding in found] == ["S33", "S11", "S12", "S39", "S40", "S61", "S23"]


def test_a_rule_says_a_few_things_and_how_many_more() -> None:
    found = lint_session(read(OPEN + "C~ NOOP\nS: 250 ok\n" * (MOST + 7)))
    assert len(found) == MOST
    assert [finding.more for finding in found] == [0] * (MOST - 1) + [7]


def test_a_muted_rule_is_silent() -> None:
    conversed = read(OPEN + "C~ MAIL FROM: <a@b.example>\nS: 250 ok\n")
    assert [finding.id for finding in lint_session(conversed)] == ["S09", "S11"]
    assert [finding.id for finding in lint_session(conversed, {"S09"})] == ["S11"]


def test_a_rule_that_fails_is_logged_and_costs_no_other(broken: None, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        found = lint_session(read(OPEN + "C~ NOOP\nS: 250 ok\n"))
        lint_message(open_message(b""), {known.id for known in registry.MESSAGE} - {"M00"})
    assert [finding.id for finding in found] == ["S09"]
    assert ["rule S00 failed" in caplog.text, "rule M00 failed" in caplog.text] == [True, True]
    assert "broken on purpose" in caplog.text


RECORDS = st.builds(
    Record,
    seq=st.just(0),
    at_us=st.integers(-5, 10**12),
    direction=st.sampled_from(Direction),
    kind=st.sampled_from(Kind),
    data=st.binary(max_size=30)
    | st.sampled_from(
        [
            b"EHLO a", b"EHLO", b"HELO [", b"MAIL FROM:<@a,@b:c@d> SIZE=1 SIZE=99999999999999999999", b"RCPT TO:<",
            b"DATA",
            b"RCPT TO:<a@b> ORCPT=;+ NOTIFY=", b"BDAT 99 LAST", b"BDAT \xb2", b".", b"Subject: x", b"STARTTLS",
            b"AUTH PLAIN =",
            b"AUTH PLAIN \xff", b"AUTH", b"QUIT", b"\x16\x03", b"220 x", b"250 x", b"250-SIZE \xc2\xb2",
            b"250 SIZE 1", b"354",
            b"503 x", b"421", b"334 ", b"501 5.5.2 x", b"MAIL FROM:<a@[IPv6:%]>", b"GET / HTTP/1.1", b"X\xe2\x80\xae",
        ]
    ),
    length=st.integers(0, 10**9),
    terminator=st.sampled_from(Terminator),
    read=st.integers(0, 3),
    tls=st.booleans(),
    transaction=st.integers(0, 2),
    masked=st.booleans(),
    info=st.dictionaries(
        st.sampled_from(["peer", "reason", "bytes", "error", "version", "sni", "eight_bit", "report", "ended", "why"]),
        st.none() | st.integers() | st.text(max_size=8) | st.sampled_from(["client", "quit", "::1:5"]),
    ),
)  # fmt: skip


@given(st.lists(RECORDS, max_size=25))
def test_no_rule_fails_whatever_is_on_the_tape(records: list[Record]) -> None:
    for seq, record in enumerate(records, 1):
        record.seq = seq
    conversed = conversation.read(records)
    session = Session(conversed)
    for known in SESSION:
        for evidence in known.check(session):
            assert evidence.seen.isprintable()
            assert set(evidence.lines) <= {record.seq for record in records}


HOSTILE = {
    "long paths": "C: MAIL FROM:<{0}\nS: 501 no\n",
    "unknown commands": "C: Subject: x\nS: 500 no\n",
    "refused data": "C: DATA\nS: 503 no\n",
    "refused data and a line": "C: DATA\nS: 503 no\nC: Subject: x\nS: 500 no\n",
    "refused chunks": "C: BDAT 100 LAST\nS: 503 no\n",
    "hellos": "C: EHLO a{1}.example\nS: 250-x\nS: 250 PIPELINING\n",
    "greedy group": "C+ NOOP\n",
    "recipients": "C: RCPT TO:<a{1}@b.example>\nS: 550 no\n",
    "transactions": "C: MAIL FROM:<a@b.example>\nS: 250 ok\nC: RCPT TO:<a@b.example>\nS: 250 ok\nC: RSET\nS: 250 ok\n",
    "logins": "C* AUTH PLAIN \nS: 535 no\n",
    "goodbyes": "S: 421 no\n",
    "notes": "! discarded bytes=1\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_time_grows_with_the_session_and_no_faster(name: str) -> None:
    def took(count: int) -> float:
        pieces = (HOSTILE[name].replace("{0}", "a").replace("{1}", str(number)) for number in range(count))
        conversed = read(OPEN + "C: MAIL FROM:<a@b.example>\nS: 250 ok\n" + "".join(pieces) + "! close reason=client\n")
        started = time.process_time()
        lint_session(conversed)
        return time.process_time() - started

    took(100)
    few, many = took(1500), took(12000)
    # Eight times as much; were it quadratic, it would take 64 times as long.
    assert many < 30 * few + 0.1


@pytest.mark.parametrize(
    "piece",
    ['"', '"\\', "<", ">", "@", "@a,", "@a:", ".", "a.", "[", "FROM:", " ", "=", "\t", "+", "é", "\\xff", "::", "x=y "],
)
@pytest.mark.parametrize(
    "head", ["MAIL FROM:<", "RCPT TO:", "EHLO ", "EHLO [", "AUTH PLAIN ", "BDAT ", "X", "NOTHING "]
)
def test_a_line_of_a_mebibyte(head: str, piece: str) -> None:
    data = (head + piece * ((1 << 18) // len(piece))).encode("utf-8")
    line = Record(4, 0, Direction.CLIENT, Kind.LINE, data, len(data), Terminator.CRLF, 2)
    records = [*script.records("! open peer=a:1\nS: 220 x\nC: EHLO a.example\n")[:3], line]
    started = time.process_time()
    for finding in lint_session(conversation.read(records)):
        assert len(finding.evidence.seen) < 700
    assert time.process_time() - started < 2


def test_a_session_of_fifty_lines_costs_little() -> None:
    one = "C: MAIL FROM:<a@b.example> SIZE=9\nS: 250 ok\nC: RCPT TO:<a@b.example>\nS: 250 ok\n"
    one += "C: DATA\nS: 354 go\n= bytes=9\nS: 250 ok\n"
    conversed = read(OPEN + one * 6 + "C: QUIT\nS: 221 bye\n! close reason=quit\n")
    times = []
    for _ in range(20):
        started = time.process_time()
        assert lint_session(conversed) == []
        times.append(time.process_time() - started)
    assert min(times) < 0.005


def test_any_part_of_a_session_can_be_linted() -> None:
    """Tapes grow and are cut anywhere, so every beginning of one is one."""
    for known in SESSION:
        records = script.records(known.example)
        for end in random.Random(1).sample(range(len(records)), min(len(records), 12)):
            lint_session(conversation.read(records[:end]))
            lint_session(conversation.read(records[end:]))


TAKEN = "C: RCPT TO:<b@x.test>\nS: 250 ok\n"
SENT = f"{TAKEN}C: DATA\nS: 354 go\n= bytes=9\nS: 250 ok\n"


@pytest.mark.parametrize(
    ("refused", "seen"),
    [
        ("C: RCPT TO:<>\nS: 501 no\nC: RCPT TO:<a@x.test>\nS: 550 no\n", ["refused: <>, a@x.test"]),
        ("C: RCPT TO:<B@x.test> X=1\nS: 555 no\n", []),
        ("C: RCPT TO:<B@x.test> X=1\nS: 555 no\nC: RCPT TO:<c d@x.test>\nS: 550 no\n", ["refused: c d@x.test"]),
    ],
)
def test_refused_recipients_are_named_unless_they_were_taken_later(refused: str, seen: list[str]) -> None:
    found = lint_session(read(f"{OPEN}C: MAIL FROM:<me@x.test>\nS: 250 ok\n{refused}{SENT}"))
    assert [finding.evidence.seen for finding in found if finding.id == "S22"] == seen


@pytest.mark.parametrize(("octets", "is_long"), [(512 + 16, False), (512 + 17, True)])
def test_a_command_line_may_be_as_much_longer_as_body_makes_it(octets: int, is_long: bool) -> None:
    """RFC 3030 §3; of 8BITMIME, RFC 6152 names no number."""
    line = f"MAIL FROM:<me@x.test> {'x' * octets}"[: octets - 2]
    found = lint_session(read(f"S: 220 x\nC: EHLO a.example\nS: 250-x\nS: 250 8BITMIME\nC: {line}\nS: 500 no\n"))
    assert ("S10" in {finding.id for finding in found}) is is_long
