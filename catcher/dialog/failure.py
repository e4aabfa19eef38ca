"""CONVERSATION -> FAILURE: the one thing in a session on which a sending library gives up."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from catcher.dialog import mailbox
from catcher.dialog.conversation import Conversation, Reply, Role, Step, Transaction
from catcher.dialog.outcome import Close
from catcher.dialog.records import Kind

# An answer that did not come for this long is one that the client waited for in vain.
_WAITED_US = 1_000_000
# What a client's alert says where it does not believe the certificate (RFC 8446 §6.2).
_DISTRUST = ("unknown ca", "bad certificate", "certificate unknown", "certificate_unknown", "unknown_ca")


class Trouble(StrEnum):
    """Where it went wrong."""

    GREETING = "greeting"
    STARTTLS = "STARTTLS"  # refused
    CERTIFICATE = "certificate"  # the client does not trust it
    AUTH = "AUTH"
    MAIL = "MAIL"
    RECIPIENTS = "RCPT"
    DATA = "DATA"
    CONTENT = "content"  # refused behind the final dot
    TIMEOUT = "timeout"  # the client gave up waiting
    DROPPED = "dropped"  # the connection ended instead of an answer


@dataclass(frozen=True, slots=True)
class Failure:
    """What a library has in hand when it raises."""

    trouble: Trouble
    verb: str = ""  # of the command that was not answered; "" where the message was not
    reply: Reply | None = None
    sender: str = ""
    refused: tuple[tuple[str, Reply], ...] = ()
    accepted: int = 0
    mechanism: str = ""
    tls: bool = False

    @property
    def code(self) -> int:
        return self.reply.code if self.reply is not None else 0

    @property
    def is_closing(self) -> bool:
        """Return whether the server said that it ends the session (RFC 5321 §3.8)."""
        return self.code == 421

    @property
    def is_total(self) -> bool:
        """Return whether no recipient was accepted."""
        return not self.accepted


def find(conversation: Conversation) -> Failure | None:
    """Return the first failure of a session, or None where none would have been raised."""
    greeting = conversation.greeting
    if greeting is not None and greeting.code >= 400:
        return Failure(Trouble.GREETING, reply=greeting.reply)
    for look in (_of_tls, _of_auth, _of_transactions, _of_silence):
        failure = look(conversation)
        if failure is not None:
            return failure
    return None


def _of_tls(conversation: Conversation) -> Failure | None:
    note = conversation.note(Kind.TLS_FAIL)
    if note is not None:
        known = any(word in str(note.info.get("error", "")).lower() for word in _DISTRUST)
        return Failure(Trouble.CERTIFICATE, "STARTTLS") if known else None
    if conversation.transactions:
        return None  # it went on without
    refused = (step for step in conversation.commands if step.verb == "STARTTLS" and step.code >= 400)
    step = next(refused, None)
    return Failure(Trouble.STARTTLS, "STARTTLS", step.reply) if step is not None else None


def _of_auth(conversation: Conversation) -> Failure | None:
    """Return the last refusal, where no other attempt succeeded."""
    mechanism, failed = "", None
    for step in conversation.steps:
        if step.verb != "AUTH":
            continue
        if step.role is Role.COMMAND:
            mechanism = (step.argument.split() or [""])[0].upper()
        if step.code == 235:
            return None
        if step.code >= 400:
            failed = Failure(Trouble.AUTH, "AUTH", step.reply, mechanism=mechanism)
    return failed if not any(t.accepted for t in conversation.transactions) else None


def _of_transactions(conversation: Conversation) -> Failure | None:
    for transaction in conversation.transactions:
        failure = _of_transaction(transaction)
        if failure is not None:
            return failure
    return None


def _of_transaction(transaction: Transaction) -> Failure | None:
    mail, data, content = transaction.mail, transaction.data, transaction.content
    sender = _path(mail)
    tls = mail is not None and mail.said is not None and mail.said.tls
    if mail is not None and mail.code >= 400:
        return Failure(Trouble.MAIL, "MAIL", mail.reply, sender, tls=tls)
    refused = tuple((_path(step), step.reply) for step in transaction.refused if step.reply is not None)
    if refused:
        # What is accepted behind a 421 is no longer heard.
        return Failure(Trouble.RECIPIENTS, "RCPT", refused[-1][1], sender, refused, len(transaction.accepted), tls=tls)
    for trouble, step in ((Trouble.DATA, data), (Trouble.CONTENT, content)):
        if step is not None and step.code >= 400:
            return Failure(trouble, "DATA", step.reply, sender, accepted=len(transaction.accepted), tls=tls)
    return None


def _of_silence(conversation: Conversation) -> Failure | None:
    """Return what a command is that was never answered, or the message."""
    end = conversation.note(Kind.CLOSE)
    waiting = (step for step in conversation.steps if step.reply is None and step.role in _AWAITING)
    step = next(waiting, None)
    if end is None or step is None or step.said is None or step.verb in {"", "QUIT"} or conversation.is_cut:
        return None
    if conversation.close_reason not in (_BY_SERVER if _is_unfinished(step) else _BY_EITHER):
        return None
    is_content = step.role is Role.CONTENT
    trouble = Trouble.TIMEOUT if end.at_us - step.said.at_us >= _WAITED_US else Trouble.DROPPED
    if conversation.close_reason in _BY_SERVER:
        trouble = Trouble.DROPPED
    return Failure(trouble, "" if is_content else step.verb, sender=_path(step), tls=step.said.tls)


_AWAITING = frozenset({Role.COMMAND, Role.CONTENT})
# A client that leaves in the middle of its message has had no answer to wait for: it is told only of who was cut off.
_BY_SERVER = frozenset({Close.FAULT, Close.LOST})
_BY_EITHER = frozenset({*_BY_SERVER, Close.CLIENT, Close.RESET, Close.QUIT})


def _is_unfinished(step: Step) -> bool:
    return step.role is Role.CONTENT and step.said is not None and not step.said.info.get("ended", True)


def _path(step: Step | None) -> str:
    """Return the address of MAIL or RCPT."""
    return mailbox.read(step.argument).mailbox if step is not None else ""
