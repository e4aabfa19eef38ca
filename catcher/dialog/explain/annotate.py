"""CONVERSATION -> SPANS: every part of every line that can be explained, where it stands."""

from __future__ import annotations

import sys
from collections.abc import Mapping

from catcher.dialog.conversation import Conversation, Role, Step, Transaction
from catcher.dialog.explain import challenges, commands, notes, replies
from catcher.dialog.explain.judging import Context
from catcher.dialog.explain.model import Span


def spans(conversation: Conversation, first: int = 0, last: int = sys.maxsize) -> dict[int, list[Span]]:
    """Return the spans of records, in order and without overlap, by sequence number; in one pass.

    Of those outside of `first` to `last` only what the others need is looked at, and some may be in the result.
    """
    return _Spans(conversation, first, last).run()


class _Spans:
    def __init__(self, conversation: Conversation, first: int, last: int) -> None:
        self._conversation = conversation
        self._first = first
        self._last = last
        self._transactions = {transaction.number: transaction for transaction in conversation.transactions}
        self._offers = {offer.step.seq: offer.keywords for offer in conversation.offers}
        self._offered: Mapping[str, tuple[str, ...]] | None = None
        self._exchange = challenges.Exchange()
        self._found: dict[int, list[Span]] = {}

    def run(self) -> dict[int, list[Span]]:
        for step in self._conversation.steps:
            if step.verb == "AUTH" or self._is_wanted(step):
                self._said(step)
                if step.reply is not None:
                    self._found.update(replies.spans(step, step.reply, self._exchange))
            self._learn(step)
        for record in self._conversation.notes:
            about = notes.about(record)
            if about is not None:
                self._found[record.seq] = [Span(0, 0, about)]
        return self._found

    def _is_wanted(self, step: Step) -> bool:
        end = step.reply.last.seq if step.reply is not None else step.seq
        return step.seq <= self._last and end >= self._first

    def _said(self, step: Step) -> None:
        record = step.said
        if record is None:
            return
        if step.role is Role.CONTENT:
            self._found[record.seq] = [Span(0, len(record.data), notes.content(record))]
            return
        if step.role is Role.COMMAND and step.verb == "AUTH":
            self._exchange = challenges.Exchange()
        context = Context(self._offered, _content(self._transactions.get(step.transaction)), record.tls)
        self._found[record.seq] = commands.spans(step, record, context, self._exchange)

    def _learn(self, step: Step) -> None:
        """Keep what the last hello told about extensions; nothing is on offer behind HELO, nor right after STARTTLS."""
        if step.role is not Role.COMMAND or not 200 <= step.code < 300:
            return
        if step.verb in {"EHLO", "LHLO"}:
            self._offered = self._offers.get(step.seq, {})
        elif step.verb in {"HELO", "STARTTLS"}:  # RFC 3207 §4.2: what was known before the handshake is forgotten
            self._offered = {}


def _content(transaction: Transaction | None) -> int | None:
    """Return the octets of a message that came to its end (RFC 1870 §5)."""
    said = transaction.content.said if transaction is not None and transaction.content is not None else None
    if said is None or not said.info.get("ended", True):
        return None
    return notes.count(said, "bytes")
