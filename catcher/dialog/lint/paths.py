"""Rules about the addresses of MAIL and RCPT."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint import address
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import MAIL, RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session, quoted

ADDRESS = {
    "smtplib": "Pass addresses alone, such as ann@example.com, to sendmail(); for display names use send_message().",
    "django": "Pass addresses as text; Django takes them apart itself.",
    "phpmailer": "Pass address and name as two arguments to addAddress().",
    "curl": "Use --mail-from and --mail-rcpt with the address alone.",
    "go": "Pass addresses alone to smtp.SendMail; take them from mail.ParseAddress.",
}


def paths(session: Session) -> Iterator[Command]:
    return (command for command in session.of("MAIL", "RCPT") if command.is_whole)


@rule(
    "S11",
    Severity.ERROR,
    "Space around the colon of FROM: or TO:",
    breaks="Strict servers answer 501 to it.",
    source="RFC 5321 §3.3",
    fix="Write MAIL FROM:<address> and RCPT TO:<address> without a space around the colon.",
    example=whole("C: MAIL FROM: <app@example.com>\nS: 250 2.1.0 Sender ok\n" + RCPT + SENT),
)
def space_at_colon(session: Session) -> Iterable[Evidence]:
    for command in paths(session):
        if command.path.gap:
            yield command.evidence(f"{command.verb} {quoted(command.argument)}")


@rule(
    "S12",
    Severity.ERROR,
    "Address is not in angle brackets",
    breaks="Strict servers answer 501 to it.",
    source="RFC 5321 §3.3; RFC 5321 §4.1.2",
    fix="Put the address between < and >.",
    example=whole("C: MAIL FROM:app@example.com\nS: 250 2.1.0 Sender ok\n" + RCPT + SENT),
)
def no_brackets(session: Session) -> Iterable[Evidence]:
    for command in paths(session):
        if not command.path.faulty and not command.path.bracketed:
            yield command.evidence(f"{command.verb} {quoted(command.argument)}")


@rule(
    "S13",
    Severity.ERROR,
    "Address is too long",
    breaks="Servers need not take a local part over 64 octets, a domain over 255 or a path over 256, and refuse them.",
    source="RFC 5321 §4.5.3.1.1; RFC 5321 §4.5.3.1.2; RFC 5321 §4.5.3.1.3",
    fix="Use a shorter address; where it carries a token, keep the token below 64 octets.",
    example=whole(f"C: MAIL FROM:<{'a' * 65}@example.com>\nS: 250 2.1.0 Sender ok\n" + RCPT + SENT),
)
def long_address(session: Session) -> Iterable[Evidence]:
    for command in paths(session):
        text = command.path.address
        local, domain = address.split(text)
        for name, part, most in (("local part", local, 64), ("domain", domain, 255), ("path", f"<{text}>", 256)):
            octets = len(part.encode("utf-8", "replace"))
            if octets > most:
                yield command.evidence(f"the {name} has {octets:,} octets, {most} are allowed")
                break


@rule(
    "S14",
    Severity.ERROR,
    "Address is not valid",
    breaks="Servers refuse it with 501 or 553, or the mail goes to another address than meant.",
    source="RFC 5321 §4.1.2",
    fix="Send an address of the form name@domain; check it where it enters your application.",
    example=whole(MAIL + "C: RCPT TO:<ann..lee@example.com>\nS: 501 5.1.3 This is not an address\n" + RCPT + SENT),
    fixes=ADDRESS,
)
def bad_address(session: Session) -> Iterable[Evidence]:
    for command in paths(session):
        if fault := _fault(command):
            yield command.evidence(f"{quoted(command.path.address or command.argument)}: {fault}")


def _fault(command: Command) -> str:
    path = command.path
    if path.faulty:
        return path.faulty
    if not path.address:
        return "" if command.verb == "MAIL" else "an empty address can only be a sender"
    if not command.is_ascii and not _is_utf8(command.said.data):
        return "it is neither ASCII nor UTF-8"
    if path.address.startswith("<"):
        return "the closing > is missing"
    return address.address_fault(path.address)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


@rule(
    "S15",
    Severity.WARNING,
    "Source route in an address",
    breaks="Servers ignore the route, and some refuse the address because routes were once used to send spam.",
    source="RFC 5321 §3.3; RFC 5321 §4.1.1.3; RFC 5321 §C",
    fix="Send the address alone, without the @host: in front of it.",
    example=whole(MAIL + "C: RCPT TO:<@relay.example.com:ann@example.com>\nS: 250 2.1.5 Recipient ok\n" + SENT),
)
def source_route(session: Session) -> Iterable[Evidence]:
    for command in paths(session):
        if command.path.route:
            yield command.evidence(quoted(command.path.route + command.path.address))


@rule(
    "S23",
    Severity.INFO,
    "Same recipient twice",
    breaks="The recipient may get the message twice, and it counts twice against limits.",
    source="RFC 5321 §4.5.4.1",
    fix="Remove doubles from the list of recipients before sending.",
    example=whole(MAIL + RCPT + RCPT + SENT),
)
def same_recipient(session: Session) -> Iterable[Evidence]:
    known: set[tuple[int, str, str]] = set()
    for command in paths(session):
        if command.verb != "RCPT" or not 200 <= command.code < 300 or command.mail is None:
            continue
        local, domain = address.split(command.path.address)
        key = (id(command.mail), local, domain.lower())
        if key in known:
            yield command.evidence(quoted(command.path.address))
        known.add(key)


@rule(
    "S49",
    Severity.ERROR,
    "Address outside of ASCII without SMTPUTF8",
    breaks="Servers refuse the address, or change it on the way.",
    source="RFC 5321 §2.4; RFC 6531 §3.4",
    fix="Add SMTPUTF8 to the MAIL command where EHLO offers it. If only the domain is not ASCII, send its xn-- form.",
    example=whole("C: MAIL FROM:<app@example.com>\nS: 250 OK\nC: RCPT TO:<zoë@example.com>\nS: 250 OK\n" + SENT),
    fixes={
        "smtplib": "Use send_message(), which asks for SMTPUTF8 by itself, or pass mail_options=['SMTPUTF8'].",
        "javamail": "Set mail.mime.allowutf8=true.",
    },
)
def unicode_address(session: Session) -> Iterable[Evidence]:
    for command in paths(session):
        mail = command if command.verb == "MAIL" else command.mail
        if not command.path.address.isascii() and (mail is None or mail.path.value("SMTPUTF8") is None):
            yield command.evidence(f"{command.verb} {quoted(command.argument)}")
