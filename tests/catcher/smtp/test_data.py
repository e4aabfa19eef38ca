"""Message data on the wire: exact, bounded, and ended by CRLF.CRLF only."""

from __future__ import annotations

import random

import pytest

from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Kind
from catcher.models import Message
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, id_of, notes, only_raw, raw, reason, text
from tests.catcher.wire import stuffed

SMUGGLING = [b"\n.\n", b"\r.\r", b"\n.\r\n", b"\r\n.\n", b"\r\n.\r", b"\r.\r\n", b"\r\n\x00.\r\n", b"\n\n.\n\n"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b".\r\n",
        b"..\r\n...\r\n",
        b"\r\n.\r\n",
        b"a\r\n.\r\nb\r\n",
        b"\x00\x01\xff\xfe" * 100 + b"\r\n",
        b"caf\xc3\xa9 \xe9\r\n",
        b"bare\nlines\rand\r\r\nmore\n\r\n",
        b"x" * 200_000 + b"\r\n",
        b".x" * 100_000 + b"\r\n",
        b"." * 100_000 + b"\r\n",
        bytes(range(256)) + b"\r\n",
    ],
    ids=range(13),
)
def test_stored_is_what_was_sent(either_loop: Sandbox, content: bytes) -> None:
    with either_loop.connect() as wire:
        public_id = id_of(wire.deliver(content))
    assert raw(public_id) == content
    assert Message.objects.get().size == len(content)


def test_random_contents_in_random_pieces(either_loop: Sandbox) -> None:
    dice = random.Random(5)
    pieces = [b"\r\n", b".", b"\r", b"\n", b"word", b"\x00", b"\r\n.", b"\r\n.\r", b"..", b"\xff"]
    stored = {}
    with either_loop.connect() as wire:
        wire.hello()
        for _ in range(20):
            content = b"".join(dice.choices(pieces, k=dice.randrange(60))) + b"\r\n"
            wire.send(b"MAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\n")
            assert wire.codes(3) == ["250", "250", "354"]
            rest = stuffed(content) + b".\r\n"
            while rest:
                length = dice.randrange(1, 20)
                wire.send(rest[:length])
                rest = rest[length:]
            stored[id_of(wire.reply())] = content
    assert {public_id: raw(public_id) for public_id in stored} == stored


@pytest.mark.parametrize("ending", SMUGGLING)
def test_what_elsewhere_ends_the_data_does_not_here(sandbox: Sandbox, ending: bytes) -> None:
    smuggled = b"MAIL FROM:<evil@test>\r\nRCPT TO:<victim@test>\r\nDATA\r\nevil\r\n"
    sent = b"Subject: harmless\r\n\r\nbody" + ending + smuggled
    with sandbox.connect() as wire:
        wire.open_body()
        wire.send(sent + b".\r\nNOOP\r\n")
        public_id = id_of(wire.reply())
        assert wire.reply() == "250 2.0.0 OK"
    assert Message.objects.count() == 1
    assert raw(public_id) == sent.replace(b"\r\n.", b"\r\n")


