"""What came of a session, from the facts that the protocol counted while it ran."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Outcome(StrEnum):
    OPEN = "open"
    DELIVERED = "delivered"
    PARTIAL = "partial"  # something was stored, and something was refused
    REJECTED = "rejected"
    AUTH_FAILED = "auth-failed"
    TLS_FAILED = "tls-failed"
    ABORTED = "aborted"
    PROBE = "probe"
    NOT_SMTP = "not-smtp"
    IDLE = "idle"
    LIMIT = "limit"

    @classmethod
    def failures(cls) -> tuple[Outcome, ...]:
        """Return the outcomes after which a sender's mail, or part of it, is not here."""
        return (
            cls.PARTIAL,
            cls.REJECTED,
            cls.AUTH_FAILED,
            cls.TLS_FAILED,
            cls.ABORTED,
            cls.NOT_SMTP,
            cls.IDLE,
            cls.LIMIT,
        )

    @property
    def is_failure(self) -> bool:
        return self in _FAILURES


_FAILURES = frozenset(Outcome.failures())


class Stage(StrEnum):
    """The step of the conversation that a session reached or failed at."""

    CONNECT = "connect"
    HELLO = "EHLO"
    TLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    BODY = "body"
    QUIT = "QUIT"


class Close(StrEnum):
    """Who ended the connection, and why."""

    QUIT = "quit"
    CLIENT = "client"  # the client closed without QUIT (FIN)
    RESET = "reset"  # the client reset the connection (RST) or it broke
    IDLE = "idle"
    ERRORS = "errors"
    LIMIT = "limit"
    TLS = "tls"
    NOT_SMTP = "not-smtp"
    SHUTDOWN = "shutdown"
    LOST = "lost"  # Sandpost itself was killed while the session ran


@dataclass(slots=True)
class Facts:
    """What the protocol counts as it goes; enough to classify without reading the tape."""

    stage: Stage = Stage.CONNECT
    commands: int = 0
    errors: int = 0
    messages: int = 0
    accepted: int = 0
    refused: int = 0
    rejected_messages: int = 0
    refused_commands: int = 0
    auth_failures: int = 0
    authenticated: bool = False
    in_transaction: bool = False
    # The last step that failed, and the reply that said so; where none failed, the last error of any kind.
    trouble: Stage | None = None
    reply: str = ""

    def fail(self, stage: Stage, reply: str) -> None:
        self.trouble = stage
        self.reply = reply


def classify(facts: Facts, close: Close) -> Outcome:
    """Return the outcome of a session that has ended."""
    if close is Close.NOT_SMTP:
        return Outcome.NOT_SMTP
    if close is Close.TLS:
        return Outcome.TLS_FAILED
    failed = facts.refused or facts.rejected_messages or facts.refused_commands
    if facts.messages:
        if close is Close.LIMIT or close is Close.ERRORS:
            return Outcome.LIMIT
        return Outcome.PARTIAL if failed or facts.in_transaction else Outcome.DELIVERED
    if facts.auth_failures and not facts.authenticated:
        return Outcome.AUTH_FAILED
    if close is Close.IDLE:
        return Outcome.IDLE
    if close is Close.ERRORS or close is Close.LIMIT:
        return Outcome.LIMIT
    if failed:
        return Outcome.REJECTED
    if facts.in_transaction:
        return Outcome.ABORTED
    return Outcome.PROBE


def describe(outcome: Outcome, stage: str, stored: int, accepted: int, refused: int, reply: str) -> str:
    """Return a few words for the session list, such as `delivered 2 messages` or `rejected at RCPT, 550 5.1.1`."""
    code = " ".join(reply.split(" ")[:2]) if reply else ""
    because = f", {code}" if code else ""
    messages = f"{stored} message{'' if stored == 1 else 's'}"
    match outcome:
        case Outcome.OPEN:
            return f"{messages} so far" if stored else f"at {stage}" if stage else "connected"
        case Outcome.DELIVERED:
            return f"delivered {messages}"
        case Outcome.PARTIAL if refused:
            return f"delivered {messages}, {refused} of {accepted + refused} recipients refused{because}"
        case Outcome.PARTIAL:
            return f"delivered {messages}, then stopped at {stage}{because}"
        case Outcome.REJECTED:
            return f"rejected at {stage}{because}"
        case Outcome.AUTH_FAILED:
            return f"login failed{because}"
        case Outcome.TLS_FAILED:
            return "TLS handshake failed"
        case Outcome.ABORTED:
            return f"client gave up at {stage}"
        case Outcome.NOT_SMTP:
            return "not SMTP"
        case Outcome.IDLE:
            return f"idle at {stage}, closed{because}"
        case Outcome.LIMIT:
            return f"stopped by a limit at {stage}{because}"
        case _:
            return "connected and left without sending"
