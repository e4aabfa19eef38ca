"""250 means stored: the exact bytes, after the commit, whatever the client or the disk does meanwhile."""

from __future__ import annotations

import os
import random
import sqlite3
import ssl
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from django.db import connection, connections

from catcher import actions, bulk, ingest, writer
from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Direction, Kind, Record
from catcher.ingest import RecipientRow, SaveSession, SessionRow, StoreMessage
from catcher.models import Body, Message, Recipient, Session, TapeChunk
from catcher.retention import Keep, prune
from tests.catcher.conftest import Start
from tests.catcher.sandbox import Sandbox, assert_counted, id_of, notes, only_raw, raw, text
from tests.catcher.wire import PATIENCE, Wire

COLUMNS = dict(zip(ingest.SESSION_COLUMNS, range(len(ingest.SESSION_COLUMNS)), strict=True))


@contextmanager
def option(name: str, value: object) -> Iterator[None]:
    """Change an option of every database connection that is opened from now on, the writer's first of all."""
    options = connections.settings["default"]["OPTIONS"]
    before = options[name]
    options[name] = value
    try:
        yield
    finally:
        options[name] = before


def reconnect(sandbox: Sandbox) -> None:
    """Let the writer open its connection anew."""
    sandbox.inlet.writer.call(lambda: None).result(PATIENCE)
    with pytest.raises(InterruptedError):
        sandbox.inlet.writer.call(_fail).result(PATIENCE)


def _fail() -> None:
    raise InterruptedError


@contextmanager
def full(sandbox: Sandbox) -> Iterator[None]:
    """Let the disk be full: the database may have as many pages as it has."""
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA page_count")
        pages = cursor.fetchone()[0]
    command = connections.settings["default"]["OPTIONS"]["init_command"]
    with option("init_command", f"{command} PRAGMA max_page_count={pages};"):
        reconnect(sandbox)
        yield
    reconnect(sandbox)


@contextmanager
def locked(sandbox: Sandbox) -> Iterator[None]:
    """Let another program hold the database's lock, longer than the writer waits."""
    with option("timeout", 0.05):
        reconnect(sandbox)
        other = sqlite3.connect(connections.settings["default"]["NAME"], isolation_level=None)
        other.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            other.rollback()
            other.close()
    reconnect(sandbox)


# -- stored and acknowledged ---------------------------------------------------------------------------------------


