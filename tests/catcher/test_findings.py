"""What rows keep of findings: behind the acknowledgement, with the envelope, without what is muted."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from catcher import actions, digest, examine, findings, writer
from catcher.digest import digest_some
from catcher.examine import examine_some
from catcher.models import Message, MutedRule, Session
from tests.catcher.sandbox import Sandbox

MAIL = b"From: a@test\r\nTo: b@test, forgotten@test\r\nDate: Tue, 24 Nov 2026 12:00:00 +0000\r\n\r\nx\r\n"


def send(sandbox: Sandbox, content: bytes = MAIL) -> tuple[Message, Session]:
    with sandbox.connect() as wire:
        wire.open_body()
        wire.send(content + b".\r\n")
        wire.reply()
        wire.ask("QUIT")
        wire.rest()
    session = sandbox.session(wire)
    work_off()
    return Message.objects.get(session=session), Session.objects.get(pk=session.pk)


def work_off() -> None:
    while digest_some(100) or examine_some(100):
        pass


def test_a_message_is_judged_with_its_envelope(sandbox: Sandbox) -> None:
    message, _ = send(sandbox)
    assert {"M11", "M35"} <= set(message.findings), "no Message-ID, and one recipient who is in the header only"
    assert message.findings_count >= len(message.findings) > 0
    assert message.worst == "warning"


def test_dots_that_were_not_doubled_are_found_by_the_tape(sandbox: Sandbox) -> None:
    message, _ = send(sandbox, MAIL + b".hidden\r\n")
    assert "M03" in message.findings
    assert message.worst == "error"


def test_a_muted_rule_leaves_the_rows_and_comes_back(sandbox: Sandbox) -> None:
    message, session = send(sandbox)
    assert "S32" in session.findings
    before = (message.findings, session.findings)
    for rule in ("M11", "S32"):
        actions.mute(rule, True)
    assert findings.muted() == {"M11", "S32"}
    work_off()
    message.refresh_from_db()
    session.refresh_from_db()
    assert message.findings == [rule for rule in before[0] if rule != "M11"]
    assert session.findings == [rule for rule in before[1] if rule != "S32"]
    for rule in ("M11", "S32"):
        actions.mute(rule, False)
    work_off()
    message.refresh_from_db()
    session.refresh_from_db()
    assert (message.findings, session.findings) == before
    assert not MutedRule.objects.exists()


def test_what_a_muted_rule_does_not_concern_is_left_alone(sandbox: Sandbox) -> None:
    _, session = send(sandbox)
    actions.mute("S37", True)
    session.refresh_from_db()
    assert session.examined
    actions.mute("S37", True)  # once more changes nothing
    assert MutedRule.objects.count() == 1


@pytest.mark.parametrize("content", [b"", b"\x00\xff", b"no colon here\r\n"])
def test_mail_that_is_none_is_judged_all_the_same(sandbox: Sandbox, content: bytes) -> None:
    message, _ = send(sandbox, content + b"\r\n" if content and not content.endswith(b"\r\n") else content)
    assert message.digested
    assert "M06" in message.findings


def test_what_the_tape_knows_of_a_message_outlasts_another_look_at_it(sandbox: Sandbox) -> None:
    message, _ = send(sandbox, MAIL + b".hidden\r\n")
    assert {"M03", "M11"} <= set(message.findings)
    actions.mute("M11", True)
    work_off()
    message.refresh_from_db()
    assert "M03" in message.findings
    assert "M11" not in message.findings


@pytest.mark.parametrize("silent", [True, False])
def test_what_is_looked_at_while_a_rule_is_muted_knows_of_it(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, silent: bool
) -> None:
    message, session = send(sandbox)
    if not silent:
        actions.mute("M11", True)
        actions.mute("S32", True)
        work_off()
    Message.objects.update(digested=False)
    Session.objects.update(examined=False)

    def late(rule: str, function: Callable[[], None]) -> None:
        actions.mute(rule, silent)
        writer.run(function)

    monkeypatch.setattr(digest, "run", partial(late, "M11"))
    monkeypatch.setattr(examine, "run", partial(late, "S32"))
    work_off()
    message.refresh_from_db()
    session.refresh_from_db()
    assert ("M11" in message.findings) is ("S32" in session.findings) is not silent


@pytest.mark.parametrize("silent", [True, False])
def test_every_row_goes_back_to_its_queue_once(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch, silent: bool) -> None:
    monkeypatch.setattr(actions, "KEYS_AT_ONCE", 2, raising=False)
    for _ in range(5):
        send(sandbox)
    if not silent:
        actions.mute("M11", True)
        work_off()
    run = writer.run
    looked: list[int] = []

    def watched(step: Callable[[], Any]) -> Any:
        done = run(step)
        looked.append(Message.objects.filter(digested=False).count())
        assert sum(looked) <= 5
        # As if they were looked at at once.
        Message.objects.update(digested=True)
        return done

    monkeypatch.setattr(writer, "run", watched)
    actions.mute("M11", silent)
    assert sum(looked) == 5
