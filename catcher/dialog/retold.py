"""CONVERSATION -> FACTS: what the recorder would have counted, for a session of which only the lines are known."""

from __future__ import annotations

from dataclasses import dataclass

from catcher.dialog import mailbox
from catcher.dialog.conversation import Conversation, Role, Step
from catcher.dialog.outcome import Close, Facts, Outcome, Stage, classify, verdict
from catcher.dialog.records import Kind, Record

_HELLOS = frozenset({"EHLO", "HELO", "LHLO"})
_STAGES = {"MAIL": Stage.MAIL, "RCPT": Stage.RCPT, "DATA": Stage.DATA, "BDAT": Stage.BODY}
# What a client that stops there may have meant to do, or have done behind the end of the log.
_UNFINISHED = frozenset({Outcome.ABORTED, Outcome.PROBE})


@dataclass(frozen=True, slots=True)
class Retold:
    """The facts of a session (catcher/dialog/told.py), found in its lines; of what they do not say, the default."""

    peer_host: str = ""
    hello: str = ""
    tls_version: str = ""
    auth_mechanism: str = ""
    auth_user: str = ""
    messages_stored: int = 0
    recipients_accepted: int = 0
    recipients_refused: int = 0
    errors: int = 0
    outcome: str = Outcome.OPEN
    stage: str = ""
    reply: str = ""
    close_reason: str = ""
    duration_us: int = 0
    is_live: bool = False

    @property
    def failed(self) -> bool:
        return Outcome(self.outcome).is_failure


def retell(conversation: Conversation) -> Retold:
    """Return the facts of a conversation that is over, or of which no more is known."""
    facts = _Counter(conversation).run()
    close = _close(conversation)
    outcome = classify(facts, close or Close.CLIENT)
    if close is None and outcome in _UNFINISHED:
        outcome = Outcome.OPEN
    stage, reply = verdict(facts, outcome)
    secured = conversation.note(Kind.TLS_DONE)
    records = conversation.records
    return Retold(
        peer_host=str(conversation.info(Kind.OPEN, "peer")).rpartition(":")[0].strip("[]"),
        hello=_hello(conversation),
        tls_version=str(secured.info.get("version", "")) or "TLS" if secured is not None else "",
        auth_mechanism=_mechanism(conversation),
        auth_user=str(conversation.info(Kind.AUTH, "user")),
        messages_stored=facts.messages,
        recipients_accepted=facts.accepted,
        recipients_refused=facts.refused,
        errors=facts.errors,
        outcome=outcome,
        stage=stage,
        reply=reply,
        close_reason=close or "",
        duration_us=records[-1].at_us if records else 0,
    )


def _close(conversation: Conversation) -> Close | None:
    try:
        return Close(conversation.close_reason)
    except ValueError:
        return Close.TLS if _last(conversation) is Kind.TLS_FAIL else None


def _last(conversation: Conversation) -> Kind | None:
    return conversation.records[-1].kind if conversation.records else None


def _hello(conversation: Conversation) -> str:
    tried = [step for step in conversation.commands if step.verb in _HELLOS and step.argument]
    said = conversation.hello or (tried[-1] if tried else None)
    return said.argument if said is not None else ""


def _mechanism(conversation: Conversation) -> str:
    told = str(conversation.info(Kind.AUTH, "mechanism"))
    words = next((step.argument.split() for step in conversation.commands if step.verb == "AUTH"), [])
    return told or (words[0].upper() if words else "")


