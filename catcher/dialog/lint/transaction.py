"""Rules about the order of a transaction: MAIL, RCPT, DATA and what came of the recipients."""

from __future__ import annotations

from collections.abc import Iterable

from catcher.dialog import mailbox
from catcher.dialog.conversation import Step, Transaction
from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import MAIL, RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session, quoted

REFUSED = "C: RCPT TO:<bob@example.com>\nS: 550 5.1.1 No such user\n"
# RFC 5321 §4.5.3.1.8: every server takes so many.
MANY = 100


@rule(
    "S19",
    Severity.ERROR,
    "MAIL inside of a transaction",
    breaks="Servers answer 503; which message the next recipients belong to is then anybody's guess.",
    source="RFC 5321 §3.3; RFC 5321 §4.1.4",
    fix="Finish the message or send RSET before the next MAIL.",
    example=whole(MAIL + "C: MAIL FROM:<app@example.com>\nS: 503 5.5.1 A transaction is open\n" + RCPT + SENT),
    fixes={"smtplib": "Call rset() after an error of your own between mail() and data()."},
)
def nested(session: Session) -> Iterable[Evidence]:
    for command in session.of("MAIL"):
        if command.mail is not None:
            yield command.evidence("the transaction before it was neither finished nor reset")


@rule(
    "S20",
    Severity.ERROR,
    "Commands in the wrong order",
    breaks="Servers answer 503 to RCPT before MAIL, and to DATA before a recipient was accepted.",
    source="RFC 5321 §3.3; RFC 5321 §4.1.4",
    fix="Send MAIL, then RCPT, then DATA, each only after the one before it was accepted.",
    example=whole("C: RCPT TO:<ann@example.com>\nS: 503 5.5.1 Send MAIL first\n"),
)
def wrong_order(session: Session) -> Iterable[Evidence]:
    for command in session.of("RCPT", "DATA"):
        # Sent ahead (RFC 2920 §3.1), a command cannot know what became of those before it.
        if command.ahead or not (session.has_beginning or command.code == 503):
            continue
        if command.mail is None:
            yield command.evidence(f"{command.verb} without an accepted MAIL")
        elif command.verb == "DATA" and not command.accepted:
            yield command.evidence("DATA without an accepted recipient")


@rule(
    "S21",
    Severity.ERROR,
    "Message sent although DATA was refused",
    breaks="The server takes the lines of the message for commands: the mail is lost, and its text may be executed.",
    source="RFC 5321 §3.3",
    fix="Wait for 354 before sending the message; after any other reply, stop.",
    example=whole(
        MAIL + REFUSED + "C: DATA\nS: 554 5.5.1 No valid recipients\nC: Subject: Hello\nS: 500 5.5.2 Not a command\n"
        "C: .\nS: 500 5.5.2 Not a command\n"
    ),
)
def refused_data(session: Session) -> Iterable[Evidence]:
    for stray in session.strays:
        if stray.is_message:
            lines = (stray.command.seq, *(step.seq for step in stray.steps[:100]))
            yield Evidence(
                f"{len(stray.steps):,} lines after {stray.command.code}", lines, transaction=stray.command.transaction
            )


@rule(
    "S22",
    Severity.INFO,
    "Some recipients were refused",
    breaks="The message went to the others only. An application that takes the last 250 for success does not notice.",
    source="RFC 5321 §3.3",
    fix="Look at the reply to every recipient and report those that were refused.",
    example=whole(MAIL + RCPT + REFUSED + SENT),
    fixes={
        "smtplib": "Look at the dictionary that sendmail() and send_message() return.",
        "nodemailer": "Look at info.rejected.",
        "aiosmtplib": "Look at the dictionary in what send() returns.",
    },
)
def partly_refused(session: Session) -> Iterable[Evidence]:
    for transaction in session.transactions:
        refused = _left_out(transaction) if transaction.is_delivered and transaction.accepted else []
        if refused:
            names = [_address(session, step) for step in refused]
            more = f" and {len(names) - 5:,} more" if len(names) > 5 else ""
            yield Evidence(
                f"refused: {', '.join(names[:5])}{more}",
                tuple(step.seq for step in refused[:100]),
                transaction=transaction.number,
            )


@rule(
    "S24",
    Severity.WARNING,
    "More than 100 recipients",
    breaks="Servers may refuse the recipients above 100 with 452, and mail to many is often held for spam.",
    source="RFC 5321 §4.5.3.1.8",
    fix="Send the message to at most 100 recipients at a time.",
    example=whole(MAIL + "".join(RCPT.replace("ann", f"ann{number}") for number in range(101)) + SENT),
)
def many(session: Session) -> Iterable[Evidence]:
    for transaction in session.transactions:
        if len(transaction.recipients) > MANY:
            first = transaction.recipients[MANY]
            seen = f"{len(transaction.recipients):,} recipients"
            yield Evidence(seen, (first.seq,), transaction=transaction.number)


@rule(
    "S66",
    Severity.ERROR,
    "Refused command sent again",
    breaks="A 5xx reply is final: the same command can only be refused again, and servers block clients that insist.",
    source="RFC 5321 §4.2.1",
    fix="Retry only after 4xx; after 5xx report the error.",
    example=whole(MAIL + REFUSED + REFUSED + RCPT + SENT),
)
def again(session: Session) -> Iterable[Evidence]:
    before: Command | None = None
    for command in session.commands:
        if before is not None and command.verb in ("MAIL", "RCPT") and not command.ahead and command.is_whole:
            same = command.verb == before.verb and command.argument == before.argument
            if same and before.is_whole and 500 <= before.code < 600:
                yield command.evidence(f"{command.verb} {quoted(command.argument)} again after {before.code}")
        before = command


@rule(
    "S67",
    Severity.INFO,
    "One refused recipient stopped the message",
    breaks="The accepted recipients got nothing either.",
    source="RFC 5321 §3.3",
    fix="Send the message to those that were accepted, and report the others.",
    example=whole(MAIL + RCPT + REFUSED + "C: RSET\nS: 250 2.0.0 OK\n"),
    fixes={
        "smtplib": "sendmail() and send_message() go on by themselves; they stop when all were refused.",
        "javamail": "Set mail.smtp.sendpartial=true.",
        "go": "Drive smtp.Client yourself: smtp.SendMail stops at the first refused recipient.",
    },
)
def stopped(session: Session) -> Iterable[Evidence]:
    if not session.is_over or session.close_reason not in ("quit", "client"):
        return
    for transaction in session.transactions:
        if transaction.accepted and transaction.refused and transaction.data is None and transaction.content is None:
            yield _stopped(session, transaction)


def _stopped(session: Session, transaction: Transaction) -> Evidence:
    first = transaction.refused[0]
    seen = f"{_address(session, first)} was refused with {first.code}, {len(transaction.accepted):,} were accepted"
    return Evidence(seen, (first.seq,), transaction=transaction.number)


def _left_out(transaction: Transaction) -> list[Step]:
    """Return the refused recipients that were not accepted when they were named again."""
    taken = {mailbox.read(step.argument).mailbox.lower() for step in transaction.accepted}
    return [step for step in transaction.refused if mailbox.read(step.argument).mailbox.lower() not in taken]


def _address(session: Session, step: Step) -> str:
    if step.said is None or step.said.masked:
        return "an address that is not shown"
    return quoted(mailbox.read(step.argument).mailbox) or "<>"
