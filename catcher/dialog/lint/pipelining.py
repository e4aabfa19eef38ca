"""Rules about what was sent before the reply to what stands before it (RFC 2920)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catcher.dialog.conversation import Role, Step
from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import BODY, CONNECT, DATA, HELLO, MAIL, OFFER, QUIT, RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Session, is_ahead
from catcher.dialog.records import Direction, Kind

# RFC 2920 §3.1, RFC 4954 §4: their replies decide what may come next.
LAST = frozenset(("EHLO", "HELO", "LHLO", "DATA", "VRFY", "EXPN", "TURN", "QUIT", "NOOP", "AUTH"))


@rule(
    "S01",
    Severity.WARNING,
    "Client spoke before the greeting",
    breaks="Servers use an early client as a sign of spam software and refuse it with 554.",
    source="RFC 5321 §4.3.1",
    fix="Wait for the 220 line before the first command.",
    example="! open peer=127.0.0.1:40000\nC: EHLO app.example.com\nS: 220 mail.example.com ESMTP\n"
    + OFFER + MAIL + RCPT + SENT + QUIT,
)  # fmt: skip
def early(session: Session) -> Iterable[Evidence]:
    first = None
    for record in session.conversation.records:
        if record.direction is Direction.CLIENT and first is None:
            first = record
        elif record.direction is Direction.SERVER:
            greeted = record.data.startswith((b"220 ", b"220-", b"554"))
            starts = first is not None and first.data[:8].upper() == b"STARTTLS"
            if first is not None and greeted and not starts and session.steps and first.kind is Kind.LINE:
                yield Evidence("the first line of the client came before the server's", (first.seq,))
            return


def hasty(session: Session) -> Iterator[tuple[Step, Step, bool]]:
    """Yield each step that was sent before a reply, that which it did not wait for, and whether it might."""
    before: Step | None = None
    offers = iter(session.conversation.offers)
    offer = next(offers, None)
    may = False
    for step in session.steps:
        if step.said is None:
            continue
        # Only what the client had read when it sent the step counts.
        while offer is not None and offer.step.reply is not None and offer.step.reply.last.seq < step.seq:
            may = "PIPELINING" in offer.keywords
            offer = next(offers, None)
        if step.role is not Role.CONTENT and before is not None and before.reply is not None and is_ahead(step, before):
            yield step, before, may
        if before is not None and before.verb == "HELO" and 200 <= before.code < 300:
            may = False
        before = step


@rule(
    "S27",
    Severity.ERROR,
    "Did not wait for the reply",
    breaks="Servers without PIPELINING lose commands that come too early, or refuse the client with 554.",
    source="RFC 5321 §4.3.1; RFC 2920 §3.1",
    fix="Wait for each reply, unless EHLO offers PIPELINING.",
    example=CONNECT
    + "C: HELO app.example.com\nS: 250 mail.example.com\nC: MAIL FROM:<app@example.com>\n"
    + "C+ RCPT TO:<ann@example.com>\nS: 250 2.1.0 Sender ok\nS: 250 2.1.5 Recipient ok\n" + SENT + QUIT,
)  # fmt: skip
def too_early(session: Session) -> Iterable[Evidence]:
    for step, before, may in hasty(session):
        if not may:
            seen = f"{_name(step)} was sent before the reply to {_name(before)}"
            yield Evidence(seen, (before.seq, step.seq), transaction=step.transaction)


@rule(
    "S28",
    Severity.ERROR,
    "Command must be the last of its group",
    breaks="What follows it was sent without knowing its result; servers may throw it away or refuse it.",
    source="RFC 2920 §3.1",
    fix="Wait for the reply to EHLO, AUTH, DATA, VRFY, EXPN, NOOP and QUIT before sending anything more.",
    example=HELLO + "C: NOOP\nC+ MAIL FROM:<app@example.com>\nS: 250 2.0.0 OK\nS: 250 2.1.0 Sender ok\n"
    + RCPT + SENT + QUIT,
)  # fmt: skip
def not_last(session: Session) -> Iterable[Evidence]:
    for step, before, may in hasty(session):
        if may and before.role is Role.COMMAND and before.verb in LAST:
            seen = f"{_name(step)} follows {before.verb} in the same group"
            yield Evidence(seen, (before.seq, step.seq), transaction=step.transaction)
    for transaction in session.transactions:
        data, content = transaction.data, transaction.content
        if data is None or content is None or data.said is None or content.said is None or not content.said.length:
            continue
        if data.verb == "DATA" and data.said.read and data.said.read == content.said.read:
            seen = "the message came together with DATA, before 354"
            yield Evidence(seen, (data.seq, content.seq), transaction=transaction.number)


@rule(
    "S29",
    Severity.ERROR,
    "Message sent without a valid recipient",
    breaks="The message goes nowhere, and a client that takes the last reply for success does not notice.",
    source="RFC 2920 §3.1",
    fix="Look at the reply to every RCPT; if none was accepted and DATA still gets 354, send the final dot alone.",
    example=whole(MAIL + "C: RCPT TO:<bob@example.com>\nS: 550 5.1.1 No such user\n" + DATA + BODY),
)
def unchecked(session: Session) -> Iterable[Evidence]:
    for transaction in session.transactions:
        content = transaction.content
        if content is None or content.said is None or not content.said.info.get("bytes"):
            continue
        if transaction.recipients and len(transaction.refused) == len(transaction.recipients):
            seen = f"all {len(transaction.recipients):,} recipients were refused"
            yield Evidence(seen, (content.seq,), transaction=transaction.number)


def _name(step: Step) -> str:
    if step.role is Role.CONTENT:
        return "the message"
    return (step.verb or "an unknown command") if step.role is Role.COMMAND else "the AUTH answer"
