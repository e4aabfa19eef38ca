"""Rules about BDAT (RFC 3030)."""

from __future__ import annotations

from collections.abc import Iterable

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import MAIL, RCPT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Session

_CHUNK = "C: BDAT 5\nS: 250 2.0.0 5 octets received\n"


def _with_chunking(text: str) -> str:
    return whole(text).replace("S: 250-SMTPUTF8\n", "S: 250-CHUNKING\n")


@rule(
    "S53",
    Severity.ERROR,
    "BDAT was not offered",
    breaks="Servers answer 500 and take the octets of the message for commands: the mail is lost.",
    source="RFC 3030 §2",
    fix="Use BDAT only where EHLO offers CHUNKING, and DATA elsewhere.",
    example=whole(MAIL + RCPT + "C: BDAT 86 LAST\nS: 500 5.5.1 Command not recognised\n"),
)
def not_offered(session: Session) -> Iterable[Evidence]:
    for command in session.of("BDAT"):
        if command.offered is not None and "CHUNKING" not in command.offered:
            yield command.evidence("BDAT without CHUNKING")


@rule(
    "S54",
    Severity.ERROR,
    "DATA and BDAT in one transaction",
    breaks="Servers answer 503, and the transaction has to be reset.",
    source="RFC 3030 §2",
    fix="Choose one of the two for each message.",
    example=_with_chunking(MAIL + RCPT + _CHUNK + "C: DATA\nS: 503 5.5.1 Bad sequence\n"),
)
def mixed(session: Session) -> Iterable[Evidence]:
    used: dict[int, str] = {}
    for command in session.of("DATA", "BDAT"):
        if command.mail is not None and 200 <= command.code < 400:
            used.setdefault(id(command.mail), command.verb)
        before = used.get(id(command.mail), command.verb)
        if before != command.verb:
            yield command.evidence(f"{command.verb} after {before}")


@rule(
    "S55",
    Severity.ERROR,
    "BDAT without an end",
    breaks="The server waits for the rest and throws the message away.",
    source="RFC 3030 §2",
    fix="Mark the last chunk with LAST; it may be empty: BDAT 0 LAST.",
    example=_with_chunking(MAIL + RCPT + _CHUNK),
)
def endless(session: Session) -> Iterable[Evidence]:
    if not session.is_over:
        return
    last = None
    for command in session.commands:
        if command.verb == "BDAT" and 200 <= command.code < 300:
            last = None if command.argument.upper().endswith("LAST") else command
        elif command.verb in ("RSET", "EHLO", "HELO"):
            last = None
    if last is not None:
        yield last.evidence("no chunk was marked LAST")
