"""What of a conversation is said again: the greeting, TLS and login once, and every transaction."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catcher.dialog.conversation import Conversation, Step, Transaction
from catcher.dialog.records import Kind

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")
# A path with its quoted parts, or else whatever stands between brackets, or else a word.
_PATH = re.compile(
    r"(?:FROM|TO)?\s*:?\s*(?:<((?:\"(?:[^\"\\]|\\.)*+\"|[^<>\"])*+)>|<(.*)>|(\S*))", re.IGNORECASE | re.DOTALL
)
_NUL = "\x00"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One transaction; `mail` and the recipients as what stands behind the verbs, and as addresses."""

    mail: str
    sender: str
    recipients: tuple[str, ...]
    addresses: tuple[str, ...]
    file: str  # name of the message's file; "" where no message data was sent
    message: str  # public id of the stored message, or ""
    last: str  # the last verb that was said: MAIL, RCPT or DATA


@dataclass(frozen=True, slots=True)
class Repetition:
    """Everything that a script needs."""

    host: str
    port: int
    hello: str
    extended: bool  # EHLO, not HELO
    tls: bool
    auth: bool
    mechanism: str
    user: str
    deliveries: tuple[Delivery, ...] = field(default=())

    @property
    def files(self) -> dict[str, str]:
        """Return the files that must lie beside the script, and the public id of each one's message."""
        return {delivery.file: delivery.message for delivery in self.deliveries if delivery.file}


def repetition(conversation: Conversation, host: str = "127.0.0.1", port: int = 1025) -> Repetition:
    """Return what to say again, and to whom."""
    hellos = [step for step in conversation.commands if step.verb in {"EHLO", "HELO", "LHLO"} and step.argument]
    hello = conversation.hello or (hellos[-1] if hellos else None)
    verbs = {step.verb for step in conversation.commands}
    mechanism, user = _login(conversation)
    return Repetition(
        host,
        port,
        _text(hello.argument) if hello is not None else "localhost",
        hello is None or hello.verb != "HELO",
        "STARTTLS" in verbs,
        "AUTH" in verbs,
        mechanism,
        user,
        tuple(_delivery(transaction) for transaction in conversation.transactions),
    )


def _login(conversation: Conversation) -> tuple[str, str]:
    words = next((step.argument.split() for step in conversation.commands if step.verb == "AUTH"), [])
    mechanism = str(conversation.info(Kind.AUTH, "mechanism")) or (words[0] if words else "")
    known = mechanism.upper() if re.fullmatch(r"[A-Za-z0-9_-]{1,20}", mechanism) else ""
    return known, _text(str(conversation.info(Kind.AUTH, "user")))


def _delivery(transaction: Transaction) -> Delivery:
    mail = transaction.mail
    sent = transaction.content is not None
    return Delivery(
        _text(mail.argument) if mail is not None else "FROM:<>",
        _address(mail),
        tuple(_text(step.argument) for step in transaction.recipients),
        tuple(_address(step) for step in transaction.recipients),
        _file(transaction) if sent else "",
        transaction.message,
        "DATA" if transaction.data is not None or sent else "RCPT" if transaction.recipients else "MAIL",
    )


def _address(step: Step | None) -> str:
    match = _PATH.match(step.argument) if step is not None else None
    return _text(next(path for path in match.groups() if path is not None)) if match is not None else ""


def _file(transaction: Transaction) -> str:
    name = transaction.message
    return f"{name}.eml" if _ID.fullmatch(name) else f"message-{transaction.number}.eml"


def _text(text: str) -> str:
    """Return text as it can be an argument of a program: without NUL, and without half characters."""
    return text.replace(_NUL, "\\x00").encode("utf-8", "backslashreplace").decode("utf-8")