def test_nothing_is_acknowledged_before_the_commit(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.open_body()
        with either_loop.held():
            wire.send(b"x\r\n.\r\n")
            either_loop.storing()
            either_loop.call(_turn())
            wire.sock.setblocking(False)
            with pytest.raises(BlockingIOError):
                wire.sock.recv(1)
            assert not Message.objects.exists()
        wire.sock.settimeout(PATIENCE)
        public_id = id_of(wire.reply())
        assert Message.objects.filter(public_id=public_id).exists()


async def _turn() -> None:
    """One turn of the loop."""


def test_what_is_acknowledged_is_seen_by_everybody_at_once(sandbox: Sandbox) -> None:
    name = connections.settings["default"]["NAME"]
    other = sqlite3.connect(name)
    with sandbox.connect() as wire:
        wire.hello()
        for number in range(50):
            public_id = id_of(wire.deliver(b"%d\r\n" % number, hello=False))
            query = "SELECT raw FROM catcher_body b JOIN catcher_message m ON m.id = b.message_id WHERE public_id = ?"
            found = other.execute(query, [public_id]).fetchall()
            assert found == [(b"%d\r\n" % number,)]
    other.close()


def test_the_database_is_as_safe_as_promised(sandbox: Sandbox) -> None:
    def look() -> tuple[str, int]:
        with connection.cursor() as cursor:
            cursor.execute("PRAGMA journal_mode")
            mode = cursor.fetchone()[0]
            cursor.execute("PRAGMA synchronous")
            return mode, cursor.fetchone()[0]

    assert sandbox.inlet.writer.call(look).result(PATIENCE) == ("wal", 2)


def test_the_envelope_is_stored_beside_the_bytes(sandbox: Sandbox) -> None:
    content = (
        b"From: header@test\r\nTo: other@test\r\nBcc: hidden@test\r\nSubject: =?utf-8?q?gr=C3=BC=C3=9Fe?=\r\n\r\nx\r\n"
    )
    before = datetime.now(UTC)
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("MAIL FROM:<envelope@test> BODY=8BITMIME")
        wire.ask("RCPT TO:<first@test>")
        wire.ask("RCPT TO:<second@test> NOTIFY=NEVER")
        wire.ask("RCPT TO:<third@test>")
        wire.ask("DATA")
        public_id = id_of(wire.ask(content + b"."))
    assert raw(public_id) == content
    message = Message.objects.get(public_id=public_id)
    assert (message.mail_from, message.mail_parameters) == ("envelope@test", "BODY=8BITMIME")
    assert (message.recipient, message.recipients_count) == ("first@test", 2)
    assert (message.subject, message.size, message.read, message.digested) == ("grüße", len(content), False, False)
    assert before <= message.received_at <= datetime.now(UTC)
    assert message.session is not None
    assert message.session.peer_port == wire.port
    rows = Recipient.objects.filter(message=message).order_by("id")
    assert list(rows.values_list("address", "accepted", "reply")) == [
        ("first@test", True, "250 2.1.5 Recipient ok"),
        ("second@test", False, "555 5.5.4 Parameter NOTIFY was not offered"),
        ("third@test", True, "250 2.1.5 Recipient ok"),
    ]


def test_no_text_of_a_row_holds_a_nul(sandbox: Sandbox) -> None:
    # PostgreSQL takes none, and would refuse the message with it.
    with sandbox.connect() as wire:
        wire.ask("EHLO cl\0ient.test")
        assert wire.ask(b"AUTH LOGIN " + b64encode(b"us\0er")).startswith("334")
        assert wire.ask(b64encode(b"x")).startswith("235")
        wire.ask("MAIL FROM:<a@test>")
        assert wire.ask("RCPT TO:<b\0@test>").startswith("501")
        wire.ask("RCPT TO:<c@test>")
        wire.ask("DATA")
        id_of(wire.ask("Subject: \0\r\nFrom: \0 <a@test>\r\nMessage-ID: <\0>\r\n\r\n."))
    session = sandbox.session(wire)
    message = Message.objects.get()
    texts = [*vars(session).values(), *vars(message).values(), *Recipient.objects.values_list("address", flat=True)]
    assert (session.auth_user, message.username) == ("us\ufffder", "us\ufffder")
    assert [text for text in texts if "\0" in str(text)] == []


@pytest.mark.parametrize(
    ("content", "codes"),
    [
        (b"no headers at all\r\n", {"no-headers"}),
        (b"From: a@test\r\nFrom: b@test\r\n\r\nx\r\n", {"duplicate-header"}),
        (b"\x00\xff\xfe\r\n\r\n", set()),
        (b"From: \xe9\xe9 <a@test>\r\nSubject: \x00\r\n\r\n", {"eight-bit-header"}),
        (b"Content-Type: multipart/mixed\r\n\r\n", set()),
        (b": \r\n\r\n", set()),
        (b"Content-Type: multipart/mixed; boundary=x\r\n\r\n" + b"--x\r\n" * 10_000, set()),
        (os.urandom(5000).replace(b"\r\n.", b"") + b"\r\n", set()),
    ],
    ids=range(8),
)
def test_damaged_mail_is_stored_with_its_defects(sandbox: Sandbox, content: bytes, codes: set[str]) -> None:
    with sandbox.connect() as wire:
        public_id = id_of(wire.deliver(content))
    assert raw(public_id) == content
    assert codes <= {defect["code"] for defect in Message.objects.get().defects}


def test_one_session_may_carry_many_messages(sandbox: Sandbox) -> None:
    with sandbox.connect() as wire:
        ids = [id_of(wire.deliver(b"%d\r\n" % number)) for number in range(5)]
    session = sandbox.session(wire)
    assert [message.public_id for message in session.messages.order_by("id")] == ids
    assert [info["message"] for info in notes(list(session.records()), Kind.BODY)] == ids
    assert session.messages_stored == 5
    assert session.outcome == Outcome.DELIVERED
    assert_counted()


def test_many_senders_share_commits(sandbox: Sandbox) -> None:
    groups = []
    store = sandbox.inlet.writer._store

    def watched(group: Sequence[StoreMessage | SaveSession]) -> None:
        groups.append(sum(isinstance(work, StoreMessage) for work in group))
        store(group)

    sandbox.inlet.writer._store = watched
    wires = [sandbox.connect() for _ in range(30)]
    for wire in wires:
        wire.open_body()
    with sandbox.held():
        for number, wire in enumerate(wires):
            wire.send(b"%d\r\n.\r\n" % number)
        sandbox.storing(30)
    ids = [id_of(wire.reply()) for wire in wires]
    for wire in wires:
        wire.close()
    # The first of them was handed over before the others had come.
    assert len([group for group in groups if group]) <= 2
    assert sum(groups) == 30
    assert [raw(public_id) for public_id in ids] == [b"%d\r\n" % number for number in range(30)]
    for wire in wires:
        sandbox.session(wire)
    assert_counted()


# -- the client is gone --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["close", "reset", "half_close"])
@pytest.mark.parametrize("tls", [False, True], ids=["clear", "tls"])
def test_a_client_that_hangs_up_after_the_final_dot_loses_nothing(either_loop: Sandbox, how: str, tls: bool) -> None:
    with either_loop.connect() as wire:
        if tls:
            wire.hello()
            wire.start_tls()
        wire.open_body()
        with either_loop.held():
            wire.send(b"precious\r\n.\r\n")
            either_loop.storing()
            (protocol,) = either_loop.listener._open
            getattr(wire, how)()
            either_loop.eventually(lambda: protocol._eof or protocol.transport is None)
        if how == "half_close" and not tls:
            reply = wire.rest()
            assert reply.startswith(b"250 2.0.0 Stored as ")
        session = either_loop.session(wire)
    assert only_raw() == b"precious\r\n"
    assert (session.messages_stored, session.outcome) == (1, Outcome.DELIVERED)
    assert session.close_reason in {"close": {"client", "reset"}, "reset": {"reset"}, "half_close": {"client"}}[how]
    assert notes(list(session.records()), Kind.BODY)[0]["message"] == Message.objects.get().public_id
    assert_counted()


@pytest.mark.parametrize("how", ["close", "reset"])
def test_a_client_that_hangs_up_without_waiting(either_loop: Sandbox, how: str) -> None:
    for number in range(20):
        with either_loop.connect() as wire:
            wire.open_body()
            (protocol,) = either_loop.listener._open
            wire.send(b"%d\r\n.\r\n" % number)
            # A reset throws away what the server's system has not handed out yet.
            either_loop.eventually(lambda seen=protocol: seen._body is None)  # type: ignore[misc]
            getattr(wire, how)()
        either_loop.session(wire)
        either_loop.eventually(lambda: not either_loop.listener._open)
    bodies = {bytes(body) for body in Body.objects.values_list("raw", flat=True)}
    assert bodies == {b"%d\r\n" % number for number in range(20)}
    assert_counted()


def test_a_client_that_half_closes_gets_all_its_replies(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.send(
            b"EHLO client.test\r\nMAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\none\r\n.\r\n"
            b"MAIL FROM:<a@test>\r\nRCPT TO:<b@test>\r\nDATA\r\ntwo\r\n.\r\nNOOP\r\n"
        )
        wire.half_close()
        codes = [line[:3] for line in wire.rest().splitlines() if line[3:4] == b" "]
    assert codes == [b"250", b"250", b"250", b"354", b"250", b"250", b"250", b"354", b"250", b"250"]
    assert Message.objects.count() == 2


# -- the disk is gone ----------------------------------------------------------------------------------------------


@pytest.fixture
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sessions that could not be written are tried again at once."""
    monkeypatch.setattr(ingest, "RETRY_AFTER", 0.02)


TROUBLES = {"full": full, "locked": locked}


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_message_that_cannot_be_stored(either_loop: Sandbox, trouble: str) -> None:
    sandbox = either_loop
    with sandbox.connect() as wire:
        assert wire.deliver(b"before\r\n").startswith("250")
        with TROUBLES[trouble](sandbox):
            reply = wire.deliver(b"Subject: lost\r\n\r\n" + b"x" * 200_000 + b"\r\n")
            assert reply.startswith("451 4.3.0 The message could not be stored, try again: database ")
            assert wire.ask("NOOP").startswith("250")
            assert wire.deliver(b"y" * 200_000 + b"\r\n").startswith("451 4.3.0")
        assert wire.deliver(b"after\r\n").startswith("250")
        wire.ask("QUIT")
    session = sandbox.session(wire)
    assert [bytes(body) for body in Body.objects.order_by("pk").values_list("raw", flat=True)] == [
        b"before\r\n", b"after\r\n",
    ]  # fmt: skip
    assert Message.objects.count() == Recipient.objects.count() == 2
    assert (session.messages_stored, session.outcome) == (2, Outcome.PARTIAL)
    assert session.reply.startswith("451 4.3.0")
    bodies = notes(list(session.records()), Kind.BODY)
    assert ["message" in info for info in bodies] == [True, False, False, True]
    assert_counted()


@pytest.mark.usefixtures("_soon")
@pytest.mark.parametrize("trouble", TROUBLES)
def test_a_session_that_cannot_be_written_is_written_later(sandbox: Sandbox, trouble: str) -> None:
    with TROUBLES[trouble](sandbox):
        wires = []
        for _ in range(3):
            with sandbox.connect() as wire:
                assert wire.deliver(b"x" * 300_000 + b"\r\n").startswith("451")
                wires.append(wire)
        sandbox.eventually(lambda: not sandbox.listener._open)
    for wire in wires:
        session = sandbox.session(wire)
        assert session.outcome == Outcome.REJECTED
        assert text(list(session.records()))[-1] == "DATA"
    assert_counted()


def test_a_session_ends_although_many_of_its_states_could_not_be_written(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(ingest, "MOST_RETRIES", 2)
    monkeypatch.setattr(ingest, "RETRY_AFTER", 1.0)

    async def save_often() -> None:
        for protocol in sandbox.listener._open:
            for _ in range(5):
                sandbox.inlet.save(protocol.snapshot(with_tape=True))

    with sandbox.connect() as wire:
        wire.hello()
        assert sandbox.session(wire, ended=False).is_live
        with locked(sandbox):
            sandbox.call(save_often())
            sandbox.eventually(lambda: sandbox.inlet._retries > 0)
            failures = len(caplog.messages)
            wire.ask("QUIT")
            wire.rest()
            sandbox.eventually(lambda: len(caplog.messages) > failures)
    assert text(sandbox.tape(wire))[-1] == "QUIT"
    assert_counted()


def test_a_state_is_outdated_by_a_later_one_with_the_same_chunk() -> None:
    row = SessionRow()
    first = saved(row, 3)
    assert not first.is_outdated
    without_tape = saved(row, 0)
    second = saved(row, 5)
    assert first.is_outdated
    assert without_tape.is_outdated
    next_chunk = SaveSession(row, (), second.records[3:])
    assert not second.is_outdated, "its chunk does not come again"
    assert not next_chunk.is_outdated


@pytest.mark.usefixtures("_soon")
def test_smtplib_is_told_that_it_may_try_again(sandbox: Sandbox) -> None:
    with sandbox.client() as client:
        with locked(sandbox):
            client.ehlo()
            client.mail("a@test")
            client.rcpt("b@test")
            code, words = client.data(b"x\r\n")
        assert (code, words[:5]) == (451, b"4.3.0")
        assert b"locked" in words


def test_one_bad_unit_fails_only_itself(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    sandbox = start()
    save = ingest._save_messages

    def picky(cursor: object, messages: list[StoreMessage]) -> None:
        save(cursor, messages)  # type: ignore[arg-type]
        if any(b"poison" in message.raw for message in messages):
            raise sqlite3.OperationalError("poisoned")

    monkeypatch.setattr(ingest, "_save_messages", picky)
    wires = [sandbox.connect() for _ in range(12)]
    for wire in wires:
        wire.open_body()
    with sandbox.held():
        for number, wire in enumerate(wires):
            wire.send(b"%b %d\r\n.\r\n" % (b"poison" if number % 4 == 1 else b"sound", number))
        sandbox.storing(12)
    replies = [wire.reply() for wire in wires]
    assert [reply[:3] for reply in replies] == ["451" if number % 4 == 1 else "250" for number in range(12)]
    assert "poisoned" in replies[1]
    for wire in wires:
        wire.close()
    stored = {number: id_of(reply) for number, reply in enumerate(replies) if reply.startswith("250")}
    assert {number: raw(one) for number, one in stored.items()} == {
        number: b"sound %d\r\n" % number for number in stored
    }
    assert Message.objects.count() == 9
    for wire in wires:
        session = sandbox.session(wire)
        assert session.messages.count() == session.messages_stored
    assert_counted()


def test_what_a_message_cannot_be_prepared_for_fails_only_it(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> None:
    prepare = StoreMessage.prepare

    def picky(message: StoreMessage) -> None:
        if b"poison" in message.raw:
            raise ValueError("poisoned")
        prepare(message)

    monkeypatch.setattr(StoreMessage, "prepare", picky)
    monkeypatch.setattr(writer.logger, "exception", lambda *_: None)
    big = b"x" * (ingest.PREPARED_AT_ONCE + 1)
    with sandbox.connect() as wire:
        assert wire.deliver(b"poison" + big + b"\r\n").startswith("451 4.3.0")
        assert wire.deliver(b"sound\r\n").startswith("250")
    assert only_raw() == b"sound\r\n"


# -- sessions ------------------------------------------------------------------------------------------------------


def saved(row: SessionRow, lines: int, ended: bool = False, failed: bool = False) -> SaveSession:
    """Return a session's state with that many lines on its tape."""
    now = datetime.now(UTC)
    values = [0] * len(COLUMNS)
    named: list[object] = list(values)
    for name in COLUMNS:
        if isinstance(Session._meta.get_field(name).get_default(), str):  # type: ignore[union-attr]
            named[COLUMNS[name]] = ""
    named[COLUMNS["public_id"]] = row.public_id
    named[COLUMNS["started_at"]] = now
    named[COLUMNS["ended_at"]] = now if ended else None
    named[COLUMNS["listener"]] = named[COLUMNS["peer_host"]] = "test"
    named[COLUMNS["lines"]] = lines
    named[COLUMNS["failed"]] = failed
    named[COLUMNS["outcome"]] = Outcome.REJECTED if failed else Outcome.PROBE if ended else Outcome.OPEN
    records = [Record(seq, seq, Direction.CLIENT, Kind.LINE, b"%d" % seq) for seq in range(1, lines + 1)]
    return SaveSession(row, tuple(named), records, ended, failed)


def commit(*group: SaveSession | StoreMessage) -> None:
    """Store a group as the writer does."""
    from django.db import transaction

    for work in group:
        work.prepare()
    with transaction.atomic():
        ingest.store(group)
    for work in group:
        work.committed()


@pytest.mark.usefixtures("database")
def test_the_latest_state_of_a_session_stays() -> None:
    one, two = SessionRow(), SessionRow()
    commit(saved(one, 1), saved(two, 1), saved(one, 3), saved(two, 4), saved(one, 5))
    assert dict(Session.objects.values_list("public_id", "lines")) == {one.public_id: 5, two.public_id: 4}
    commit(saved(two, 6, ended=True, failed=True), saved(one, 7, ended=True))
    rows = {session.public_id: session for session in Session.objects.all()}
    assert (rows[one.public_id].lines, rows[one.public_id].outcome) == (7, Outcome.PROBE)
    assert (rows[two.public_id].lines, rows[two.public_id].outcome) == (6, Outcome.REJECTED)
    assert [record.seq for record in rows[one.public_id].records()] == list(range(1, 8))
    assert TapeChunk.objects.count() == 2
    assert_counted()


@pytest.mark.usefixtures("database")
def test_messages_find_the_rows_of_their_sessions() -> None:
    rows = [SessionRow() for _ in range(5)]
    group: list[SaveSession | StoreMessage] = []
    expected = {}
    for number, row in enumerate(rows * 2):
        to = RecipientRow(f"{number}@test", "", True, "250")
        message = StoreMessage(row, saved(row, number + 1), 1, "a@test", "", [to], b"%d" % number)
        group += [message, saved(rows[number % 3], 20)]
        expected[message.public_id] = (row.public_id, f"{number}@test", b"%d" % number)
    commit(*group)
    commit(*[StoreMessage(row, None, 2, "", "", [], b"late") for row in rows])
    found = Message.objects.filter(transaction=1).values_list(
        "public_id", "session__public_id", "recipients__address", "body__raw"
    )
    assert {one: (session, to, bytes(body)) for one, session, to, body in found} == expected
    late = Message.objects.filter(transaction=2).values_list("session__public_id", flat=True)
    assert list(late) == [row.public_id for row in rows]
    assert_counted()


@pytest.mark.usefixtures("_soon")
def test_a_late_second_try_does_not_undo_what_came_after_it(sandbox: Sandbox) -> None:
    row = SessionRow()
    early, late = saved(row, 3), saved(row, 6, ended=True, failed=True)
    with locked(sandbox):
        sandbox.call(_save(sandbox, early))
        sandbox.eventually(lambda: early.error)
        sandbox.call(_save(sandbox, late))
    sandbox.eventually(lambda: late.new_id)
    sandbox.call(_save(sandbox, early))
    sandbox.eventually(lambda: early.error is None)
    sandbox.inlet.writer.call(lambda: None).result(PATIENCE)
    session = Session.objects.get()
    assert (session.lines, session.outcome, session.is_live) == (6, Outcome.REJECTED, False)
    assert [record.seq for record in session.records()] == [1, 2, 3, 4, 5, 6]
    assert_counted()


async def _save(sandbox: Sandbox, session: SaveSession) -> None:
    sandbox.inlet.save(session)


# -- counters ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(6))
def test_counters_equal_counts_after_anything(sandbox: Sandbox, seed: int) -> None:
    dice = random.Random(seed)

    def some() -> list[str]:
        ids = list(Message.objects.values_list("public_id", flat=True))
        return [*dice.sample(ids, dice.randrange(len(ids) + 1)), "0" * 22]

    def deliver(count: int) -> None:
        with sandbox.connect() as wire:
            wire.hello()
            for _ in range(count):
                wire.deliver(b"x" * dice.randrange(3000) + b"\r\n", hello=False)
            if dice.random() < 0.5:
                wire.ask("RCPT TO:<nobody@test>")
        sandbox.session(wire)

    def sessions() -> list[str]:
        ids = list(Session.objects.values_list("public_id", flat=True))
        return dice.sample(ids, dice.randrange(len(ids) + 1))

    done = bulk.Done(0)
    for _ in range(40):
        choice = dice.randrange(13)
        if choice < 3:
            deliver(dice.randrange(4))
        elif choice == 3:
            bulk.set_read(some() if dice.random() < 0.8 else None, True)
        elif choice == 4:
            bulk.set_read(some() if dice.random() < 0.8 else None, False)
        elif choice == 5:
            actions.delete_messages(some() if dice.random() < 0.9 else None)
        elif choice == 6:
            actions.delete_sessions(sessions() if dice.random() < 0.9 else None)
        elif choice == 7:
            done = bulk.discard(some() if dice.random() < 0.8 else None)
        elif choice == 8:
            bulk.undo(done.undo)
        elif choice == 9:
            done = bulk.add_tag(some() if dice.random() < 0.8 else None, dice.choice("abc"))
        elif choice == 10:
            done = bulk.remove_tag(some() if dice.random() < 0.8 else None, dice.choice("abc"))
        elif choice == 11:
            prune(Keep(dice.randrange(20), dice.randrange(10), 0, 0))
        else:
            prune(Keep(0, 0, 0, dice.randrange(30_000)))
        assert_counted()
        assert Body.objects.count() == Message.everything.count()


def test_a_tls_client_that_says_goodbye_properly_gets_its_reply(either_loop: Sandbox) -> None:
    with either_loop.connect() as wire:
        wire.hello()
        wire.start_tls()
        assert wire.deliver(b"x\r\n").startswith("250")
        assert isinstance(wire.sock, ssl.SSLSocket)
        wire.sock.unwrap().close()
    assert either_loop.session(wire).outcome == Outcome.DELIVERED


def test_wires_are_told_apart(sandbox: Sandbox) -> None:
    wires: list[Wire] = [sandbox.connect() for _ in range(3)]
    for number, wire in enumerate(wires):
        wire.ask(f"EHLO client{number}.test")
        wire.close()
    assert [sandbox.session(wire).hello for wire in wires] == ["client0.test", "client1.test", "client2.test"]
