"""The work behind a session's end is done for every session, also after a restart, in bounded time."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

import pytest

from catcher import actions, events, examine, worker, writer
from catcher.dialog import conversation
from catcher.dialog.aggregate import Sample, sample
from catcher.dialog.client import Certainty, Client
from catcher.dialog.conversation import Conversation
from catcher.dialog.finding import Evidence, Finding, Rule, Severity
from catcher.dialog.query import parse
from catcher.dialog.script import records
from catcher.dialog.story import Story
from catcher.dialog.timing import timing
from catcher.examine import Examiner, Readers, examine_some
from catcher.models import Session, SessionText, TapeChunk
from catcher.search import sessions
from tests.catcher.sandbox import Sandbox, assert_counted
from tests.catcher.search.ended import DELIVERED, examined, refused, session

pytestmark = pytest.mark.usefixtures("database")


def rule(name: str, severity: Severity) -> Finding:
    return Finding(Rule(name, severity, "", "", "", "", "", lambda _: []), Evidence())


ALL = Readers(
    recognise=lambda conversation, headers: Client("smtplib", "Python smtplib", Certainty.SURE, ""),
    fingerprint=lambda _: "EHLO-MAIL",
    lint=lambda _: [rule("S04", Severity.WARNING), rule("S33", Severity.SECURITY), rule("S04", Severity.WARNING)],
    summary=lambda session, conversation, times: Story("It went well.", "", ""),
)


def fail(*_: object) -> Any:
    raise RuntimeError("a reader's fault")


def test_a_session_gets_what_its_readers_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examine, "READERS", ALL)
    one = session()
    examined(one)
    assert (one.client, one.client_name, one.fingerprint) == ("smtplib", "Python smtplib", "EHLO-MAIL")
    assert (one.findings, one.findings_count, one.worst) == (["S04", "S33"], 3, "security")
    assert (one.summary, one.examined) == ("It went well.", True)
    assert Sample.from_json(one.timing) == sample(timing(conversation.read(one.records())), 0)
    assert one.lines_examined == one.lines


def test_what_is_not_examined_has_the_defaults_of_the_database() -> None:
    one = Session.objects.get(pk=session().pk)
    assert (one.examined, one.findings, one.timing, one.client, one.lines_examined) == (False, [], {}, "", 0)


def test_its_story_and_its_findings_as_they_are() -> None:
    one = refused(hello="worker")
    examined(one)
    assert one.summary.startswith("worker connected from 127.0.0.1")
    assert "550 5.1.1" in one.summary
    assert "the client thinking" in one.summary
    assert "S04" in one.findings
    assert one.findings_count >= len(one.findings)


@pytest.mark.parametrize("name", ["recognise", "fingerprint", "lint", "timing", "summary"])
def test_a_reader_that_fails_leaves_its_own_column_empty(name: str, caplog: pytest.LogCaptureFixture) -> None:
    readers = {field: getattr(ALL, field) for field in ("recognise", "fingerprint", "lint", "timing", "summary")}
    with caplog.at_level(logging.CRITICAL, "catcher.examine"):
        found = examine.examine(
            conversation.read(records(DELIVERED)), session(), True, Readers(**(readers | {name: fail}))
        )
    says = {
        "recognise": found.client_name, "fingerprint": found.fingerprint, "lint": found.findings,
        "timing": found.timing, "summary": found.summary,
    }  # fmt: skip
    assert [field for field, value in says.items() if not value] == [name]
    assert found.words.tokens


def test_the_oldest_come_first_and_those_that_run_wait() -> None:
    running = session(ended_at=None)
    made = [session() for _ in range(5)]
    assert examine_some(2) == 2
    assert set(Session.objects.filter(examined=True)) == set(made[:2])
    assert [examine_some(2), examine_some(2), examine_some(2)] == [2, 1, 0]
    assert set(Session.objects.filter(examined=True)) == set(made)
    assert SessionText.objects.count() == 5
    assert not SessionText.objects.filter(session=running).exists()


def test_what_was_examined_is_told_at_once() -> None:
    made = [session(), session()]
    told: list[events.Event] = []
    events.connect(told.extend)
    examine_some(10)
    events.connect(None)
    assert told == [{"type": "sessions", "lines": {one.public_id: one.lines for one in made}}]


def test_a_session_that_is_deleted_meanwhile_stays_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [session(), session()]
    run = writer.run

    def late(function: Callable[[], None]) -> None:
        actions.delete_sessions([made[0].public_id])
        run(function)

    monkeypatch.setattr(examine, "run", late)
    examine_some(10)
    assert list(Session.objects.values_list("pk", "examined")) == [(made[1].pk, True)]
    assert list(SessionText.objects.values_list("pk", flat=True)) == [made[1].pk]
    assert_counted()


def test_a_session_that_cannot_be_examined_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    odd, well = session(), session()
    # JSON, but not what a tape is.
    TapeChunk.objects.filter(session=odd).update(data=b'[[1],[0,"Cline",7,0]]')
    with caplog.at_level(logging.CRITICAL, "catcher.examine"):
        examined(odd, well)
    assert odd.examined
    assert well.summary


def test_a_long_session_is_examined_in_part_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Conversation] = []

    def lint(found: Conversation) -> list[Finding]:
        seen.append(found)
        return []

    monkeypatch.setattr(examine, "MOST_LINES", 1000)
    monkeypatch.setattr(examine, "READERS", Readers(lint=lint))
    lines = "C: NOOP\nS: 250 ok\n" * 5000
    one = session(f"S: 220 hi\n{lines}C: VRFY me\nS: 252 maybe\n! close reason=quit", messages_stored=7)
    examined(one)
    assert (one.lines, one.lines_examined) == (10_004, 1000)
    # The beginning tells neither how much came of it nor how long it took: the row does.
    assert "sent 7 messages" in one.summary
    assert one.timing == {}
    assert len(seen[0].records) == 1001
    assert seen[0].close_reason == "quit"
    assert sessions.look(parse("verb=NOOP")).keys == [one.pk]
    assert sessions.look(parse("verb=VRFY")).keys == []


def test_a_tape_that_is_damaged_or_missing_is_examined_all_the_same(caplog: pytest.LogCaptureFixture) -> None:
    damaged, garbled, missing = session(), session(), session("", lines=5)
    TapeChunk.objects.filter(session=damaged).update(data=b"\x78\x9cno zlib")
    TapeChunk.objects.filter(session=garbled).update(data=b'[[1],["x"]]')
    with caplog.at_level(logging.CRITICAL, "catcher.examine"):
        examined(damaged, garbled, missing)
    assert damaged.examined
    assert garbled.examined
    assert missing.examined
    assert len(sessions.look(parse("is:ok close=quit")).keys) == 3


def test_much_to_index_goes_in_several_transactions(monkeypatch: pytest.MonkeyPatch) -> None:
    made = [session() for _ in range(5)]
    monkeypatch.setattr(examine, "MOST_AT_ONCE", 1)
    sizes: list[int] = []
    write = examine._write

    def watched(part: list[tuple[Session, examine.Examined]], silent: frozenset[str]) -> None:
        sizes.append(len(part))
        write(part, silent)

    monkeypatch.setattr(examine, "_write", watched)
    assert examine_some(10) == len(made)
    assert sizes == [1] * 5


def test_hostile_tapes() -> None:
    for script in ("C_ \\x00\\xff\\x16\\x03", "S: \\xff" + "x" * 5000, "! open peer=x", "C: AUTH\nC: AUTH\nC* x"):
        session(script, hello="\x1b[0m\u202e\ufffd", lines=1)
    assert examine_some(10) == 4
    assert len(sessions.look(parse("is:ok")).keys) == 4


def test_the_thread_examines_what_a_killed_process_left_and_what_ends_now(sandbox: Sandbox) -> None:
    left = [session() for _ in range(worker.CHUNK + 1)]
    examiner = Examiner(sandbox.inlet.writer)
    examiner.start()
    sandbox.eventually(lambda: Session.objects.filter(examined=True).count() == len(left))
    with sandbox.connect() as wire:
        wire.hello()
        wire.deliver(b"x\r\n", hello=False)
        wire.ask("QUIT")
    ended = sandbox.session(wire)
    sandbox.eventually(lambda: Session.objects.filter(pk=ended.pk, examined=True).exists())
    examiner.stop()
    assert not examiner._thread.is_alive()
    assert sessions.look(parse("has:messages verb=DATA code=250")).keys == [ended.pk]
    assert_counted()


def test_a_secret_is_in_no_table(sandbox: Sandbox) -> None:
    examiner = Examiner(sandbox.inlet.writer)
    examiner.start()
    with sandbox.connect() as wire:
        wire.hello()
        wire.ask("AUTH PLAIN AGFkYQBzM2NyZXQ=")
        wire.ask("QUIT")
    ended = sandbox.session(wire)
    sandbox.eventually(lambda: Session.objects.filter(pk=ended.pk, examined=True).exists())
    examiner.stop()
    assert sessions.look(parse("verb=AUTH code=235 user=ada")).keys == [ended.pk]
    assert b"AGFkYQBzM2NyZXQ" not in sandbox.octets()
    assert b"agfkyqbzm2nyzxq" not in sandbox.octets()
