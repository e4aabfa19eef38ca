"""What happened in a session, in one plain sentence or two: the first thing that its page says."""

from __future__ import annotations

from dataclasses import dataclass

from catcher.dialog import outcome
from catcher.dialog.outcome import Close, Outcome
from catcher.models import Session

_ENDINGS = {
    Close.QUIT: "It said goodbye with QUIT.",
    Close.CLIENT: "The client closed the connection without QUIT.",
    Close.RESET: "The connection broke.",
    Close.IDLE: "It was closed because nothing came any more.",
    Close.ERRORS: "Sandpost closed it after too many errors.",
    Close.LIMIT: "Sandpost closed it at a limit.",
    Close.TLS: "Sandpost closed the connection.",
    Close.NOT_SMTP: "Sandpost closed it at once.",
    Close.SHUTDOWN: "It ended because Sandpost was stopped.",
    Close.LOST: "Sandpost itself was killed while it ran.",
}
_BARS = {
    Outcome.OPEN: "open",
    Outcome.DELIVERED: "ok",
    Outcome.PROBE: "warn",
    Outcome.IDLE: "warn",
    Outcome.PARTIAL: "bad",
}


@dataclass(frozen=True, slots=True)
class Story:
    """`began`, then what went wrong, if anything did, then how it ended."""

    began: str
    trouble: str
    ended: str


def words(session: Session) -> str:
    return outcome.describe(
        Outcome(session.outcome),
        session.stage,
        session.messages_stored,
        session.recipients_accepted,
        session.recipients_refused,
        session.reply,
    )


def bar(session: Session) -> str:
    """Return the colour in which a session's outcome is drawn; the words stand beside it."""
    return _BARS.get(Outcome(session.outcome), "bad")


def tell(session: Session) -> Story:
    how = f"over {session.tls_version.replace('TLSv', 'TLS ')}" if session.tls_version else "without TLS"
    login = f"logged in as {session.auth_user or '(no name)'}" if session.auth_mechanism else "did not log in"
    trouble = _trouble(session)
    began = f"Connected from {session.peer_host} {how}, {login}, {_sent(session)}{';' if trouble else '.'}"
    return Story(began, trouble, _ending(session))


def _sent(session: Session) -> str:
    people = _count(session.recipients_accepted, "recipient")
    if session.messages_stored:
        verb = "has sent" if session.is_live else "sent"
        return f"{verb} {_count(session.messages_stored, 'message')} to {people}"
    if session.recipients_accepted:
        return f"named {people} but {'has delivered' if session.is_live else 'delivered'} no message"
    return "has sent no message" if session.is_live else "sent no message"


def _trouble(session: Session) -> str:
    outcome = Outcome(session.outcome)
    if outcome is not Outcome.PARTIAL:
        return words(session) if outcome.is_failure else ""
    because = f" ({' '.join(session.reply.split(' ')[:2])})" if session.reply else ""
    refused, named = session.recipients_refused, session.recipients_accepted + session.recipients_refused
    if refused:
        return f"{refused} of {_count(named, 'recipient')} {'was' if refused == 1 else 'were'} refused{because}"
    return f"then it stopped at {session.stage}{because}"


def _ending(session: Session) -> str:
    if session.is_live:
        return "The conversation is still going on."
    try:
        return _ENDINGS[Close(session.close_reason)]
    except ValueError:
        return ""


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
