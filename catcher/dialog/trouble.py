"""What went wrong in a session, as a clause without a full stop."""

from __future__ import annotations

import re
from collections.abc import Mapping

from catcher.dialog import alerts
from catcher.dialog.conversation import Conversation
from catcher.dialog.outcome import Close, Outcome, Stage, brief
from catcher.dialog.records import Kind
from catcher.dialog.told import Told, count, outcome_of, short

_PATH = re.compile(r"TO\s*:\s*(?:<([^>]*)>|(\S+))", re.IGNORECASE)
_CODES = re.compile(r"[245]\d\d[ -]?(?:[245]\.\d{1,3}\.\d{1,3} )?")
_REFUSED: Mapping[str, str] = {
    Stage.CONNECT: "the connection was refused",
    Stage.MAIL: "the sender was refused",
    Stage.RCPT: "the recipient was refused",
    Stage.BODY: "the message was refused",
}
_PLACES: Mapping[str, str] = {
    "": "at the start",
    Stage.CONNECT: "before EHLO",
    Stage.RCPT: "after naming recipients, before the message",
    Stage.DATA: "before the message",
    Stage.BODY: "in the middle of the message",
}


def trouble(session: Told, conversation: Conversation | None) -> str:
    """Return what went wrong, or an empty string; with the conversation it names a refused recipient and tells more."""
    place = _place(session)
    match outcome_of(session):
        case Outcome.REJECTED | Outcome.PARTIAL if session.recipients_refused and session.stage in {Stage.RCPT, ""}:
            return _refused_recipients(session, conversation)
        case Outcome.REJECTED:
            return _refusal(session)
        case Outcome.PARTIAL if session.reply and not session.reply.startswith("421"):
            return f"then {_refusal(session)}"
        case Outcome.PARTIAL:
            return f"then it stopped {place}{_because(session)}"
        case Outcome.AUTH_FAILED:
            return f"the login failed{_because(session)}"
        case Outcome.TLS_FAILED:
            return _handshake(session, conversation)
        case Outcome.ABORTED if session.close_reason in {Close.SHUTDOWN, Close.LOST}:
            return f"it was cut off {place}"
        case Outcome.ABORTED:
            return f"the client gave up {place}"
        case Outcome.NOT_SMTP:
            return _other_protocol(session, conversation)
        case Outcome.IDLE:
            return f"the client fell silent {place}"
        case Outcome.LIMIT:
            return f"it ran into a limit: {_text(session.reply) or 'more was sent than Sandpost takes'}"
        case Outcome.FAULT:
            return f"an injected fault cut it off {place}{_because(session)}"
        case _:
            return ""


def _place(session: Told) -> str:
    if session.stage == Stage.TLS:
        return "after the TLS handshake" if session.tls_version else "in the TLS handshake"
    if session.stage == Stage.AUTH and session.outcome == Outcome.ABORTED:
        return "in the middle of its login"
    return _PLACES.get(session.stage, f"after {session.stage}")


def _refusal(session: Told) -> str:
    return _REFUSED.get(session.stage, f"{session.stage} was refused") + _because(session)


def _refused_recipients(session: Told, conversation: Conversation | None) -> str:
    refused, named = session.recipients_refused, session.recipients_accepted + session.recipients_refused
    if refused == 1 and (address := _refused_address(conversation)):
        return f"{address} was refused{_because(session)}"
    if refused == named:
        all_of_them = "its only recipient was" if named == 1 else f"all {named:,} recipients were"
        return f"{all_of_them} refused{_because(session)}"
    return f"{refused:,} of {count(named, 'recipient')} {'was' if refused == 1 else 'were'} refused{_because(session)}"


def _refused_address(conversation: Conversation | None) -> str:
    """Return the one address that was refused, or an empty string where it cannot be told."""
    transactions = conversation.transactions if conversation is not None else []
    refused = [step for transaction in transactions for step in transaction.refused]
    match = _PATH.match(refused[0].argument) if len(refused) == 1 else None
    return short(match[1] or match[2] or "") if match else ""


def _handshake(session: Told, conversation: Conversation | None) -> str:
    error = str(conversation.info(Kind.TLS_FAIL, "error")) if conversation is not None else ""
    error = short(error or session.reply)
    if not error:
        return "the TLS handshake failed"
    means = alerts.meaning(error)
    return f"the TLS handshake failed ({alerts.name(error)}){': ' + means if means else ''}"


def _other_protocol(session: Told, conversation: Conversation | None) -> str:
    why = str(conversation.info(Kind.DISCARDED, "why")) if conversation is not None else ""
    # Only HTTP is answered: who begins with a handshake could not read it.
    if "HTTP" in why or session.reply.startswith("554"):
        return "it sent an HTTP request, as a browser or an HTTP client does; this port speaks SMTP"
    return "it began with a TLS handshake, but this port begins in plain SMTP; set the client to STARTTLS or no TLS"


def _because(session: Told) -> str:
    return f" ({brief(session.reply)})" if session.reply else ""


def _text(reply: str) -> str:
    """Return what a reply says behind its codes."""
    return short(_CODES.sub("", reply, count=1))
