"""The tape against the wire: every octet, in order, with what the recorder knows of it."""

from __future__ import annotations

import asyncio
import threading
from itertools import pairwise

import pytest

from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Direction, Kind, Record, Terminator
from catcher.models import Message, Session
from catcher.smtp.protocol import Protocol
from catcher.smtp.tape import CHUNK, MASK, Tape
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, id_of, notes, raw, reason, text
from tests.catcher.wire import stuffed

ENDS = {Terminator.CRLF: b"\r\n", Terminator.LF: b"\n", Terminator.CR: b"\r", Terminator.NONE: b""}


def stream(records: list[Record], direction: Direction) -> bytes:
    """Put the octets of one side together again; message data comes from where it is stored."""
    octets = b""
    for record in records:
        if record.direction is not direction:
            continue
        if record.kind is Kind.LINE:
            assert not record.is_cut
            octets += record.data + ENDS[record.terminator]
        else:
            assert record.kind is Kind.BODY
            assert record.info["offset"] == len(octets)
            octets += stuffed(raw(record.info["message"])) + b".\r\n"
            assert record.info["end"] == len(octets)
    return octets


def assert_whole(records: list[Record]) -> None:
    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    times = [record.at_us for record in records]
    assert times == sorted(times)
    assert times[0] >= 0
    assert records[0].kind is Kind.OPEN
    assert records[-1].kind is Kind.CLOSE
    reads = [record.read for record in records if record.direction is Direction.CLIENT]
    assert reads == sorted(reads)
    assert all(record.read == 0 for record in records if record.direction is not Direction.CLIENT)


LONG = (
    b"EHLO client.test\r\nNOOP\nmail from:<a@test> SIZE=10\r\nRCPT TO:<b@test>\r\nRCPT TO:<>\r\nDATA\r\n",
    b"Subject: x\r\n\r\n..dots\r\n...\r\n",
    b".\r\nRSET\r\n\xff\xfe\x00garbage\r\nHELP\r\nMAIL FROM:<>\r\n",
    b"RCPT TO:<c@test>\r\nDATA\r\n",
    b".\r\nVRFY x\r\n\r\nQUIT\r\n",
)


