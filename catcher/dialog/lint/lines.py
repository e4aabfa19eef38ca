"""Rules about the form of command lines: how they end, how long they are, what stands on them."""

from __future__ import annotations

import re
from collections.abc import Iterable

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import MAIL, RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session, quoted
from catcher.dialog.records import Terminator

# RFC 4954 §4.
AUTH_LINE = 12288
# What extensions add to the 512 octets of a MAIL or RCPT line: RFC 1870 §3 (26), RFC 6531 §3.1 (10), RFC 4954 §3 (500);
# RFC 3030 §3 (16, for BODY: RFC 6152 itself names no number); for RFC 3461 the whole length of a line again, more than
# it says.
ALLOWED = {"SIZE": 26, "8BITMIME": 16, "SMTPUTF8": 10, "AUTH": 500, "DSN": 512}
_PRIVATE = re.compile(r"X[A-Z0-9-]{1,15}(?= |$)", re.IGNORECASE)


@rule(
    "S09",
    Severity.ERROR,
    "Line does not end in CR LF",
    breaks="Strict servers wait for the missing half or refuse the line; lenient ones make smuggling possible.",
    source="RFC 5321 §2.3.8",
    fix=r"End every line with \r\n, also on Linux and macOS.",
    example=whole("C~ NOOP\nS: 250 2.0.0 OK\n"),
    fixes={
        "curl": "Use --crlf, which turns the line ends of the uploaded file into CR LF.",
        "go": r"Write \r\n where you write to the connection yourself; net/smtp does so.",
    },
)
def wrong_end(session: Session) -> Iterable[Evidence]:
    for step in session.steps:
        said = step.said
        if said is not None and said.terminator in (Terminator.LF, Terminator.CR):
            yield Evidence(f"ends in {said.terminator} alone", (said.seq,), transaction=step.transaction)


@rule(
    "S10",
    Severity.WARNING,
    "Command line is too long",
    breaks="Servers need not take more than 512 octets a command, and answer 500 to longer lines.",
    source="RFC 5321 §4.5.3.1.4",
    fix="Keep commands short; most often an address or parameter has swallowed text that does not belong there.",
    example=whole(f"C: NOOP {'x' * 520}\nS: 500 5.5.2 Command line too long\n"),
)
def long_line(session: Session) -> Iterable[Evidence]:
    for command in session.commands:
        most = _longest(command)
        octets = command.said.length + 2
        if octets > most:
            yield command.evidence(f"{octets:,} octets where {most:,} are allowed")


def _longest(command: Command) -> int:
    if command.verb == "AUTH" or command.said.masked:
        return AUTH_LINE
    if command.verb not in ("MAIL", "RCPT") or not command.offered:
        return 512
    return 512 + sum(more for keyword, more in ALLOWED.items() if keyword in command.offered)


@rule(
    "S18",
    Severity.ERROR,
    "Argument where none is allowed",
    breaks="Servers answer 501, and the command does nothing.",
    source="RFC 5321 §4.1.1.4; RFC 5321 §4.1.1.5; RFC 5321 §4.1.1.10",
    fix="Send DATA, RSET, QUIT and STARTTLS alone on their line.",
    example=whole("C: RSET now\nS: 501 5.5.4 RSET takes no argument\n"),
)
def needless_argument(session: Session) -> Iterable[Evidence]:
    for command in session.of("DATA", "RSET", "QUIT", "STARTTLS"):
        if command.argument and command.is_whole:
            yield command.evidence(f"{command.verb} {quoted(command.argument)}")


@rule(
    "S70",
    Severity.INFO,
    "Obsolete or private command",
    breaks="Servers answer 500 or 502 to it.",
    source="RFC 5321 §F.1; RFC 5321 §F.6; RFC 5321 §4.1.5",
    fix="Use MAIL in place of SEND, SOML and SAML; use private X- commands only where EHLO offers them.",
    example=whole("C: SEND FROM:<app@example.com>\nS: 500 5.5.1 Command not recognised\n"),
)
def obsolete_command(session: Session) -> Iterable[Evidence]:
    for command in session.commands:
        if command.verb in ("SEND", "SOML", "SAML", "TURN"):
            yield command.evidence(f"{command.verb} is obsolete")
            continue
        private = _PRIVATE.match(command.argument) if not command.verb and command.is_whole else None
        if private is not None and private[0].upper() not in (command.offered or ()):
            yield command.evidence(f"{private[0]} was not offered")


@rule(
    "S71",
    Severity.INFO,
    "Space at the end of a command",
    breaks="Most servers ignore it; a strict one answers 501.",
    source="RFC 5321 §4.1.1",
    fix="Send nothing between the last word and the line end.",
    example=whole("C: NOOP \\x20\nS: 250 2.0.0 OK\n" + MAIL + RCPT + SENT),
)
def trailing_space(session: Session) -> Iterable[Evidence]:
    for command in session.commands:
        if command.verb and command.is_whole and command.said.data.endswith((b" ", b"\t")):
            yield command.evidence(f"{command.verb} ends in white space")
