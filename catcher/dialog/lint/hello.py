"""Rules about EHLO and HELO: how a client introduces itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint import address
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import CONNECT, MAIL, OFFER, QUIT, RCPT, SENT
from catcher.dialog.lint.session import HELLOS, Command, Session, quoted

NAME = {
    "smtplib": 'Pass local_hostname="app.example.com" to smtplib.SMTP().',
    "django": "Give the machine a full host name: Django sends what socket.getfqdn() returns.",
    "aiosmtplib": 'Pass local_hostname="app.example.com".',
    "nodemailer": 'Set name: "app.example.com" in the transport options.',
    "phpmailer": "Set $mail->Helo = 'app.example.com'.",
    "symfony": "Add ?local_domain=app.example.com to the DSN.",
    "javamail": "Set the property mail.smtp.localhost.",
    "rails": 'Set domain: "app.example.com" in smtp_settings.',
    "go": 'Call c.Hello("app.example.com") first: smtp.SendMail always says localhost.',
    "swaks": "Use --ehlo app.example.com.",
    "curl": "Put the name into the URL: smtp://server/app.example.com.",
    "msmtp": "Set domain app.example.com.",
}


def names(session: Session) -> Iterator[tuple[Command, str]]:
    """Yield each hello with its argument, the same argument once."""
    known: set[str] = set()
    for command in session.of(*HELLOS):
        if command.is_whole and command.argument not in known:
            known.add(command.argument)
            yield command, command.argument


def simple_names(session: Session) -> Iterator[tuple[Command, str]]:
    """Yield those that consist of one word of ASCII, as they should."""
    return ((command, name) for command, name in names(session) if name and command.is_ascii and len(name.split()) == 1)


@rule(
    "S02",
    Severity.ERROR,
    "No EHLO before MAIL",
    breaks="Servers answer 503 to a MAIL command before EHLO or HELO, and no mail is sent.",
    source="RFC 5321 §4.1.1.1; RFC 5321 §4.1.4",
    fix="Send EHLO after the greeting and wait for its reply before MAIL.",
    example=CONNECT + "C: MAIL FROM:<app@example.com>\nS: 503 5.5.1 Send EHLO first\n" + QUIT,
    fixes={"smtplib": "Call ehlo(), or use sendmail() or send_message(), which do so when it is needed."},
)
def no_hello(session: Session) -> Iterable[Evidence]:
    for command in session.of("MAIL"):
        # After a TLS handshake the missing EHLO is a finding of its own.
        if not command.has_hello and not command.said.tls and (session.has_beginning or command.code == 503):
            yield command.evidence("MAIL without an accepted EHLO or HELO")


@rule(
    "S03",
    Severity.WARNING,
    "HELO instead of EHLO",
    breaks="HELO switches all extensions off: no TLS, no login, no size check, no 8-bit content.",
    source="RFC 5321 §3.2; RFC 5321 §4.1.1.1",
    fix="Send EHLO first; fall back to HELO only when EHLO is refused.",
    example=CONNECT + "C: HELO app.example.com\nS: 250 mail.example.com\n" + MAIL + RCPT + SENT + QUIT,
    fixes={
        "smtplib": "Call ehlo(), or neither: sendmail() tries EHLO first.",
        "swaks": "Use --protocol ESMTP, which is the default.",
    },
)
def old_hello(session: Session) -> Iterable[Evidence]:
    first = next(session.of("EHLO", "HELO", "LHLO"), None)
    if first is not None and first.verb == "HELO" and session.has_beginning:
        yield first.evidence("HELO is the first command of its kind, EHLO was not tried")


@rule(
    "S04",
    Severity.WARNING,
    "EHLO name is not a full domain name",
    breaks="Many servers refuse or mark down mail from a client whose name cannot be looked up in the DNS.",
    source="RFC 5321 §2.3.5; RFC 5321 §4.1.1.1; RFC 5321 §4.1.4",
    fix="Send the full name of the sending host, or its address in brackets such as [192.0.2.1] if it has no name.",
    example=CONNECT + "C: EHLO app\n" + OFFER + MAIL + RCPT + SENT + QUIT,
    fixes=NAME,
)
def short_name(session: Session) -> Iterable[Evidence]:
    for command, name in simple_names(session):
        if name.startswith("[") or address.address_of(name) is not None:
            continue
        fault = address.domain_fault(name)
        if not fault and "." not in name:
            fault = "it has no dot"
        elif not fault and name.lower().endswith((".localdomain", ".localhost")):
            fault = "it ends in a name that means this machine only"
        if fault:
            yield command.evidence(f"{quoted(name)}: {fault}")


@rule(
    "S05",
    Severity.WARNING,
    "EHLO address is malformed",
    breaks="Some servers refuse an IP address that is not written in the form that EHLO takes.",
    source="RFC 5321 §4.1.3",
    fix="Write an IPv4 address as [192.0.2.1] and an IPv6 address as [IPv6:2001:db8::1].",
    example=CONNECT + "C: EHLO 127.0.0.1\n" + OFFER + MAIL + RCPT + SENT + QUIT,
    fixes=NAME,
)
def bad_literal(session: Session) -> Iterable[Evidence]:
    for command, name in simple_names(session):
        if address.address_of(name) is not None:
            yield command.evidence(f"{quoted(name)}: the brackets are missing")
        elif name.startswith("[") and (fault := address.literal_fault(name)):
            yield command.evidence(f"{quoted(name)}: {fault}")


@rule(
    "S06",
    Severity.ERROR,
    "EHLO takes exactly one name",
    breaks="Servers answer 501 to an EHLO without a name, and may do so when more than a name follows.",
    source="RFC 5321 §4.1.1.1",
    fix="Send one name behind EHLO and nothing else.",
    example=CONNECT + "C: EHLO\nS: 501 5.5.4 Syntax: EHLO hostname\n" + QUIT,
    fixes=NAME,
)
def wrong_arguments(session: Session) -> Iterable[Evidence]:
    for command, name in names(session):
        words = name.split()
        if len(words) != 1:
            seen = f"more than one word: {quoted(name)}" if words else "no name"
            yield command.evidence(f"{command.verb} with {seen}")


@rule(
    "S07",
    Severity.INFO,
    "EHLO address is not the client's",
    breaks="Spam filters compare the two. Behind a router or in a container the difference is usual.",
    source="RFC 5321 §4.1.4",
    fix="Send a host name instead of an address.",
    example=CONNECT.replace("127.0.0.1", "192.0.2.7") + "C: EHLO [192.0.2.1]\n" + OFFER + MAIL + RCPT + SENT + QUIT,
    fixes=NAME,
)
def other_address(session: Session) -> Iterable[Evidence]:
    peer = address.address_of(session.peer)
    # Through loopback every address of the machine is its own.
    if peer is None or session.is_local:
        return
    for command, name in simple_names(session):
        claimed = address.address_of(name[1:-1].removeprefix("IPv6:")) if name.startswith("[") else None
        if claimed is not None and claimed != peer and claimed != getattr(peer, "ipv4_mapped", None):
            yield command.evidence(f"says {quoted(name)}, connected from {peer}")


@rule(
    "S08",
    Severity.ERROR,
    "EHLO name is not ASCII",
    breaks="Servers refuse the name: at EHLO nobody knows yet whether the other side takes UTF-8.",
    source="RFC 6531 §3.7.1",
    fix="Send the name in its ASCII form (xn--...), as idna encoders return it.",
    example=CONNECT + "C: EHLO b\\xc3\\xbccher.example\n" + OFFER + MAIL + RCPT + SENT + QUIT,
    fixes=NAME,
)
def unicode_name(session: Session) -> Iterable[Evidence]:
    for command, name in names(session):
        if not command.is_ascii:
            yield command.evidence(f"{command.verb} {quoted(name)}")