def test_every_octet_of_both_directions_is_there(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        for part in LONG:
            wire.send(part)
        wire.rest()
    session = either_loop.session(wire)
    records = list(session.records())
    assert_whole(records)
    assert stream(records, Direction.CLIENT) == bytes(wire.sent)
    assert stream(records, Direction.SERVER) == bytes(wire.received)
    assert (session.bytes_in, session.bytes_out) == (len(wire.sent), len(wire.received))
    assert session.lines == len(records)
    assert session.duration_us >= records[-1].at_us
    assert session.outcome == Outcome.PARTIAL


def test_every_octet_is_there_inside_of_tls(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.start_tls()
        for part in LONG:
            wire.send(part)
        wire.rest()
    records = either_loop.tape(wire)
    assert_whole(records)
    assert stream(records, Direction.CLIENT) == bytes(wire.sent)
    assert stream(records, Direction.SERVER) == bytes(wire.received)
    secret = [record.tls for record in records if record.kind is not Kind.TLS_DONE]
    assert secret == sorted(secret)
    assert [record.tls for record in records if record.text == "EHLO client.test"] == [False, True]


def test_the_order_is_that_of_the_wire(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello("HELO")
        wire.ask("MAIL FROM:<a@test>")
        wire.ask("RCPT TO:<b@test>")
        wire.ask("DATA")
        public_id = id_of(wire.ask("x\r\n."))
        wire.ask("QUIT")
        wire.rest()
    entries = [(str(record.direction), str(record.kind), record.text) for record in sandbox.tape(wire)]
    assert entries == [
        ("!", "open", ""),
        ("S", "line", "220 sandpost ESMTP Sandpost ready"),
        ("C", "line", "HELO client.test"),
        ("S", "line", "250 sandpost"),
        ("C", "line", "MAIL FROM:<a@test>"),
        ("S", "line", "250 2.1.0 Sender ok"),
        ("C", "line", "RCPT TO:<b@test>"),
        ("S", "line", "250 2.1.5 Recipient ok"),
        ("C", "line", "DATA"),
        ("S", "line", "354 End data with <CRLF>.<CRLF>"),
        ("C", "body", ""),
        ("S", "line", f"250 2.0.0 Stored as {public_id}"),
        ("C", "line", "QUIT"),
        ("S", "line", "221 2.0.0 Bye"),
        ("!", "close", ""),
    ]


def test_lines_that_came_together_are_recorded_before_their_answers(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello("HELO")
        wire.send(b"NOOP\r\nRSET\r\nVRFY x\r\n")
        wire.codes(3)
        wire.ask("QUIT")
        wire.rest()
    records = sandbox.tape(wire)[4:]
    assert [record.text[:4] for record in records] == [
        "NOOP",
        "RSET",
        "VRFY",
        "250 ",
        "250 ",
        "252 ",
        "QUIT",
        "221 ",
        "",
    ]
    assert [record.read for record in records if record.direction is Direction.CLIENT] == [2, 2, 2, 3]


def test_a_line_is_of_the_read_in_which_its_end_came(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.ask("NOOP")
        wire.send(b"NO")
        sandbox.eventually(lambda: next(iter(sandbox.listener._open)).tape.reads == 2)
        wire.send(b"OP 1\r\nNOOP 2\r\n")
        wire.codes(2)
    lines = [(record.text, record.read) for record in sandbox.tape(wire) if record.direction is Direction.CLIENT]
    assert lines == [("NOOP", 1), ("NOOP 1", 3), ("NOOP 2", 3)]


def test_how_each_line_ended(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.send(b"NOOP\r\nNOOP\nNOOP\r\r\nNOOP\rNOOP\nQUI")
        wire.half_close()
        wire.rest()
    lines = [
        (record.data, record.terminator)
        for record in sandbox.tape(wire)
        if record.direction is Direction.CLIENT and record.kind is Kind.LINE
    ]
    assert lines == [
        (b"NOOP", Terminator.CRLF),
        (b"NOOP", Terminator.LF),
        (b"NOOP\r", Terminator.CRLF),
        (b"NOOP\rNOOP", Terminator.LF),
        (b"QUI", Terminator.NONE),
    ]


def test_message_data_is_summarised_and_not_doubled(sandbox: Sandbox) -> None:
    body = b"Subject: once\r\n\r\nthe-only-copy-of-this\r\n"
    with sandbox.connect() as wire:
        public_id = id_of(wire.deliver(body))
    records = sandbox.tape(wire)
    (info,) = notes(records, Kind.BODY)
    before = bytes(wire.sent).index(b"Subject")
    assert info["message"] == public_id
    assert (info["bytes"], info["lines"], info["wire"]) == (len(body), 3, len(body) + 3)
    assert (info["offset"], info["end"]) == (before, before + len(body) + 3)
    assert info["ended"]
    assert not info["oversize"]
    assert info["first_us"] <= info["last_us"]
    assert not any(b"the-only-copy" in record.data for record in records)
    assert sandbox.octets().count(b"the-only-copy-of-this") == 1


def test_transactions_are_numbered(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        first = id_of(wire.deliver(b"1\r\n"))
        wire.ask("NOOP")
        wire.ask("MAIL FROM:<a@test>")
        wire.ask("RSET")
        third = id_of(wire.deliver(b"3\r\n", hello=False))
    numbers = [
        (record.text[:4], record.transaction) for record in sandbox.tape(wire) if record.direction is Direction.CLIENT
    ]
    assert numbers == [
        *[("EHLO", 0), ("MAIL", 1), ("RCPT", 1), ("DATA", 1), ("", 1), ("NOOP", 0)],
        *[("MAIL", 2), ("RSET", 2), ("MAIL", 3), ("RCPT", 3), ("DATA", 3), ("", 3)],
    ]
    assert dict(Message.objects.values_list("public_id", "transaction")) == {first: 1, third: 3}
    assert set(Message.objects.values_list("session__peer_port", flat=True)) == {wire.port}


# -- bounds --------------------------------------------------------------------------------------------------------


def test_a_long_line_says_how_long_it_was(start: Start) -> None:
    sandbox = start(tape_line=20)
    with sandbox.connect() as wire:
        wire.ask("NOOP " + "x" * 15)
        wire.ask("NOOP " + "x" * 16)
        wire.ask("NOOP " + "x" * 50_000)
    lines = [record for record in sandbox.tape(wire) if record.direction is Direction.CLIENT]
    assert [(record.data, record.length, record.is_cut) for record in lines] == [
        (b"NOOP " + b"x" * 15, 20, False),
        (b"NOOP " + b"x" * 15, 21, True),
        (b"NOOP " + b"x" * 15, 50_005, True),
    ]


def test_half_a_long_line_says_how_long_it_was(start: Start) -> None:
    sandbox = start(tape_line=20)
    with sandbox.connect() as wire:
        wire.send(b"NOOP " + b"x" * 50_000)
        wire.half_close()
        wire.rest()
    (line,) = [record for record in sandbox.tape(wire) if record.direction is Direction.CLIENT]
    assert (line.data, line.length, line.terminator) == (b"NOOP " + b"x" * 15, 50_005, Terminator.NONE)


def test_a_long_session_says_that_it_was_cut(start: Start) -> None:
    sandbox = start(tape=2000)
    with sandbox.connect() as wire:
        for _ in range(100):
            wire.ask("NOOP")
        assert wire.deliver(b"still stored\r\n").startswith("250")
        wire.ask("QUIT")
    session = sandbox.session(wire)
    records = list(session.records())
    assert_whole(records)
    kinds = [record.kind for record in records]
    assert kinds.count(Kind.CUT) == 1
    assert kinds[-2:] == [Kind.CUT, Kind.CLOSE]
    # Everything that is not here: the lines of 100 NOOP, EHLO, MAIL, RCPT, DATA, body, QUIT and their answers.
    shown = sum(kind in (Kind.LINE, Kind.BODY) for kind in kinds)
    total = 1 + 200 + (1 + 9) + 3 * 2 + 2 + 2
    assert records[-1].info == {"reason": "quit", "cut": total - shown}
    assert session.lines == len(records)
    assert Message.objects.count() == 1


def test_a_session_of_many_chunks_is_whole(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        for _ in range(5):
            wire.send(b"NOOP %b\r\n" % (b"x" * 10) * 200)
            wire.codes(200)
            sandbox.live_tape(wire, b"NOOP")
        wire.ask("QUIT")
        wire.rest()
    session = sandbox.session(wire)
    records = list(session.records())
    assert_whole(records)
    assert stream(records, Direction.CLIENT) == bytes(wire.sent)
    chunks = list(session.tape.order_by("first_seq").values_list("first_seq", "last_seq"))
    assert chunks[0][0] == 1
    assert all(before[1] + 1 == after[0] for before, after in pairwise(chunks))
    assert len(list(session.records(after=len(records) - 3))) == 3


def test_a_chunk_is_closed_when_it_is_full_and_comes_again_until_then() -> None:
    tape = Tape(100, 1 << 20)
    for number in range(CHUNK - 1):
        tape.line(Direction.SERVER, b"%d" % number, Terminator.CRLF, number)
    assert len(tape.take(0)) == len(tape.take(0)) == CHUNK - 1
    tape.line(Direction.SERVER, b"last", Terminator.CRLF, 0)
    assert len(tape.take(1)) == CHUNK - 1
    assert len(tape.take(0)) == CHUNK
    assert tape.take(0) == []
    tape.note(Kind.CLOSE, reason="quit")
    assert [record.seq for record in tape.take(0)] == [CHUNK + 1]


def test_masking_takes_the_octets_out() -> None:
    tape = Tape(100, 1 << 20)
    record = tape.line(Direction.CLIENT, b"AUTH PLAIN c2VjcmV0", Terminator.CRLF, 0)
    tape.mask(record, keep=11)
    assert tape.take(0)[0].data == b"AUTH PLAIN " + MASK
    assert tape.take(0)[0].masked


# -- live ----------------------------------------------------------------------------------------------------------


def test_an_open_session_can_be_read(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<a@test>")
        records = either_loop.live_tape(wire, b"MAIL")
        assert text(records) == ["EHLO client.test", "MAIL FROM:<a@test>"]
        session = either_loop.session(wire, ended=False)
        assert session.is_live
        assert (session.outcome, session.hello, session.stage) == (Outcome.OPEN, "client.test", "MAIL")
        wire.ask("RCPT TO:<b@test>")
        assert text(either_loop.live_tape(wire, b"RCPT"))[-1] == "RCPT TO:<b@test>"
        wire.ask("DATA")
        wire.send(b"half")
        assert text(either_loop.live_tape(wire, b"DATA"))[-1] == "DATA"
    assert Session.objects.get().pk == session.pk
    assert not either_loop.session(wire).is_live


def test_an_open_session_is_told_with_its_last_line(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.hello()
        last = sandbox.live_tape(wire, b"250 HELP")[-1].seq
        public_id = sandbox.session(wire, ended=False).public_id
        told = [event["lines"] for event in sandbox.told if event["type"] == "sessions"]
        assert [lines[public_id] for lines in told if lines and public_id in lines][-1] == last


def test_a_silent_connection_is_a_session_too(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        assert wire.greeting.startswith("220")
    session = sandbox.session(wire)
    assert (session.outcome, session.close_reason, session.stage) == (Outcome.PROBE, "client", "connect")
    assert (session.peer_host, session.listener) == ("127.0.0.1", "test")
    (opened,) = notes(list(session.records()), Kind.OPEN)
    assert opened == {"peer": f"127.0.0.1:{wire.port}", "listener": "test"}


def test_a_port_scan_is_a_session_too(either_loop: Sandbox) -> None:
    for _ in range(20):
        either_loop.connect(greet=False).reset()
    either_loop.eventually(lambda: Session.objects.exclude(ended_at=None).count() == 20)
    assert set(Session.objects.values_list("outcome", flat=True)) == {Outcome.PROBE}


# -- how it ended --------------------------------------------------------------------------------------------------


def test_ended_by_quit(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.ask("QUIT")
    assert reason(sandbox.tape(wire)) == "quit"


@pytest.mark.parametrize("how", ["close", "half_close"])
def test_ended_by_the_client(either_loop: Sandbox, how: str) -> None:
    with either_loop.connect() as wire:
        wire.ask("NOOP")
        getattr(wire, how)()
        if how == "half_close":
            assert wire.rest() == b""
    assert reason(either_loop.tape(wire)) == "client"


def test_ended_by_reset(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.ask("NOOP")
        wire.reset()
    assert reason(either_loop.tape(wire)) == "reset"


def test_ended_by_idleness(start: Start) -> None:
    sandbox = start(idle=0.1)
    with sandbox.connect() as wire:
        wire.rest()
    session = sandbox.session(wire)
    assert (session.close_reason, session.outcome) == ("idle", Outcome.IDLE)
    assert session.reply.startswith("421 4.4.2")


def test_ended_by_errors(start: Start) -> None:
    sandbox = start(errors=3)
    with sandbox.connect() as wire:
        wire.send(b"A\r\nB\r\nC\r\nD\r\n")
        wire.rest()
    session = sandbox.session(wire)
    assert (session.close_reason, session.outcome) == ("errors", Outcome.LIMIT)
    assert text(list(session.records())) == ["A", "B", "C", "D"]


def test_ended_by_shutdown(either_loop: Sandbox) -> None:
    with either_loop.connect() as idle, either_loop.connect() as sending:
        idle.hello()
        sending.open_body()
        sending.send(b"half")
        either_loop.call(either_loop.listener.stop())
        for wire in (idle, sending):
            assert wire.rest() == b"421 4.3.2 Sandpost is shutting down\r\n"
            assert either_loop.session(wire).close_reason == "shutdown"


def test_no_connection_is_taken_while_it_stops(sandbox: Sandbox) -> None:
    sandbox.call(sandbox.listener.stop())
    with pytest.raises(OSError):  # noqa: PT011
        sandbox.connect()


def test_ended_by_a_message_that_was_stored_while_it_stopped(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.open_body()
        with either_loop.held():
            wire.send(b"in flight\r\n.\r\n")
            either_loop.storing()
            (protocol,) = either_loop.listener._open
            stopping = threading.Thread(target=lambda: either_loop.call(either_loop.listener.stop()))
            stopping.start()
            either_loop.eventually(lambda: protocol._stopping)
        public_id = id_of(wire.reply())
        assert wire.reply().startswith("421 4.3.2")
        assert wire.rest() == b""
        stopping.join()
    assert raw(public_id) == b"in flight\r\n"
    session = either_loop.session(wire)
    assert (session.close_reason, session.outcome) == ("shutdown", Outcome.DELIVERED)


def test_a_peer_of_the_other_internet(sandbox: Sandbox) -> None:
    class Transport(asyncio.Transport):
        def get_extra_info(self, name: str, default: object = None) -> object:
            return ("2001:db8::17", 40000, 0, 0) if name == "peername" else default

        def write(self, data: object) -> None: ...
        def close(self) -> None: ...
        def resume_reading(self) -> None: ...

    async def visit() -> str:
        protocol = Protocol(sandbox.listener)
        protocol.connection_made(Transport())
        protocol.data_received(b"QUIT\r\n")
        protocol.connection_lost(None)
        return protocol.row.public_id

    public_id = sandbox.call(visit())
    session = sandbox.eventually(Session.objects.filter(public_id=public_id).exclude(ended_at=None).first)
    assert (session.peer_host, session.peer_port) == ("2001:db8::17", 40000)


def test_a_client_that_says_nothing_can_be_seen_while_it_waits(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        session = sandbox.eventually(Session.objects.filter(peer_port=wire.port, lines__gte=2).first)
        assert session.ended_at is None
        assert [record.text for record in session.records()][1:] == [wire.greeting]
