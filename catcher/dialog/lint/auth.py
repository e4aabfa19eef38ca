"""Rules about logins. Lines that are masked are never judged by their text, only by the replies to them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Iterator

from catcher.dialog.conversation import Role, Step
from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import MAIL, QUIT, RCPT, SENT, tls
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session, quoted
from catcher.dialog.lint.tls import START

LOGIN = "C* AUTH PLAIN \nS: 235 2.7.0 Authentication successful\n"
# These prove that the client knows the password and do not send it.
SAFE = ("CRAM-MD5", "DIGEST-MD5", "SCRAM-", "GSSAPI", "NTLM", "EXTERNAL")
PREFER = {
    "nodemailer": "Set authMethod: 'PLAIN'.",
    "phpmailer": "Set $mail->AuthType = 'PLAIN'.",
    "javamail": "Set mail.smtp.auth.mechanisms=PLAIN.",
    "rails": "Set authentication: :plain.",
    "swaks": "Use --auth PLAIN.",
    "curl": "Use --login-options AUTH=PLAIN.",
    "msmtp": "Set auth plain.",
}


def mechanism(command: Command) -> str:
    """Return the mechanism that was named, an empty string where it is not known."""
    words = command.argument.split()
    return words[0].upper() if words else ""


@rule(
    "S33",
    Severity.SECURITY,
    "Login without TLS",
    breaks="Anybody on the way can read the password.",
    source="RFC 8314 §5; RFC 4954 §9",
    fix="Turn on TLS in the client and make it a requirement, so that it never logs in without it.",
    example=whole(LOGIN + MAIL + RCPT + SENT),
    fixes=START,
)
def plain_login(session: Session) -> Iterable[Evidence]:
    for command in session.of("AUTH"):
        if command.said.tls or not _shows_password(command):
            continue
        name = quoted(mechanism(command))
        seen = f"AUTH {name}".strip() + " in plain text"
        if session.is_local:
            seen += "; on this machine nobody listens, but in production the same client will do the same"
        yield command.evidence(seen)


def _shows_password(command: Command) -> bool:
    """Tell whether a secret was sent that can be read: not where the server refused before it, or none is sent."""
    if mechanism(command).startswith(SAFE):
        return False
    return command.said.masked or command.code < 400 or len(command.argument.split()) > 1


@rule(
    "S39",
    Severity.ERROR,
    "Login by a method that was not offered",
    breaks="Servers answer 504 or 503, and the login fails.",
    source="RFC 4954 §4",
    fix="Choose one of the methods that stand behind AUTH in the EHLO reply.",
    example=whole("C* AUTH CRAM-MD5\nS: 504 5.5.4 This mechanism is not offered\n"),
    fixes=PREFER,
)
def unknown_method(session: Session) -> Iterable[Evidence]:
    for command in session.of("AUTH"):
        name = mechanism(command)
        if command.offered is None or not name or command.said.is_cut:
            continue
        offered = command.offered.get("AUTH")
        if offered is None or name not in (word.upper() for word in offered):
            yield command.evidence(f"{quoted(name)}, offered: {quoted(' '.join(offered or ())) or 'none'}")


def outcomes(session: Session) -> Iterator[tuple[Command, Step]]:
    """Yield each AUTH command with the last step of its exchange."""
    commands = {id(command.step): command for command in session.commands if command.verb == "AUTH"}
    command: Command | None = None
    last: Step | None = None
    for step in session.steps:
        if step.role is Role.ANSWER:
            last = step
        elif step.role is Role.COMMAND:
            if command is not None and last is not None:
                yield command, last
            command, last = commands.get(id(step)), step
    if command is not None and last is not None:
        yield command, last


@rule(
    "S40",
    Severity.ERROR,
    "Login at the wrong time",
    breaks="Servers answer 503 to a second login, and to one between MAIL and the message.",
    source="RFC 4954 §4",
    fix="Log in once, after EHLO and before the first MAIL.",
    example=whole(LOGIN + "C* AUTH PLAIN \nS: 503 5.5.1 Authenticated already\n"),
    fixes={"smtplib": "Call login() once a connection."},
)
def wrong_time(session: Session) -> Iterable[Evidence]:
    done: set[bool] = set()
    for command, last in outcomes(session):
        if command.said.tls in done:
            yield command.evidence("the client was logged in already")
        elif command.mail is not None and not command.ahead:
            yield command.evidence("AUTH inside of a transaction")
        if last.code == 235:
            done.add(command.said.tls)


@rule(
    "S41",
    Severity.ERROR,
    "Login data is malformed",
    breaks="The login fails, whatever the password.",
    source="RFC 4954 §4; RFC 4616 §2",
    fix="Encode login data as base64 in one line; for PLAIN it is NUL, user, NUL, password.",
    example=whole("C* AUTH PLAIN \nS: 501 5.5.2 This is not base64\n"),
    fixes={"swaks": "Use --auth-user and --auth-password, which encode by themselves."},
)
def malformed(session: Session) -> Iterable[Evidence]:
    for command, last in outcomes(session):
        # RFC 4954 §4: this reply, and no other, stands for what cannot be decoded.
        refused = last.reply is not None and last.reply.brief == "501 5.5.2"
        if refused and last.reply is not None:
            seen = f"the server says: {quoted(last.reply.text)}"
            yield Evidence(seen, (last.seq,), transaction=last.transaction)
        elif (fault := _plain_fault(command)) != "":
            yield command.evidence(fault)


def _plain_fault(command: Command) -> str:
    """Return what is wrong with the initial response of AUTH PLAIN, where it may be seen."""
    words = command.argument.split()
    if not command.is_whole or len(words) != 2 or words[0].upper() != "PLAIN" or words[1] == "=":
        return ""
    try:
        decoded = base64.b64decode(words[1], validate=True)
    except (binascii.Error, ValueError):
        return "it is not base64"
    return "" if decoded.count(b"\x00") == 2 else "it does not hold two NULs"


@rule(
    "S42",
    Severity.INFO,
    "Old login method",
    breaks="LOGIN is no standard and takes a round trip more; CRAM-MD5 makes servers keep passwords in clear.",
    source="RFC 4954 §4; RFC 4616 §1",
    fix="Use PLAIN over TLS.",
    example=tls("C: EHLO app.example.com\nS: 250-mail.example.com\nS: 250 AUTH PLAIN LOGIN\nC* AUTH LOGIN\n"
    + "S: 334 VXNlcm5hbWU6\nC* \nS: 334 UGFzc3dvcmQ6\nC* \nS: 235 2.7.0 Authentication successful\n" + QUIT),
    fixes=PREFER,
)  # fmt: skip
def old_method(session: Session) -> Iterable[Evidence]:
    for command in session.of("AUTH"):
        name = mechanism(command)
        offered = [word.upper() for word in (command.offered or {}).get("AUTH", ())]
        if name == "CRAM-MD5" or (name == "LOGIN" and "PLAIN" in offered):
            yield command.evidence(f"AUTH {name}")
