"""RECORDS -> EXCHANGES: which reply belongs to which command, in which transaction, under which offer of extensions.

Everything that explains, times, checks or exports a session starts from here. A tape that is cut, still growing or
read from somebody's log is as welcome as a whole one: what is missing is missing in the result, and nothing raises.
"""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from catcher.dialog.records import Direction, Kind, Record

_CODE = re.compile(rb"([2-5]\d\d)([- ]|$)(?:([245]\.\d{1,3}\.\d{1,3})(?:[ ]|$))?")
_VERB = re.compile(rb"[ \t]*([A-Za-z][A-Za-z0-9-]{0,15})(?=[ \t:]|$)")
# RFC 5321 §4.1.1 and the extensions whose verbs a client may try.
VERBS = frozenset(
    (
        "EHLO", "HELO", "LHLO", "MAIL", "RCPT", "DATA", "BDAT", "RSET", "NOOP", "QUIT", "VRFY", "EXPN", "HELP", "AUTH",
        "STARTTLS", "ETRN", "TURN", "ATRN", "SEND", "SOML", "SAML",
    )
)  # fmt: skip


class Role(StrEnum):
    """What a step is."""

    GREETING = "greeting"  # the server's first words, which answer nobody
    COMMAND = "command"
    ANSWER = "answer"  # a client's line behind a 334: part of an AUTH exchange
    CONTENT = "content"  # message data behind a 354
    UNASKED = "unasked"  # a reply that answers no command: 421 of an idle server


@dataclass(slots=True)
class Reply:
    """One reply of the server, of one or several lines (RFC 5321 §4.2)."""

    code: int
    enhanced: str
    records: list[Record]

    @property
    def first(self) -> Record:
        return self.records[0]

    @property
    def last(self) -> Record:
        return self.records[-1]

    @property
    def is_positive(self) -> bool:
        return 200 <= self.code < 400

    @property
    def is_error(self) -> bool:
        return self.code >= 400

    @property
    def lines(self) -> list[str]:
        """Return the texts behind the code, a line each, enhanced codes removed."""
        return [_text_behind_code(record.data) for record in self.records]

    @property
    def text(self) -> str:
        return " ".join(self.lines)

    @property
    def brief(self) -> str:
        """Return the codes alone: `550 5.1.1`."""
        return f"{self.code} {self.enhanced}".strip()


@dataclass(slots=True)
class Step:
    """What one side said and what the other answered; `said` is None where nobody had asked."""

    role: Role
    said: Record | None
    verb: str = ""  # upper case; "" for what is no known verb, and for answers and content the verb they belong to
    argument: str = ""  # behind the verb, stripped; "" for what is masked
    reply: Reply | None = None
    transaction: int = 0
    # The number of the read that carried more than one command (RFC 2920), else 0.
    packet: int = 0

    @property
    def code(self) -> int:
        return self.reply.code if self.reply is not None else 0

    @property
    def seq(self) -> int:
        """Return the sequence number of its first record."""
        if self.said is not None:
            return self.said.seq
        return self.reply.first.seq if self.reply is not None else 0


@dataclass(frozen=True, slots=True)
class Offer:
    """The extensions of one EHLO reply: keyword in upper case -> parameters."""

    step: Step
    keywords: Mapping[str, tuple[str, ...]]
    tls: bool


@dataclass(slots=True)
class Transaction:
    """MAIL and what belongs to it (RFC 5321 §3.3)."""

    number: int
    mail: Step | None = None
    recipients: list[Step] = field(default_factory=list)
    data: Step | None = None
    content: Step | None = None

    @property
    def accepted(self) -> list[Step]:
        return [step for step in self.recipients if 200 <= step.code < 300]

    @property
    def refused(self) -> list[Step]:
        return [step for step in self.recipients if step.code >= 400]

    @property
    def is_delivered(self) -> bool:
        return self.content is not None and 200 <= self.content.code < 300

    @property
    def message(self) -> str:
        """Return the public id of the stored message, or an empty string."""
        said = self.content.said if self.content is not None else None
        return str(said.info.get("message", "")) if said is not None else ""


@dataclass(slots=True)
class Conversation:
    """A session as its steps; `notes` are the recorder's own records, in order."""

    records: list[Record]
    steps: list[Step] = field(default_factory=list)
    notes: list[Record] = field(default_factory=list)
    offers: list[Offer] = field(default_factory=list)
    transactions: list[Transaction] = field(default_factory=list)

    @property
    def commands(self) -> Iterator[Step]:
        return (step for step in self.steps if step.role is Role.COMMAND)

    @property
    def greeting(self) -> Step | None:
        return next((step for step in self.steps if step.role is Role.GREETING), None)

    @property
    def hello(self) -> Step | None:
        """Return the last accepted EHLO or HELO."""
        hellos = [step for step in self.commands if step.verb in {"EHLO", "HELO", "LHLO"} and 200 <= step.code < 300]
        return hellos[-1] if hellos else None

    def note(self, *kinds: Kind) -> Record | None:
        """Return the last note of one of these kinds."""
        return next((record for record in reversed(self.notes) if record.kind in kinds), None)

    def info(self, kind: Kind, name: str) -> Any:
        """Return what the last note of a kind says under a name, or an empty string."""
        record = self.note(kind)
        return record.info.get(name, "") if record is not None else ""

    @property
    def close_reason(self) -> str:
        """Return the value of a `Close`, or an empty string while the session runs."""
        return str(self.info(Kind.CLOSE, "reason"))

    @property
    def is_cut(self) -> bool:
        return self.note(Kind.CUT) is not None

    def offered(self, step: Step) -> Mapping[str, tuple[str, ...]]:
        """Return the keywords that the last EHLO reply before a step offered; nothing after HELO or before any."""
        known: Mapping[str, tuple[str, ...]] = {}
        offers = {offer.step.seq: offer for offer in self.offers}
        for hello in self.commands:
            if hello.seq >= step.seq:
                break
            if hello.verb in {"EHLO", "LHLO"} and hello.seq in offers:
                known = offers[hello.seq].keywords
            elif hello.verb == "HELO" and 200 <= hello.code < 300:
                known = {}
        return known


