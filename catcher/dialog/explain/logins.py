"""AUTH exchanges step by step, with base64 taken off where nothing is masked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from catcher.dialog.conversation import Conversation, Role, Step
from catcher.dialog.explain import challenges, keywords, notes
from catcher.dialog.explain.model import AuthExchange, AuthStep
from catcher.dialog.records import Kind, Record


def auth_steps(conversation: Conversation) -> list[AuthExchange]:
    """Return every AUTH exchange; secrets are decoded only where the recording was told to keep them."""
    users = iter([note for note in conversation.notes if note.kind is Kind.AUTH])
    drafts: list[_Draft] = []
    for step in conversation.steps:
        if step.role is Role.COMMAND and step.verb == "AUTH":
            drafts.append(_Draft(step))
        elif step.role is Role.ANSWER and drafts:
            drafts[-1].answer(step)
    return list(_finished(drafts, users))


@dataclass(slots=True)
class _Draft:
    command: Step
    steps: list[AuthStep] = field(default_factory=list)
    exchange: challenges.Exchange = field(default_factory=challenges.Exchange)
    code: int = 0
    end: int = 0
    user: str = ""

    def __post_init__(self) -> None:
        said = self.command.said
        if said is None:
            return
        mechanism, secret = challenges.arguments(said, said.data.upper().find(b"AUTH") + 4)
        if mechanism:
            self.exchange.mechanism = said.data[slice(*mechanism)][:60].decode("utf-8", "backslashreplace").upper()
        name = self.exchange.mechanism or "an unnamed mechanism"
        self.steps.append(AuthStep(said.seq, False, f"asks to log in with {name}"))
        if secret:
            self._client(said, said.data[slice(*secret)], "initial response: ")
        self._server(self.command)

    def answer(self, step: Step) -> None:
        if step.said is not None:
            self._client(step.said, step.said.data, "")
        self._server(step)

    def _client(self, record: Record, data: bytes, before: str) -> None:
        what = self.exchange.answered(data)
        shown = "" if record.masked else _shown(data, what, self.exchange.mechanism)
        if not record.masked and not self.user:
            self.user = _user(data, what, self.exchange.mechanism)
        self.steps.append(AuthStep(record.seq, False, before + what, shown, record.masked))

    def _server(self, step: Step) -> None:
        reply = step.reply
        if reply is None:
            self.end = max(self.end, step.seq)
            return
        self.code, self.end = reply.code, reply.last.seq
        if reply.code != 334:
            self.steps.append(AuthStep(reply.first.seq, True, _verdict(reply.code), reply.text[:400]))
            return
        text = challenges.decoded(reply.first.data[4:])
        self.exchange.asked = text or ""
        what = "a challenge that is not base64" if text is None else f"asks: {text}" if text else "asks to go on"
        self.steps.append(AuthStep(reply.first.seq, True, challenges.printable(what), challenges.printable(text or "")))


def _finished(drafts: list[_Draft], users: Iterator[Record]) -> Iterator[AuthExchange]:
    note = next(users, None)
    for draft in drafts:
        user = draft.user
        while note is not None and note.seq <= max(draft.end, draft.command.seq):
            if note.seq > draft.command.seq:
                user = notes.text(note, "user") or user
            note = next(users, None)
        ok = None if not draft.code or draft.code == 334 else draft.code == 235
        name = draft.exchange.mechanism
        yield AuthExchange(draft.command.seq, name, keywords.mechanism(name), user[:400], ok, tuple(draft.steps))


def _verdict(code: int) -> str:
    if code == 235:
        return "accepts the login"
    return "cannot check the login now" if 400 <= code < 500 else "refuses the login"


def _shown(data: bytes, what: str, mechanism: str) -> str:
    if what == challenges.CANCEL:
        return "*"
    text = challenges.decoded(data)
    if text is None:
        return ""
    if mechanism == "PLAIN":
        return "; ".join(
            f"{name} {challenges.printable(value) or 'none'}"
            for name, value in zip(("authorization id", "user", "password"), text.split("\x00", 2), strict=False)
        )
    return challenges.printable(text)


def _user(data: bytes, what: str, mechanism: str) -> str:
    """Return the user name that an answer holds, if it does."""
    text = challenges.decoded(data) or ""
    if mechanism == "PLAIN":
        parts = text.split("\x00", 2)
        return parts[1] if len(parts) == 3 else ""
    if what == challenges.USER:
        return text
    return text.partition(" ")[0] if mechanism == "CRAM-MD5" and " " in text else ""
