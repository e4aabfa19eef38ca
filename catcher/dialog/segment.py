"""A stretch of a session's time: who was waited for, and at which step."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catcher.dialog.conversation import Role, Step


class Spent(StrEnum):
    """What a session's time went into; in the order in which totals are shown."""

    CLIENT = "client"  # the client thought: between a reply and its next command
    SERVER = "server"  # the server worked: between a command and its reply
    TLS = "tls"
    TRANSFER = "transfer"  # message data on its way
    INJECTED = "injected"  # a delay that a fault put in; nothing makes it yet
    UNRECORDED = "unrecorded"  # behind the limit of the tape

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Spent.CLIENT: "client thinking",
    Spent.SERVER: "server working",
    Spent.TLS: "TLS handshake",
    Spent.TRANSFER: "message transfer",
    Spent.INJECTED: "injected delay",
    Spent.UNRECORDED: "not recorded",
}
# What a step is called that has no verb.
GREETING = "greeting"
MESSAGE = "message"
ANSWER = "AUTH answer"
UNKNOWN = "unknown command"
FAREWELL = "farewell"
HANDSHAKE = "TLS handshake"
CLOSE = "close"


@dataclass(frozen=True, slots=True)
class Timeout:
    """How long one side has to wait at least before it gives up (RFC 5321 §4.5.3.2)."""

    step: str
    minutes: int
    source: str
    waits: str  # who waits, for what


GREETING_TIMEOUT = Timeout(GREETING, 5, "RFC 5321 §4.5.3.2.1", "the client, for the greeting")
BLOCK_TIMEOUT = Timeout("data block", 3, "RFC 5321 §4.5.3.2.5", "the client, for each block of the message to be taken")
IDLE_TIMEOUT = Timeout("next command", 5, "RFC 5321 §4.5.3.2.7", "the server, for the next command")
_ANSWERS = {
    GREETING: GREETING_TIMEOUT,
    "MAIL": Timeout("MAIL", 5, "RFC 5321 §4.5.3.2.2", "the client, for the answer to MAIL"),
    "RCPT": Timeout("RCPT", 5, "RFC 5321 §4.5.3.2.3", "the client, for the answer to RCPT"),
    "DATA": Timeout("DATA", 2, "RFC 5321 §4.5.3.2.4", "the client, for the 354 that answers DATA"),
    MESSAGE: Timeout("final dot", 10, "RFC 5321 §4.5.3.2.6", "the client, for the answer to the final dot"),
}
TIMEOUTS: tuple[Timeout, ...] = (*_ANSWERS.values(), BLOCK_TIMEOUT, IDLE_TIMEOUT)


def name(step: Step) -> str:
    """Return what a step is called: its verb, or what stands in for one."""
    match step.role:
        case Role.GREETING:
            return GREETING
        case Role.CONTENT:
            return MESSAGE
        case Role.ANSWER:
            return ANSWER
        case Role.UNASKED:
            return FAREWELL
        case _:
            return step.verb or UNKNOWN


@dataclass(frozen=True, slots=True)
class Segment:
    """From `start_us` to `end_us`, microseconds since the connection was accepted.

    `seq` is the first record of the step: the one that was answered, or the one that the client came up with;
    `count` is over 1 where neighbours were merged, and then `step` is that of the first.
    """

    start_us: int
    end_us: int
    kind: Spent
    step: str
    seq: int
    count: int = 1

    @property
    def duration_us(self) -> int:
        return self.end_us - self.start_us

    @property
    def label(self) -> str:
        """Return what happened meanwhile: `client thinking before RCPT`."""
        if self.count > 1:
            return f"{self.kind.words}, {self.count:,} times"
        match self.kind:
            case Spent.CLIENT:
                return _BEFORE.get(self.step) or f"client thinking before {self.step}"
            case Spent.SERVER:
                return _BEHIND.get(self.step) or f"server answering {self.step}"
            case _:
                return self.kind.words

    @property
    def timeout(self) -> Timeout | None:
        """Return the time-out that ran meanwhile; None where RFC 5321 sets none."""
        match self.kind:
            case Spent.CLIENT:
                return IDLE_TIMEOUT
            case Spent.SERVER:
                return _ANSWERS.get(self.step)
            case Spent.TRANSFER:
                return BLOCK_TIMEOUT
            case _:
                return None


_BEFORE: Mapping[str, str] = {
    MESSAGE: "client thinking before the message",
    ANSWER: "client thinking before its AUTH answer",
    UNKNOWN: "client thinking before an unknown command",
    HANDSHAKE: "client thinking before the TLS handshake",
    FAREWELL: "client silent until the server said goodbye",
    CLOSE: "client silent until the connection closed",
}
_BEHIND: Mapping[str, str] = {
    GREETING: "server preparing its greeting",
    MESSAGE: "server storing the message",
    ANSWER: "server checking the AUTH answer",
    UNKNOWN: "server answering an unknown command",
    CLOSE: "server closing the connection",
}