def test_nothing_is_answered_while_the_end_is_missing(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.open_body()
        wire.send(b"one\r\n.\n.\rQUIT\r\nRSET\r\n")
        wire.half_close()
        assert wire.rest() == b""
    assert Message.objects.count() == 0
    assert text(sandbox.tape(wire))[-1] == "DATA"


# -- size ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("declared", [b"", b" SIZE=100"])
def test_the_limit_is_kept_to_the_octet(start: Start, declared: bytes) -> None:
    with start(message_size=100).connect() as wire:
        wire.hello()
        for size, reply in ((100, "250 2.0.0"), (101, "552 5.3.4"), (100, "250 2.0.0")):
            wire.send(b"MAIL FROM:<a@test>" + declared + b"\r\nRCPT TO:<b@test>\r\nDATA\r\n")
            assert wire.codes(3) == ["250", "250", "354"]
            wire.send(stuffed(b"." + b"x" * (size - 3) + b"\r\n") + b".\r\n")
            assert wire.reply().startswith(reply)
    assert list(Message.objects.values_list("size", flat=True)) == [100, 100]


def test_nothing_of_a_message_too_big_is_taken_for_a_command(start: Start) -> None:
    sandbox = start(message_size=1000)
    with sandbox.connect() as wire:
        wire.open_body()
        wire.send(b"x" * 2000 + b"\r\n")
        wire.send(b"RSET\r\nMAIL FROM:<inner@test>\r\nRCPT TO:<c@test>\r\nDATA\r\ninner\r\n\n.\n\r.\rQUIT\r\n" * 50)
        wire.send(b".\r\nNOOP\r\n")
        assert wire.reply() == "552 5.3.4 Message too big (limit 1000 octets, setting max_message_size)"
        assert wire.reply() == "250 2.0.0 OK"
        assert wire.deliver(b"next\r\n").startswith("250")
    assert only_raw() == b"next\r\n"
    tape = sandbox.tape(wire)
    assert [line for line in text(tape) if line.startswith(("RSET", "QUIT"))] == []
    assert [info["oversize"] for info in notes(tape, Kind.BODY)] == [True, False]
    assert sandbox.session(wire).outcome == Outcome.PARTIAL


def test_who_sends_far_too_much_is_not_read_for_ever(start: Start) -> None:
    sandbox = start(message_size=1000)
    with sandbox.connect() as wire:
        wire.open_body()
        block = b"NOOP\r\n" * 10_000
        with pytest.raises(OSError):  # noqa: PT011 - reset or broken pipe, whichever the system says
            wire.sock.sendall(block * 1000)
    session = sandbox.session(wire)
    assert (session.outcome, session.close_reason) == (Outcome.LIMIT, "limit")
    assert session.reply.startswith("552 5.3.4")
    assert session.bytes_in < 10_000_000
    assert session.commands == 4
    assert Message.objects.count() == 0


def test_who_sends_far_too_much_is_told_so(start: Start) -> None:
    with start(message_size=1000).connect() as wire:
        wire.open_body()
        wire.send(b"x" * (2000 + (1 << 20) + 1))
        assert wire.rest().startswith(b"552 5.3.4")


def test_message_line_limit(start: Start) -> None:
    sandbox = start(message_line=100)
    with sandbox.connect() as wire:
        assert wire.deliver(b"x" * 98 + b"\r\nshort\r\n").startswith("250 2.0.0")
        assert wire.deliver(b"short\r\n" + b"x" * 101 + b"\r\n").startswith("554 5.6.0")
        assert wire.ask("NOOP").startswith("250")
    assert Message.objects.count() == 1


# -- around it -----------------------------------------------------------------------------------------------------


def test_a_message_and_the_next_one_in_one_write(sandbox: Sandbox) -> None:
    one = b"MAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\n%d\r\n.\r\n"
    with sandbox.connect() as wire:
        wire.send(b"EHLO client.test\r\n" + b"".join(one % number for number in range(20)) + b"QUIT\r\n")
        assert wire.codes(82) == ["250", *["250", "250", "354", "250"] * 20, "221"]
    assert [bytes(body) for body in Message.objects.order_by("id").values_list("body__raw", flat=True)] == [
        b"%d\r\n" % number for number in range(20)
    ]
    assert list(Message.objects.order_by("id").values_list("transaction", flat=True)) == list(range(1, 21))


def test_the_transaction_is_over_after_the_message(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.deliver(b"x\r\n")
        assert wire.ask("RCPT TO:<late@test>").startswith("503")
        assert wire.ask("DATA").startswith("503")


def test_the_transaction_is_over_after_a_refused_message(start: Start) -> None:
    with start(message_size=10).connect() as wire:
        assert wire.deliver(b"x" * 100 + b"\r\n").startswith("552")
        assert wire.ask("RCPT TO:<late@test>").startswith("503")
        assert wire.ask("MAIL FROM:<a@test>").startswith("250")


def test_a_client_that_leaves_inside_of_the_data_stores_nothing(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        wire.open_body()
        wire.send(b"half a message\r\n.")
    session = sandbox.session(wire)
    assert (session.outcome, session.stage, session.close_reason) == (Outcome.ABORTED, "body", "client")
    tape = list(session.records())
    assert [info["ended"] for info in notes(tape, Kind.BODY)] == [False]
    assert [info["wire"] for info in notes(tape, Kind.BODY)] == [17]
    assert reason(tape) == "client"
    assert Message.objects.count() == 0
