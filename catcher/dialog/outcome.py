"""What came of a session, from the facts that the protocol counted while it ran."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from catcher.dialog import alerts


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
    FAULT = "fault"  # cut by a fault that was injected on purpose

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
            cls.FAULT,
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
    FAULT = "fault"  # an injected fault ended it
    LOST = "lost"  # Sandpost itself was killed while the session ran


# A client that is refused more than that may have them mended, but nobody follows it any more.
_MOST_OPEN = 1000
# Replies to MAIL that speak of the command, or of the moment. After the others, such as 552, the same sender that is
# accepted later may well send another message.
_OF_COMMAND = ("500", "501", "502", "503", "504", "530", "555", "421", "450", "451", "454")


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
    # Refusals that were made good: the same was said again, and accepted.
    mended: int = 0
    # Those that may still be: what was refused -> how often, the reply, whether in a transaction; the latest last.
    _open: dict[tuple[Stage, str], tuple[int, str, bool]] = field(default_factory=dict)
    _lasting: tuple[Stage | None, str] = (None, "")
    # What Sandpost said when it ended the session itself; kept apart, for it must not hide why mail was refused.
    farewell: str = ""

    def fail(self, stage: Stage, reply: str, what: str | None = None) -> None:
        """Take note of a failed step; `what` is what was refused, where it may be said again."""
        self.trouble = stage
        self.reply = reply
        of_message = stage is Stage.MAIL and not reply.startswith(_OF_COMMAND)
        if what is None or of_message or len(self._open) >= _MOST_OPEN:
            self._lasting = (stage, reply)
            return
        times = self._open.pop((stage, what), (0,))[0]
        self._open[stage, what] = (times + 1, reply, self.in_transaction)

    def begin(self, sender: str) -> None:
        """Take note of a new transaction: what was refused in one before it was refused to another message."""
        for key in [key for key, (_, _, within) in self._open.items() if within]:
            self._lasting = (key[0], self._open.pop(key)[1])
        self.mend(Stage.MAIL, sender)
        self.in_transaction = True

    def mend(self, stage: Stage, what: str) -> None:
        """Take note that something was accepted: that it was refused before is no failure any more."""
        found = self._open.pop((stage, what), None) if self._open else None
        if found is None:
            return
        self.mended += found[0]
        if (self.trouble, self.reply) == (stage, found[1]):
            latest = next(reversed(self._open), None)
            trouble, said = (latest[0], self._open[latest][1]) if latest else self._lasting
            # Where nothing is left, the reply is still the last error of any kind.
            self.trouble, self.reply = trouble, said if trouble else self.reply

    @property
    def has_refusals(self) -> bool:
        return self.refused + self.rejected_messages + self.refused_commands > self.mended


def classify(facts: Facts, close: Close) -> Outcome:
    """Return the outcome of a session that has ended."""
    if close in _ENDINGS:
        return _ENDINGS[close]
    failed = facts.has_refusals
    if facts.messages:
        if close in _LIMITS:
            return Outcome.LIMIT
        return Outcome.PARTIAL if failed or facts.in_transaction else Outcome.DELIVERED
    if _is_login_the_trouble(facts, failed):
        return Outcome.AUTH_FAILED
    if close in _LIMITS:
        return Outcome.LIMIT
    if close is Close.IDLE and (facts.in_transaction or not failed):
        return Outcome.IDLE
    if facts.in_transaction and facts.stage is Stage.BODY:
        return Outcome.ABORTED  # whatever was refused before, this client was sending when it left
    if failed or facts.stage is facts.trouble is Stage.TLS:
        return Outcome.REJECTED
    return Outcome.ABORTED if facts.in_transaction or _is_in_login(facts) else Outcome.PROBE


def verdict(facts: Facts, outcome: Outcome) -> tuple[Stage, str]:
    """Return the stage and the reply that belong to an outcome: where it failed, and what was said to it."""
    if outcome in _BY_TROUBLE:
        return (facts.trouble, facts.reply) if facts.trouble else (facts.stage, facts.farewell)
    return facts.stage, facts.farewell or facts.reply


def _is_login_the_trouble(facts: Facts, failed: bool) -> bool:
    """A client that goes on after a refused login, and is refused something else, failed there."""
    if not facts.auth_failures or facts.authenticated:
        return False
    return not failed or facts.trouble in {None, Stage.AUTH}


def _is_in_login(facts: Facts) -> bool:
    """Whether the client left between AUTH and its answer."""
    return facts.stage is Stage.AUTH and not facts.authenticated and not facts.auth_failures


_ENDINGS = {Close.NOT_SMTP: Outcome.NOT_SMTP, Close.TLS: Outcome.TLS_FAILED, Close.FAULT: Outcome.FAULT}
_LIMITS = frozenset({Close.LIMIT, Close.ERRORS})
_BY_TROUBLE = frozenset({Outcome.PARTIAL, Outcome.REJECTED, Outcome.AUTH_FAILED, Outcome.TLS_FAILED})


def describe(
    outcome: Outcome, stage: str, stored: int, accepted: int, refused: int, reply: str, close: str = ""
) -> str:
    """Return a few words for the session list, such as `delivered 2 messages` or `rejected at RCPT, 550 5.1.1`."""
    because = f", {brief(reply)}" if reply else ""
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
            return f"TLS handshake failed: {alerts.name(reply)}" if reply else "TLS handshake failed"
        case Outcome.ABORTED:
            return f"{_LEFT.get(close, 'client gave up')} at {stage or Stage.CONNECT}"
        case Outcome.NOT_SMTP:
            return "not SMTP"
        case Outcome.IDLE:
            return f"idle at {stage}, closed{because}"
        case Outcome.LIMIT:
            return f"stopped by a limit at {stage}{because}"
        case Outcome.FAULT:
            return f"cut by a fault at {stage}{because}"
        case _:
            return (
                f"{_LEFT[close]} before anything was sent" if close in _LEFT else "connected and left without sending"
            )


def brief(reply: str) -> str:
    """Return the codes of a reply alone: `550 5.1.1`, or `550` where the text follows at once."""
    words = reply.split(" ", 2)[:2]
    return " ".join(words[: 1 + (len(words) == 2 and words[1][:2] in {"2.", "4.", "5."})])


# Who is to blame where it was not the client.
_LEFT: Mapping[str, str] = {Close.SHUTDOWN: "Sandpost was stopped", Close.LOST: "Sandpost was killed"}
