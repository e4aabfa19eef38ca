"""What several rules want to know of a session, looked up once and in one pass."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from catcher.dialog.conversation import Conversation, Role, Step, Transaction
from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint import address
from catcher.dialog.records import Record, Terminator

HELLOS = frozenset(("EHLO", "HELO", "LHLO"))
_FIELD = re.compile(r"[!-9;-~]{1,80}:(?:[ \t]|$)")
_OCTETS = {Terminator.CRLF: 2, Terminator.LF: 1, Terminator.CR: 1, Terminator.NONE: 0}
HTTP = re.compile(rb"(?:GET|HEAD|POST|PUT|DELETE|OPTIONS|CONNECT|PATCH|TRACE|PRI) \S+ HTTP/\d")
# A record of the handshake protocol, version 3.x (RFC 8446 §5.1).
TLS = b"\x16\x03"
_NOTHING: Mapping[str, tuple[str, ...]] = {}


@dataclass(slots=True)
class Command:
    """A command, and what was true when it was sent."""

    step: Step
    said: Record
    # The extensions of the last EHLO reply; None where none was seen, empty after HELO.
    offered: Mapping[str, tuple[str, ...]] | None
    # Sent before the reply to what stands before it: the client could not know that reply.
    ahead: bool
    has_hello: bool
    # The MAIL that opened the transaction it stands in.
    mail: Command | None
    accepted: int  # recipients of that transaction so far
    path: address.Path = field(default_factory=address.Path)

    @property
    def verb(self) -> str:
        return self.step.verb

    @property
    def argument(self) -> str:
        return self.step.argument

    @property
    def code(self) -> int:
        return self.step.code

    @property
    def is_whole(self) -> bool:
        """Tell whether all of its text is known: neither masked nor cut, and ended."""
        return not self.said.masked and not self.said.is_cut and bool(self.said.terminator)

    @property
    def is_ascii(self) -> bool:
        return self.said.data.isascii()

    def evidence(self, seen: str = "", severity: Severity | None = None) -> Evidence:
        return Evidence(seen, (self.step.seq,), transaction=self.step.transaction, severity=severity)


@dataclass(slots=True)
class Stray:
    """Lines of a message that were sent although its DATA or BDAT was refused."""

    command: Step
    steps: list[Step]
    is_message: bool


class Session:
    """A conversation as the rules see it: lines of a message that were taken for commands are none here."""

    def __init__(self, conversation: Conversation) -> None:
        self.conversation = conversation
        # What is no SMTP breaks no rule of it, but the one against that.
        self.steps = [] if _is_foreign(conversation) else conversation.steps
        self.strays = list(_strays(self.steps))
        stray = {id(step) for stray in self.strays for step in stray.steps}
        self.steps = [step for step in self.steps if id(step) not in stray]
        # Whether the tape begins where the session began; a pasted piece of a log does not.
        self.has_beginning = conversation.greeting is not None
        # Whether the end is known: what is missing now will not come.
        self.close_reason = conversation.close_reason
        self.is_over = bool(self.close_reason) and not conversation.is_cut
        first = conversation.notes[0].info if conversation.notes else {}
        self.peer = str(first.get("peer", "")).rpartition(":")[0].strip("[]")
        self.commands: list[Command] = []
        # The MAIL command behind each transaction's number.
        self.mails: dict[int, Command] = {}
        self._read()

    # -- the whole session ------------------------------------------------------------------------------

    @property
    def transactions(self) -> list[Transaction]:
        return self.conversation.transactions

    @property
    def is_local(self) -> bool:
        found = address.address_of(self.peer)
        return found is not None and found.is_loopback

    def of(self, *verbs: str) -> Iterator[Command]:
        return (command for command in self.commands if command.verb in verbs)

    def mail_of(self, transaction: Transaction) -> Command | None:
        return self.mails.get(transaction.number)

    # -- reading it -------------------------------------------------------------------------------------

    def _read(self) -> None:
        offers = {id(offer.step): offer.keywords for offer in self.conversation.offers}
        offered: Mapping[str, tuple[str, ...]] | None = None
        has_hello = tls = False
        mail: Command | None = None
        accepted = 0
        before: Step | None = None
        for step in self.steps:
            said = step.said
            if said is None:
                continue
            if said.tls and not tls:
                # RFC 3207 §4.2: both sides forget what was said before.
                tls, has_hello, offered, mail, accepted = True, False, None, None, 0
            if step.role is Role.CONTENT:
                mail, accepted = None, 0
            elif step.role is Role.COMMAND:
                command = Command(step, said, offered, is_ahead(step, before), has_hello, mail, accepted)
                self.commands.append(command)
                good = 200 <= step.code < 300
                if step.verb in HELLOS and good:
                    has_hello, offered = True, offers.get(id(step), _NOTHING)
                if step.verb in ("MAIL", "RCPT"):
                    command.path = address.path(step.argument)
                if step.verb == "MAIL":
                    self.mails.setdefault(step.transaction, command)
                    mail = command if good and mail is None else mail
                elif step.verb == "RCPT":
                    accepted += good
                elif _ends_transaction(step, good):
                    mail, accepted = None, 0
            before = step


def _is_foreign(conversation: Conversation) -> bool:
    said = next((step.said for step in conversation.steps if step.said is not None), None)
    return said is not None and (said.data.startswith(TLS) or HTTP.match(said.data) is not None)


def _ends_transaction(step: Step, good: bool) -> bool:
    if step.verb == "DATA":
        return step.code == 354
    if step.verb == "BDAT":
        return good and step.argument.upper().endswith("LAST")
    return good and (step.verb in HELLOS or step.verb == "RSET")


def is_ahead(step: Step, before: Step | None) -> bool:
    """Tell whether a step was sent before the reply to the one before it."""
    if before is None or step.said is None:
        return False
    return before.reply is None or before.reply.last.seq > step.said.seq


def quoted(text: str, most: int = 60) -> str:
    """Return a client's words fit to stand in a sentence."""
    short = text if len(text) <= most else text[:most] + "…"
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in short)


