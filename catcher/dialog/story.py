"""What happened in a session, in one plain sentence or two: what its page and its line say first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from catcher.dialog import outcome
from catcher.dialog.conversation import Conversation
from catcher.dialog.durations import spell
from catcher.dialog.outcome import Close, Outcome
from catcher.dialog.records import Kind
from catcher.dialog.segment import Spent
from catcher.dialog.timing import Timing
from catcher.dialog.told import Told, count, outcome_of, short
from catcher.dialog.trouble import trouble as went_wrong

_ENDINGS: Mapping[str, str] = {
    Close.QUIT: "It said goodbye with QUIT.",
    Close.CLIENT: "The client closed the connection without QUIT.",
    Close.RESET: "The connection broke.",
    Close.IDLE: "It was closed because nothing came any more.",
    Close.ERRORS: "Sandpost closed it after too many errors.",
    Close.LIMIT: "Sandpost closed it at a limit.",
    Close.TLS: "The connection could not go on after that.",
    Close.NOT_SMTP: "Sandpost closed it at once.",
    Close.SHUTDOWN: "It ended because Sandpost was stopped.",
    Close.FAULT: "An injected fault closed it, on purpose.",
    Close.LOST: "Sandpost itself was killed while it ran.",
}
_TIMES: Mapping[Spent, str] = {
    Spent.CLIENT: "the client thinking",
    Spent.SERVER: "the server working",
    Spent.TLS: "the TLS handshake",
    Spent.TRANSFER: "the message on its way",
    Spent.INJECTED: "an injected delay",
    Spent.UNRECORDED: "not recorded",
}


@dataclass(frozen=True, slots=True)
class Story:
    """`began`, then what went wrong, if anything did, then how it ended and how long it took.

    `trouble` has no full stop, so that a page may set it off; it may hold what the client sent.
    """

    began: str
    trouble: str
    ended: str
    took: str = ""


def words(session: Told) -> str:
    """Return a few words for the session list."""
    return outcome.describe(
        outcome_of(session),
        session.stage,
        session.messages_stored,
        session.recipients_accepted,
        session.recipients_refused,
        session.reply,
        session.close_reason,
    )


def tell(session: Told, conversation: Conversation | None = None, timing: Timing | None = None) -> Story:
    """Return the story of a session: with its conversation it names who was refused, with its timing who was slow."""
    trouble = went_wrong(session, conversation)
    began = f"{_who(session)}{_what(session, conversation)}{';' if trouble else '.'}"
    return Story(began, trouble, _ending(session), _took(session, timing))


def plain(story: Story) -> str:
    """Return a story as one line for a terminal or JSON, control characters spelt out."""
    trouble = f"{story.trouble}." if story.trouble else ""
    line = " ".join(part for part in (story.began, trouble, story.ended, story.took) if part)
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in line)


# -- how it began ------------------------------------------------------------------------------------------------------


def _who(session: Told) -> str:
    source = f" from {session.peer_host}" if session.peer_host else ""
    return f"{short(session.hello)} connected{source}" if session.hello else f"Connected{source}"


def _what(session: Told, conversation: Conversation | None) -> str:
    match outcome_of(session):
        case Outcome.NOT_SMTP:
            return ""
        case Outcome.TLS_FAILED if not session.messages_stored:
            return " and asked for TLS"
    secured = f" over {session.tls_version.replace('TLSv', 'TLS ')}" if session.tls_version else " without TLS"
    if session.auth_mechanism:
        user = short(session.auth_user) or "(no name)"
        login = f", {'logged in' if _is_logged_in(session, conversation) else 'tried to log in'} as {user}"
    else:
        login = " without logging in" if session.tls_version else " and without logging in"
    return f"{secured}{login}, {_sent(session)}"


def _is_logged_in(session: Told, conversation: Conversation | None) -> bool:
    if conversation is not None and conversation.note(Kind.AUTH) is not None:
        return any(note.info.get("ok") for note in conversation.notes if note.kind is Kind.AUTH)
    return outcome_of(session) is not Outcome.AUTH_FAILED


def _sent(session: Told) -> str:
    people = count(session.recipients_accepted, "recipient")
    if session.messages_stored:
        verb = "has sent" if session.is_live else "sent"
        return f"{verb} {count(session.messages_stored, 'message')} to {people}"
    if session.recipients_accepted:
        return f"named {people} but {'has delivered' if session.is_live else 'delivered'} no message"
    return "has sent no message" if session.is_live else "sent no message"


# -- how it ended ------------------------------------------------------------------------------------------------------


def _ending(session: Told) -> str:
    return "The conversation is still going on." if session.is_live else _ENDINGS.get(session.close_reason, "")


def _took(session: Told, timing: Timing | None) -> str:
    if timing is None or not timing.known:
        return f"{spell(session.duration_us)}." if session.duration_us and not session.is_live else ""
    duration, largest = spell(timing.duration_us), timing.largest
    so_far = " so far" if session.is_live else ""
    if largest is None or len(timing.totals) == 1:
        return f"{duration}{so_far}."
    return f"{duration}{so_far}, of which {spell(timing.totals[largest])} were {_TIMES[largest]}."
