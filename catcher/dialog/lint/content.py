"""Rules about what the envelope says of the content. They use what was noted of the content when it was stored.

In the `info` of the BODY record: `eight_bit` (it has octets above 127), `mime` (its header has MIME-Version), `report`
(the report-type of a multipart/report, or empty), `auto_submitted` (the value of Auto-Submitted, or empty). Where a
key is missing, the rules that need it say nothing.
"""

from __future__ import annotations

from collections.abc import Iterable

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.parameters import about, messages
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import DATA, RCPT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session
from catcher.dialog.records import Record

EIGHT_BIT = {
    "smtplib": "Pass mail_options=['BODY=8BITMIME'], or use send_message() with a message of the default policy.",
    "javamail": "Set mail.smtp.allow8bitmime=true.",
}


def _example(parameters: str, facts: str, sender: str = "app@example.com") -> str:
    mail = f"C: MAIL FROM:<{sender}>{parameters}\nS: 250 2.1.0 Sender ok\n"
    return whole(mail + RCPT + DATA + f"= bytes=300 {facts}\nS: 250 2.0.0 Stored\n")


def fact(record: Record, name: str) -> bool | None:
    """Return a fact about the content, None where it was not noted."""
    value = record.info.get(name)
    return None if value is None else bool(value)


def body(mail: Command) -> str:
    return (mail.path.value("BODY") or "").upper()


@rule(
    "S46",
    Severity.ERROR,
    "8-bit content was not announced",
    breaks="Servers on the way may cut the eighth bit or refuse the message: umlauts and other letters are lost.",
    source="RFC 5321 §2.4; RFC 6152 §3",
    fix="Add BODY=8BITMIME to MAIL where EHLO offers 8BITMIME, or encode as quoted-printable or base64.",
    example=_example("", "eight_bit=1 mime=1"),
    fixes=EIGHT_BIT,
)
def eight_bit(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        announced = body(mail) in ("8BITMIME", "BINARYMIME") or mail.path.value("SMTPUTF8") is not None
        if fact(record, "eight_bit") and not announced:
            yield about(record, "octets above 127, no BODY=8BITMIME", mail)


@rule(
    "S47",
    Severity.ERROR,
    "8BITMIME for a message without MIME",
    breaks="Nothing says which letters the octets above 127 stand for, so each reader sees others.",
    source="RFC 5321 §2.4; RFC 6152 §3",
    fix="Add MIME-Version and a Content-Type with charset, or leave BODY=8BITMIME away.",
    example=_example(" BODY=8BITMIME", "eight_bit=1 mime=0"),
    fixes={"go": "Write MIME-Version and Content-Type headers: smtp.SendMail asks for 8BITMIME where it can."},
)
def not_mime(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        # Without such octets the parameter is needless, but loses nothing.
        if body(mail) == "8BITMIME" and fact(record, "mime") is False and fact(record, "eight_bit"):
            yield about(record, "BODY=8BITMIME, no MIME-Version field", mail)


@rule(
    "S48",
    Severity.INFO,
    "8BITMIME is not needed",
    breaks="A server that must pass the message on to one without 8BITMIME has to look through it for nothing.",
    source="RFC 6152 §3",
    fix="Nothing needs to change; leave BODY=8BITMIME away where the message is pure ASCII.",
    example=_example(" BODY=8BITMIME", "eight_bit=0 mime=1"),
)
def needless(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        # Together with SMTPUTF8 it is good manners (RFC 6531 §3.6).
        if body(mail) == "8BITMIME" and fact(record, "eight_bit") is False and mail.path.value("SMTPUTF8") is None:
            yield about(record, "no octet above 127", mail)


@rule(
    "S51",
    Severity.WARNING,
    "SMTPUTF8 is not needed",
    breaks="Servers without SMTPUTF8 refuse a message that they could have taken.",
    source="RFC 6531 §3.4",
    fix="Ask for SMTPUTF8 only if an address or a header field is not ASCII.",
    example=_example(" SMTPUTF8", "eight_bit=0"),
)
def needless_utf8(session: Session) -> Iterable[Evidence]:
    unicode = {id(c.mail) for c in session.of("RCPT") if c.mail is not None and not (c.is_whole and c.is_ascii)}
    for mail, record in messages(session):
        if mail.path.value("SMTPUTF8") is None or fact(record, "eight_bit") is not False:
            continue
        if mail.is_ascii and id(mail) not in unicode:
            yield about(record, "addresses and content are ASCII", mail)


@rule(
    "S68",
    Severity.WARNING,
    "Ordinary message without a sender",
    breaks="If it cannot be delivered, nobody is told; filters treat it as a bounce.",
    source="RFC 5321 §4.5.5",
    fix="Give an address in MAIL FROM that somebody reads. The empty one is for bounces and automatic answers.",
    example=_example("", "report='' auto_submitted=''", ""),
)
def no_sender(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        automatic = record.info.get("report"), record.info.get("auto_submitted")
        if mail.path.bracketed and not mail.path.address and automatic[0] == "" and automatic[1] in ("", "no"):
            yield about(record, "MAIL FROM:<> for what is no report", mail)


@rule(
    "S69",
    Severity.WARNING,
    "Report with a sender",
    breaks="A report that cannot be delivered is answered with another one: mail loops begin so.",
    source="RFC 5321 §4.5.5; RFC 8098 §3",
    fix="Send delivery and reading reports with MAIL FROM:<>.",
    example=_example("", "report=delivery-status"),
)
def report_with_sender(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        report = str(record.info.get("report", ""))
        if mail.path.address and report in ("delivery-status", "disposition-notification"):
            yield about(record, f"{report} from {mail.path.address[:60]}", mail)