def _strays(steps: list[Step]) -> Iterator[Stray]:
    """Return the messages behind refused DATA and BDAT commands, each line in at most one of them."""
    index = 0
    while index < len(steps):
        step = steps[index]
        index += 1
        if step.role is not Role.COMMAND or step.code < 400 or step.code == 421:
            continue
        if step.verb == "DATA":
            found, is_message = _stray_lines(steps, index)
        elif step.verb == "BDAT":
            found, is_message = _stray_chunk(steps, index, step.argument), False
        else:
            continue
        if found:
            yield Stray(step, found, is_message)
            index += len(found)


def _stray_lines(steps: list[Step], start: int) -> tuple[list[Step], bool]:
    """Return the refused lines behind a refused DATA up to the final dot, and whether they look like a message."""
    found: list[Step] = []
    is_message = False
    for position in range(start, len(steps)):
        step = steps[position]
        if step.role is not Role.COMMAND or step.said is None or 200 <= step.code < 400:
            break
        if step.verb and not is_message:
            break
        found.append(step)
        is_message = is_message or step.said.data == b"." or (not step.verb and bool(_FIELD.match(step.argument)))
        if step.said.data == b".":
            break
    return (found, True) if is_message else ([], False)


def _stray_chunk(steps: list[Step], start: int, argument: str) -> list[Step]:
    size = argument.split(" ", 1)[0]
    left = int(size) if size.isascii() and size.isdigit() and len(size) < 20 else 0
    found: list[Step] = []
    for position in range(start, len(steps)):
        step = steps[position]
        if left <= 0 or step.role is not Role.COMMAND or step.said is None:
            break
        found.append(step)
        left -= step.said.length + _OCTETS[step.said.terminator]
    return found
