"""Rules about the parameters that ask for delivery status notifications (RFC 3461)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session, quoted

KEYWORDS = ("RET", "ENVID", "NOTIFY", "ORCPT")
# RFC 3461 §4: printable ASCII, with + and = and all else written as +XX.
_XTEXT = re.compile(r"(?:[!-*,-<>-~]|\+[0-9A-F]{2})*+")
_OCTET = re.compile(r"\+[0-9A-F]{2}")
_TYPE = re.compile(r"[A-Za-z0-9-]+")


def _example(mail: str, rcpt: str, offered: bool = True) -> str:
    text = whole(
        f"C: MAIL FROM:<app@example.com>{mail}\nS: 250 2.1.0 Sender ok\n"
        f"C: RCPT TO:<ann@example.com>{rcpt}\nS: 501 5.5.4 Not valid\n" + RCPT + SENT
    )
    return text.replace("S: 250-SMTPUTF8\n", "S: 250-SMTPUTF8\nS: 250-DSN\n") if offered else text


def values(session: Session, verb: str, keyword: str) -> Iterator[tuple[Command, str]]:
    for command in session.of(verb):
        value = command.path.value(keyword) if command.is_whole else None
        if value is not None:
            yield command, value


@rule(
    "S57",
    Severity.ERROR,
    "Delivery report asked for, but not offered",
    breaks="Servers without DSN refuse the command with 555 or 501; no report will come.",
    source="RFC 3461 §3; RFC 5321 §4.1.1.3",
    fix="Send RET, ENVID, NOTIFY and ORCPT only where EHLO offers DSN.",
    example=_example("", " NOTIFY=SUCCESS,FAILURE", offered=False),
    fixes={
        "nodemailer": "Remove dsn from the message.",
        "phpmailer": "Leave $mail->dsn empty.",
        "javamail": "Unset mail.smtp.dsn.notify and mail.smtp.dsn.ret.",
        "dotnet": "Leave MailMessage.DeliveryNotificationOptions at None.",
    },
)
def not_offered(session: Session) -> Iterable[Evidence]:
    for command in session.of("MAIL", "RCPT"):
        if command.offered is None or "DSN" in command.offered or not command.is_whole:
            continue
        used = [keyword for keyword in KEYWORDS if command.path.value(keyword) is not None]
        if used:
            yield command.evidence(f"{command.verb} with {', '.join(used)}")


@rule(
    "S58",
    Severity.ERROR,
    "NOTIFY is contradictory",
    breaks="Servers answer 501 to NEVER beside other values, and to values that do not exist.",
    source="RFC 3461 §4.1",
    fix="Use NOTIFY=NEVER alone, or a list of SUCCESS, FAILURE and DELAY.",
    example=_example("", " NOTIFY=NEVER,FAILURE"),
)
def contradiction(session: Session) -> Iterable[Evidence]:
    for command, value in values(session, "RCPT", "NOTIFY"):
        words = set(value.upper().split(","))
        if not words <= {"NEVER", "SUCCESS", "FAILURE", "DELAY"} or ("NEVER" in words and len(words) > 1):
            yield command.evidence(f"NOTIFY={quoted(value)}")


@rule(
    "S59",
    Severity.ERROR,
    "ORCPT or ENVID is malformed",
    breaks="Servers answer 501, or send reports that cannot be matched to the message.",
    source="RFC 3461 §4.2; RFC 3461 §4.4",
    fix="Write ORCPT=rfc822;address, all but printable ASCII (and + and =) as +XX, and ENVID in 100 characters.",
    example=_example("", " ORCPT=ann@example.com"),
    fixes={"nodemailer": "Give dsn.recipient as the address alone: the type is added."},
)
def malformed(session: Session) -> Iterable[Evidence]:
    for command, value in values(session, "RCPT", "ORCPT"):
        kind, semicolon, text = value.partition(";")
        # RFC 6533 §3: the type utf-8 has an encoding of its own.
        if not semicolon or not _TYPE.fullmatch(kind):
            yield command.evidence(f"ORCPT={quoted(value)}: no address type")
        elif kind.lower() != "utf-8" and not _XTEXT.fullmatch(text):
            yield command.evidence(f"ORCPT={quoted(value)}: not encoded as xtext")
    for command, value in values(session, "MAIL", "ENVID"):
        if not _XTEXT.fullmatch(value):
            yield command.evidence(f"ENVID={quoted(value)}: not encoded as xtext")
        elif len(_OCTET.sub("x", value)) > 100:
            yield command.evidence(f"ENVID has {len(value)} characters, 100 are allowed")


@rule(
    "S60",
    Severity.ERROR,
    "RET is neither FULL nor HDRS",
    breaks="Servers answer 501, and the message is refused.",
    source="RFC 3461 §4.3",
    fix="Use RET=FULL for the whole message in the report, or RET=HDRS for its headers.",
    example=_example(" RET=ALL", ""),
    fixes={"nodemailer": "Set dsn.return to full or headers.", "javamail": "Set mail.smtp.dsn.ret to FULL or HDRS."},
)
def what_to_return(session: Session) -> Iterable[Evidence]:
    for command, value in values(session, "MAIL", "RET"):
        if value.upper() not in ("FULL", "HDRS"):
            yield command.evidence(f"RET={quoted(value)}")