def read(records: Iterable[Record]) -> Conversation:
    """Return the conversation that a tape holds, in one pass over it."""
    return _Reader(list(records)).run()


class _Reader:
    def __init__(self, records: list[Record]) -> None:
        self._conversation = Conversation(records)
        self._waiting: deque[Step] = deque()
        self._reply: list[Record] = []
        self._has_reply = False
        # The verb whose 334 or 354 the client's next line answers.
        self._continues = ""
        self._transactions: dict[int, Transaction] = {}
        lines = (r for r in records if r.direction is Direction.CLIENT and r.kind is Kind.LINE and r.read)
        self._packets = {read: count for read, count in Counter(r.read for r in lines).items() if count > 1}

    def run(self) -> Conversation:
        for record in self._conversation.records:
            if record.direction is Direction.NOTE:
                self._conversation.notes.append(record)
            elif record.direction is Direction.SERVER:
                self._answered(record)
            else:
                self._said(record)
        if self._reply:
            self._end_reply()
        return self._conversation

    def _said(self, record: Record) -> None:
        if record.kind is Kind.BODY:
            step = Step(Role.CONTENT, record, "DATA", transaction=record.transaction)
        elif self._continues == "AUTH" or (self._is_behind_auth() and record.masked):
            step = Step(Role.ANSWER, record, "AUTH", transaction=record.transaction)
        else:
            step = _command(record)
            step.packet = record.read if record.read in self._packets else 0
        self._continues = ""
        self._conversation.steps.append(step)
        self._waiting.append(step)
        self._file(step)

    def _is_behind_auth(self) -> bool:
        """Answers may be sent ahead of their challenges: what is masked behind an AUTH belongs to it."""
        last = self._waiting[-1] if self._waiting else None
        return last is not None and last.verb == "AUTH"

    def _answered(self, record: Record) -> None:
        self._reply.append(record)
        match = _CODE.match(record.data)
        if match is None or match[2] != b"-":
            self._end_reply()

    def _end_reply(self) -> None:
        records, self._reply = self._reply, []
        match = _CODE.match(records[-1].data)
        reply = Reply(int(match[1]), (match[3] or b"").decode("ascii"), records) if match else Reply(0, "", records)
        if self._waiting and not self._is_late_greeting(reply):
            step = self._waiting.popleft()
            step.reply = reply
        else:
            role = Role.UNASKED if self._has_reply else Role.GREETING
            step = Step(role, None, reply=reply)
            self._conversation.steps.append(step)
        if reply.code == 334 and not self._waiting:
            self._continues = "AUTH"
        if step.role is Role.COMMAND and step.verb in {"EHLO", "LHLO"} and 200 <= reply.code < 300:
            said = step.said
            self._conversation.offers.append(Offer(step, _keywords(reply), said is not None and said.tls))
        self._has_reply = True

    def _is_late_greeting(self, reply: Reply) -> bool:
        """A client that speaks first does not turn the greeting into an answer."""
        return reply.code == 220 and not self._has_reply and self._waiting[0].verb != "STARTTLS"

    def _file(self, step: Step) -> None:
        number = step.transaction
        if not number or step.role is Role.ANSWER:
            return
        transaction = self._transactions.get(number)
        if transaction is None:
            transaction = self._transactions[number] = Transaction(number)
            self._conversation.transactions.append(transaction)
        if step.role is Role.CONTENT:
            transaction.content = step
        elif step.verb == "MAIL" and transaction.mail is None:
            transaction.mail = step
        elif step.verb == "RCPT":
            transaction.recipients.append(step)
        elif step.verb in {"DATA", "BDAT"}:
            transaction.data = step


def _command(record: Record) -> Step:
    data = record.data.removesuffix(b"***") if record.masked else record.data
    match = _VERB.match(data)
    verb = match[1].decode("ascii").upper() if match else ""
    if verb not in VERBS:
        return Step(
            Role.COMMAND, record, "", data.decode("utf-8", "backslashreplace").strip(), None, record.transaction
        )
    assert match is not None
    argument = data[match.end() :].decode("utf-8", "backslashreplace").strip()
    return Step(Role.COMMAND, record, verb, argument, transaction=record.transaction)


def _text_behind_code(data: bytes) -> str:
    match = _CODE.match(data)
    return (data[match.end() :] if match else data).decode("utf-8", "backslashreplace")


def _keywords(reply: Reply) -> dict[str, tuple[str, ...]]:
    """Return the extensions of an EHLO reply (RFC 5321 §4.1.1.1); `AUTH=PLAIN` is an old form of `AUTH PLAIN`."""
    found: dict[str, tuple[str, ...]] = {}
    for line in reply.lines[1:]:
        words = line.replace("AUTH=", "AUTH ", 1).split()
        if words:
            found.setdefault(words[0].upper(), tuple(words[1:]))
    return found
