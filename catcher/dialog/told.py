"""The facts of a session that its story is told from, and how they are worded."""

from __future__ import annotations

from typing import Protocol

from catcher.dialog.outcome import Outcome

_LONGEST_NAME = 80


class Told(Protocol):
    """The facts of a session; its row has them all. A row's outcome, stage and close reason are the enums' values."""

    @property
    def peer_host(self) -> str: ...
    @property
    def hello(self) -> str: ...
    @property
    def tls_version(self) -> str: ...
    @property
    def auth_mechanism(self) -> str: ...
    @property
    def auth_user(self) -> str: ...
    @property
    def messages_stored(self) -> int: ...
    @property
    def recipients_accepted(self) -> int: ...
    @property
    def recipients_refused(self) -> int: ...
    @property
    def outcome(self) -> str: ...
    @property
    def stage(self) -> str: ...
    @property
    def reply(self) -> str: ...
    @property
    def close_reason(self) -> str: ...
    @property
    def duration_us(self) -> int: ...
    @property
    def is_live(self) -> bool: ...


def outcome_of(session: Told) -> Outcome:
    try:
        return Outcome(session.outcome)
    except ValueError:
        return Outcome.OPEN


def count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def short(text: str) -> str:
    return text if len(text) <= _LONGEST_NAME else f"{text[: _LONGEST_NAME - 1]}…"
