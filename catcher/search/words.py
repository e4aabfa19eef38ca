"""CONVERSATION -> WORDS: what a session is found by, from its own lines; no secret is among it.

An AUTH command counts by its mechanism alone, and its answers not at all, whether the tape masked them or not.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from catcher.dialog.conversation import VERBS, Conversation, Role, Step
from catcher.dialog.query_keys import OTHER_VERB
from catcher.dialog.secrets import MASK, without_secret
from catcher.search.tokens import both, code_tokens, token

# Of one line, and of all lines and tokens together.
MOST_OF_LINE = 500
MOST_OF_SESSION = 128 << 10
_PATH = re.compile(r"(?:FROM|TO)[ \t]*:[ \t]*<?(?:@[^:>\s]*:)?([^>\s]*)", re.IGNORECASE)
_CODES = range(200, 600)


@dataclass(slots=True)
class Words:
    """Tokens and text of a session; `lines` is the number of the last line that is among them."""

    tokens: dict[str, None] = field(default_factory=dict)
    text: list[str] = field(default_factory=list)
    lines: int = 0
    size: int = 0

    @property
    def is_full(self) -> bool:
        return self.size >= MOST_OF_SESSION

    def add(self, *tokens: str) -> None:
        for one in tokens:
            if one not in self.tokens:
                self.tokens[one] = None
                self.size += len(one)

    def say(self, text: str) -> None:
        kept = text[:MOST_OF_LINE].replace("\x00", "\ufffd")
        self.text.append(kept)
        self.size += len(kept) + 1


def read(conversation: Conversation) -> Words:
    """Return the words of a conversation, in one pass over it."""
    words = Words()
    secret = False
    for step in conversation.steps:
        if words.is_full:
            return words
        # Answers may have been sent ahead of their challenges; what follows AUTH and is no command is one of them.
        secret = step.verb == "AUTH" or (not step.verb and (secret or _is_like_auth(step)))
        _said(words, step, secret)
        _answered(words, step)
    words.lines = conversation.records[-1].seq if conversation.records else 0
    return words


def _said(words: Words, step: Step, secret: bool) -> None:
    record = step.said
    if record is None:
        return
    words.lines = record.seq
    if step.role is Role.COMMAND:
        words.add(token("verb", _verb(step)))
    if secret:
        if step.role is Role.COMMAND and step.verb:
            words.say(f"AUTH {_mechanism(step)}")
    elif step.role is Role.COMMAND and not record.masked:
        words.say(record.text)
        if step.verb in {"MAIL", "RCPT"} and (path := _PATH.match(step.argument)) is not None:
            words.add(*both("from" if step.verb == "MAIL" else "to", path[1]))


def _mechanism(step: Step) -> str:
    """Return the mechanism, where it is one: a client that forgets it sends the secret in its place."""
    said = step.said.data if step.said is not None else b""
    shown = without_secret(said, is_command=True).removesuffix(MASK).decode("latin-1").split()
    return "".join(shown[1:2])


def _is_like_auth(step: Step) -> bool:
    """A misspelt AUTH has a secret behind it as well."""
    return step.said is not None and step.said.data[:40].lstrip()[:4].upper() == b"AUTH"


def _answered(words: Words, step: Step) -> None:
    reply = step.reply
    if reply is None:
        return
    words.lines = max(words.lines, reply.last.seq)
    for record in reply.records:
        if words.is_full:
            break
        words.say(record.text)
    if reply.code in _CODES:
        words.add(*code_tokens("code", reply.code))
        words.add(*(code_tokens(f"code.{_verb(step)}", reply.code) if step.said is not None else ()))


def _verb(step: Step) -> str:
    return step.verb if step.verb in VERBS else OTHER_VERB
