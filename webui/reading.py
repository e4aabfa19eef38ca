"""A conversation as the pages read it: what explains, times and checks it, each computed once and only when shown.

Of a session that has ended and is not too long, the whole conversation is read and kept for a while, because the
page, its next lines and the messages in it all ask for the same. Of a session that still runs, and of one that is
very long, only the lines shown and some before them are read.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import islice

from catcher import findings
from catcher.dialog import client, explain, lint
from catcher.dialog import conversation as dialog
from catcher.dialog import timing as timed
from catcher.dialog.conversation import Conversation, Role, Step
from catcher.dialog.explain import AuthExchange, OfferTable, Span
from catcher.dialog.finding import Finding
from catcher.dialog.outcome import Close
from catcher.dialog.raised import Raised, as_raised
from catcher.dialog.records import Direction, Kind, Record, may_hold, unpack
from catcher.dialog.timing import Timing
from catcher.models import Session
from webui import phases
from webui.phases import Packet

WHOLE = 5000  # lines of a session that is read as a whole
KEPT = 6  # conversations; one of WHOLE lines takes some 10 MB with all that is known of it
_RULES = frozenset(rule.id for rule in lint.registry.SESSION)


class Reading:
    """What is known of a conversation.

    `family` is the library that its client was recognised as; `silent` are muted rules. Of a part of a conversation,
    the findings are those of the whole, `told` here. Where the rules that have something to say are `known`, no other
    is asked.
    """

    def __init__(
        self,
        conversation: Conversation,
        family: str = "",
        silent: Collection[str] = (),
        told: Sequence[Finding] | None = None,
        known: Collection[str] | None = None,
    ) -> None:
        self.conversation = conversation
        self._family = family
        self._silent = silent if known is None else frozenset(silent) | (_RULES - frozenset(known))
        self._told = told

    def spans(self, records: Sequence[Record]) -> dict[int, list[Span]]:
        """The parts of some of its records, which follow each other, and what they mean."""
        return explain.spans(self.conversation, records[0].seq, records[-1].seq) if records else {}

    @cached_property
    def packets(self) -> dict[int, Packet]:
        return phases.packets(self.conversation.records)

    @cached_property
    def timing(self) -> Timing:
        return timed.timing(self.conversation)

    @cached_property
    def findings(self) -> Sequence[Finding]:
        return lint.lint_session(self.conversation, self._silent) if self._told is None else self._told

    @cached_property
    def found_at(self) -> dict[int, list[Finding]]:
        """The findings by the line under which they are told."""
        found: dict[int, list[Finding]] = {}
        for finding in self.findings:
            if finding.evidence.lines:
                found.setdefault(finding.evidence.lines[0], []).append(finding)
        return found

    @cached_property
    def numbers(self) -> dict[int, int]:
        """The findings' own numbers from 1 on, by identity: two of them may be equal."""
        return {id(finding): number for number, finding in enumerate(self.findings, 1)}

    @cached_property
    def ends(self) -> dict[int, Step]:
        """Each step by its last line, under which it is explained."""
        return {_last(step): step for step in self.conversation.steps}

    @cached_property
    def offers(self) -> dict[int, OfferTable]:
        """What was offered, by the last line of the reply to EHLO."""
        tables = explain.offers(self.conversation)
        return {_last(offer.step): table for offer, table in zip(self.conversation.offers, tables, strict=True)}

    @cached_property
    def offering(self) -> frozenset[int]:
        """The lines of replies to EHLO behind the first: their table says the same."""
        replies = (offer.step.reply for offer in self.conversation.offers)
        return frozenset(record.seq for reply in replies if reply is not None for record in reply.records[1:])

    @cached_property
    def logins(self) -> dict[int, AuthExchange]:
        """Each AUTH exchange by its last line."""
        ends = {step.reply.first.seq: end for end, step in self.ends.items() if step.reply is not None}
        found = ((exchange.steps[-1].seq, exchange) for exchange in explain.auth_steps(self.conversation))
        return {ends.get(seq, seq): exchange for seq, exchange in found}

    @cached_property
    def secrets(self) -> dict[int, int]:
        """Where in a line credentials begin that the recorder was told to keep."""
        found: dict[int, int] = {}
        for step in self.conversation.steps:
            said = step.said
            if step.verb != "AUTH" or said is None or said.masked:
                continue
            if step.role is Role.ANSWER:
                found[said.seq] = 0
            elif len(words := said.data.split(None, 2)) == 3:
                found[said.seq] = len(said.data) - len(words[2])
        return found

    def trouble_at(self, reply: str) -> int:
        """Return the line at which the session failed: that of the reply that its row names; 0 where there is none."""
        failed = self.conversation.note(Kind.TLS_FAIL)
        if failed is not None:
            return failed.seq
        said = reply.encode("utf-8", "backslashreplace")
        replies = (step.reply.first for step in reversed(self.conversation.steps) if step.reply is not None)
        return next((record.seq for record in replies if said and record.data == said), 0)

    @property
    def is_foreign(self) -> bool:
        return self.conversation.close_reason == Close.NOT_SMTP

    @cached_property
    def families(self) -> Sequence[str]:
        """The libraries that the client may be, likeliest first."""
        found = (self._family, *client.recognise(self.conversation).families)
        return [family for family in dict.fromkeys(found) if family not in {"", client.UNKNOWN.family}]

    @cached_property
    def raised(self) -> list[Raised]:
        """What the libraries raise for these replies, that of the likeliest client first."""
        found = as_raised(self.conversation)
        return sorted(found, key=lambda each: each.family not in self.families)


def _last(step: Step) -> int:
    return step.reply.last.seq if step.reply is not None else step.seq


def is_whole(session: Session) -> bool:
    return not session.is_live and session.lines <= WHOLE


def whole(session: Session) -> Reading:
    """Return the reading of an ended session; of a very long one that of its first lines and of how it ended."""
    known = tuple(session.findings) if session.examined else None
    return _kept(session.public_id, session.lines, session.client, findings.muted(), known)


@lru_cache(maxsize=KEPT)
def _kept(public_id: str, lines: int, family: str, silent: frozenset[str], known: tuple[str, ...] | None) -> Reading:
    session = Session.objects.get(public_id=public_id)
    records = list(islice(session.records(), WHOLE))
    end = session.tape.order_by("-first_seq").first() if lines > WHOLE else None
    if end is not None:
        last = records[-1].seq
        records += [one for one in unpack(end.data) if one.seq > last and one.direction is Direction.NOTE]
    return Reading(dialog.read(records), family, silent, known=known)


def body_of(session: Session, message_id: str) -> Record | None:
    """Return the record of the message data that became a message."""
    records = whole(session).conversation.records if is_whole(session) else _naming(session, message_id)
    return next((one for one in records if one.kind is Kind.BODY and one.info.get("message") == message_id), None)


def _naming(session: Session, message_id: str) -> Iterator[Record]:
    """Yield the records of those runs of a long tape in which a message is named: of most nothing is unpacked."""
    name = re.compile(re.escape(message_id.encode()))
    for chunk in session.tape.order_by("first_seq").iterator(chunk_size=16):
        if may_hold(chunk.data, name):
            yield from unpack(chunk.data)