class _Counter:
    """Goes through the steps and the notes of TLS in the order in which they were said."""

    def __init__(self, conversation: Conversation) -> None:
        self._conversation = conversation
        self._facts = Facts()
        # Recipients of the transaction that is open.
        self._taken = self._refused = 0

    def run(self) -> Facts:
        notes = [note for note in self._conversation.notes if note.kind in {Kind.TLS_DONE, Kind.TLS_FAIL}]
        for step in self._conversation.steps:
            while notes and notes[0].seq < step.seq:
                self._handshake(notes.pop(0))
            self._step(step)
        for note in notes:
            self._handshake(note)
        self._hello()
        return self._facts

    def _hello(self) -> None:
        """A server that takes neither EHLO nor HELO has refused the client; one that takes HELO only has not."""
        hellos = [step for step in self._conversation.commands if step.verb in _HELLOS]
        if hellos and hellos[-1].code >= 400 and self._conversation.hello is None and self._facts.trouble is None:
            self._facts.refused_commands += 1
            self._facts.fail(Stage.HELLO, _words(hellos[-1]))

    def _handshake(self, note: Record) -> None:
        facts = self._facts
        facts.stage, facts.in_transaction, facts.authenticated = Stage.TLS, False, False
        if note.kind is Kind.TLS_FAIL:
            facts.errors += 1
            facts.fail(Stage.TLS, str(note.info.get("error", "")))

    def _step(self, step: Step) -> None:
        facts = self._facts
        facts.commands += step.role is Role.COMMAND
        if step.code >= 400:
            facts.errors += 1
            if facts.trouble is None:
                facts.reply = _words(step)
        if step.role is Role.CONTENT:
            self._content(step)
        elif step.verb == "AUTH":
            self._login(step)
        elif step.role is Role.COMMAND:
            self._command(step)
        elif step.code >= 400:
            self._unasked(step)

    def _command(self, step: Step) -> None:
        facts, good = self._facts, 200 <= step.code < 300
        if step.verb in _STAGES:
            self._transact(step, good)
        elif step.verb in _HELLOS:
            facts.stage = Stage.HELLO
            facts.in_transaction = facts.in_transaction and not good
        elif step.verb == "STARTTLS":
            facts.stage = Stage.TLS
            if step.code >= 400:
                facts.fail(Stage.TLS, _words(step))
        elif step.verb == "RSET" and good:
            facts.in_transaction = False
        elif step.verb == "QUIT":
            facts.in_transaction = facts.in_transaction and not good

    def _transact(self, step: Step, good: bool) -> None:
        facts, stage = self._facts, _STAGES[step.verb]
        what = mailbox.read(step.argument).mailbox.lower()
        if step.code >= 400:
            self._refuse(step, stage, what)
        elif step.verb == "DATA":
            facts.stage = Stage.BODY if step.code == 354 else facts.stage
            facts.mend(Stage.DATA, what)
        elif good and step.verb == "MAIL":
            facts.stage, self._taken, self._refused = stage, 0, 0
            facts.begin(what)
        elif good:
            facts.stage = stage
            facts.accepted += step.verb == "RCPT"
            self._taken += step.verb == "RCPT"
            facts.mend(stage, what)

    def _refuse(self, step: Step, stage: Stage, what: str) -> None:
        facts = self._facts
        if step.verb == "DATA" and self._refused and not self._taken and facts.in_transaction:
            return  # it follows from the refusal of all recipients, which is what is to be told
        if step.verb == "RCPT" and facts.in_transaction:
            facts.refused += 1
            self._refused += 1
        else:
            facts.refused_commands += 1
        facts.stage = stage
        facts.fail(stage, _words(step), what)

    def _content(self, step: Step) -> None:
        facts = self._facts
        if 200 <= step.code < 300:
            facts.messages += 1
        elif step.code >= 400:
            facts.rejected_messages += 1
            facts.fail(Stage.BODY, _words(step))
        facts.in_transaction = facts.in_transaction and step.reply is None

    def _login(self, step: Step) -> None:
        facts = self._facts
        facts.stage = Stage.AUTH
        if step.code >= 400:
            facts.auth_failures += not facts.authenticated
            facts.fail(Stage.AUTH, _words(step))
        elif 200 <= step.code < 300:
            facts.authenticated = True

    def _unasked(self, step: Step) -> None:
        """A greeting that is none, or a goodbye that nobody asked for."""
        facts = self._facts
        if step.role is Role.GREETING:
            facts.refused_commands += 1
            facts.fail(Stage.CONNECT, _words(step))
        else:
            facts.farewell = _words(step)


def _words(step: Step) -> str:
    return step.reply.first.text if step.reply is not None else ""
