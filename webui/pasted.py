"""PASTED TEXT -> what its page shows: the conversation read, told, timed and checked like one that was recorded."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.utils.safestring import mark_safe

from catcher import findings
from catcher.dialog import conversation as dialog
from catcher.dialog import story, waterfall
from catcher.dialog.conversation import Conversation, Step, Transaction
from catcher.dialog.lint import address, lint_message
from catcher.dialog.lint.opened import Envelope, open_message
from catcher.dialog.retold import Retold, retell
from catcher.dialog.story import Story
from catcher.dialog.told import count
from catcher.dialog.transcript import Transcript, parse
from webui import dialog as shown
from webui import libraries, under
from webui.annotated import Glossary
from webui.checked import Checked, checked
from webui.reading import WHOLE, Reading
from webui.row import Here
from webui.timetable import timetable

SHOWN_FINDINGS = 200
MOST_MESSAGES = 20


@dataclass(frozen=True, slots=True)
class Carried:
    """A message of the log, as far as the log shows it: at which line, and what the rules find in it."""

    seq: int
    octets: int
    findings: Sequence[Checked]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The lines; a log is shown at once."""

    lines: Sequence[shown.Line]
    more: bool = False


class Pasted:
    """A log: how it was recognised, and the context of the partials of a session's page."""

    def __init__(self, text: str) -> None:
        self.transcript: Transcript = parse(text)
        records = self.transcript.records
        self.left_out = max(0, len(records) - WHOLE)
        self._silent = findings.muted()
        self._reading = Reading(dialog.read(records[:WHOLE]), silent=self._silent)

    @property
    def is_understood(self) -> bool:
        return bool(self.transcript.records)

    @property
    def label(self) -> str:
        return self.transcript.label

    @property
    def is_timed(self) -> bool:
        """Tell whether the log says how long anything took; one that counts in seconds may not."""
        return self.transcript.is_timed and self._reading.timing.known and self._reading.timing.duration_us > 0

    @property
    def has_beginning(self) -> bool:
        """Tell whether the log shows how the session began, so that what is not in it was not said."""
        return bool(self.told.hello)

    @cached_property
    def told(self) -> Retold:
        return retell(self._reading.conversation)

    def context(self) -> dict[str, Any]:
        """Return what session.html and dialog.html need."""
        reading, timing = self._reading, self._reading.timing
        glossary = Glossary()
        return {
            "pasted": self,
            "session": self.told,
            "story": self._story(),
            "trouble_at": reading.trouble_at(self.told.reply),
            "times": timetable(timing) if self.is_timed else None,
            "picture": mark_safe(waterfall.svg(timing, links=True)) if self.is_timed else "",  # noqa: S308
            "boxes": [under.box(finding, reading) for finding in reading.findings[:SHOWN_FINDINGS]],
            "findings_count": sum(1 + finding.more for finding in reading.findings),
            "raised": [(libraries.name(each.family), each) for each in reading.raised] if self.told.failed else [],
            "excerpt": Excerpt(list(self._lines(glossary))),
            "glossary": glossary,
            # Nothing of it is stored: that is not to be said at every message.
            "here": Here(live=True, numbered=not self.is_timed),
            "live": True,
            "rules": under.rules_page(),
            "messages": self.messages,
        }

    def _story(self) -> Story:
        timing = self._reading.timing if self.is_timed else None
        found = story.tell(self.told, self._reading.conversation, timing)
        if self.has_beginning or self.told.tls_version or self.told.auth_mechanism:
            return found
        sent = count(self.told.messages_stored, "message")
        began = f"The log tells of {sent} to {count(self.told.recipients_accepted, 'recipient')}"
        return replace(found, began=f"{began}{';' if found.trouble else '.'}")

    def _lines(self, glossary: Glossary) -> Iterator[shown.Line]:
        records = self._reading.conversation.records
        inferred = {record.seq for record in records if record.info.get("inferred")}
        for line in shown.lines(records, "", {}, self._reading, glossary):
            if line.seq in inferred:
                line.chips.append("inferred")
            yield line

    @cached_property
    def messages(self) -> list[Carried]:
        """The messages whose content the log shows, with what the rules find in them."""
        transactions = _by_content(self._reading.conversation)
        found = list(self.transcript.bodies.items())[:MOST_MESSAGES]
        return [self._carried(seq, octets, transactions) for seq, octets in found if seq <= WHOLE]

    def _carried(self, seq: int, octets: bytes, transactions: Mapping[int, Transaction]) -> Carried:
        opened = open_message(octets, _envelope(transactions.get(seq)))
        found = lint_message(opened, self._silent)
        return Carried(seq, len(octets), checked(found, octets, self._reading.families))


def _by_content(conversation: Conversation) -> dict[int, Transaction]:
    found = ((transaction.content, transaction) for transaction in conversation.transactions)
    return {step.seq: transaction for step, transaction in found if step is not None}


def _envelope(transaction: Transaction | None) -> Envelope | None:
    if transaction is None or transaction.mail is None:
        return None
    mail = address.path(transaction.mail.argument)
    parameters = tuple(name if value is None else f"{name}={value}" for name, value in mail.parameters)
    return Envelope(mail.address, parameters, _addresses(transaction.accepted), _addresses(transaction.refused))


def _addresses(steps: Sequence[Step]) -> tuple[str, ...]:
    return tuple(address.path(step.argument).address for step in steps)
