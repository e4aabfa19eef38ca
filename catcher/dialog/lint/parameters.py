"""Rules about the parameters of MAIL and RCPT, and the size that they declare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import BODY, DATA, MAIL, RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Command, Session, quoted
from catcher.dialog.records import Record

# Which extension a parameter comes with. SMTPUTF8, BINARYMIME and those of DSN have rules of their own.
EXTENSION = {
    "SIZE": "SIZE",
    "BODY": "8BITMIME",
    "AUTH": "AUTH",
    "REQUIRETLS": "REQUIRETLS",
    "MT-PRIORITY": "MT-PRIORITY",
    "HOLDFOR": "FUTURERELEASE",
    "HOLDUNTIL": "FUTURERELEASE",
    "BY": "DELIVERBY",
    "MTRK": "MTRK",
    "RRVS": "RRVS",
    "SUBMITTER": "SUBMITTER",
}
ELSEWHERE = frozenset(("SMTPUTF8", "RET", "ENVID", "NOTIFY", "ORCPT"))
# Extensions that add no parameter to MAIL or RCPT: what is neither here nor above may bring one that we do not know.
KNOWN = frozenset(
    (
        *EXTENSION.values(), "SMTPUTF8", "DSN", "BINARYMIME", "CHUNKING", "PIPELINING", "ENHANCEDSTATUSCODES",
        "STARTTLS", "HELP", "VRFY", "EXPN", "ETRN", "TURN", "ATRN", "LIMITS", "SEND", "SOML", "SAML",
    )
)  # fmt: skip


def parametrised(session: Session) -> Iterator[Command]:
    """Yield the commands whose parameters, and what was offered before them, are known."""
    for command in session.of("MAIL", "RCPT"):
        if command.is_whole and command.path.parameters and command.offered is not None:
            yield command


@rule(
    "S16",
    Severity.ERROR,
    "Parameter was not offered",
    breaks="Servers answer 555 or 501, and the message or the recipient is refused.",
    source="RFC 5321 §4.1.1.3; RFC 5321 §4.1.1.11",
    fix="Send a parameter only where the EHLO reply offers the extension that it belongs to.",
    example=whole(
        "C: MAIL FROM:<app@example.com> REQUIRETLS\nS: 555 5.5.4 Parameter REQUIRETLS was not offered\n"
        + MAIL + RCPT + SENT
    ),
)  # fmt: skip
def not_offered(session: Session) -> Iterable[Evidence]:
    for command in parametrised(session):
        offered = command.offered or {}
        for keyword, value in command.path.parameters:
            if keyword in ELSEWHERE or (keyword, (value or "").upper()) == ("BODY", "BINARYMIME"):
                continue
            extension = EXTENSION.get(keyword)
            is_missing = extension not in offered if extension else offered.keys() <= KNOWN
            if is_missing:
                yield command.evidence(f"{command.verb} with {quoted(keyword)}")


@rule(
    "S17",
    Severity.ERROR,
    "Parameter is given twice",
    breaks="Servers answer 501, or take the first or the last of them.",
    source="RFC 1870 §6",
    fix="Give each parameter once.",
    example=whole("C: MAIL FROM:<app@example.com> SIZE=300 SIZE=320\nS: 250 2.1.0 Sender ok\n" + RCPT + SENT),
)
def twice(session: Session) -> Iterable[Evidence]:
    for command in session.of("MAIL", "RCPT"):
        if command.is_whole:
            # A flag is no worse for being set twice, which smtplib can be made to do.
            counts = Counter(keyword for keyword, value in command.path.parameters if value is not None)
            for keyword, count in counts.items():
                if count > 1:
                    yield command.evidence(f"{quoted(keyword)} {count} times")


def declared(command: Command) -> int | None:
    """Return the value of a MAIL command's SIZE, None where there is none."""
    value = command.path.value("SIZE") or ""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 20 else None


def messages(session: Session) -> Iterator[tuple[Command, Record]]:
    """Yield the MAIL command and the data of each message that came to its end within the limit."""
    for transaction in session.transactions:
        mail, content = session.mail_of(transaction), transaction.content
        if mail is None or not mail.is_whole or content is None or content.said is None:
            continue
        info = content.said.info
        if info.get("ended", True) and not info.get("oversize"):
            yield mail, content.said


def octets(record: Record) -> int:
    value = record.info.get("bytes", 0)
    return value if isinstance(value, int) else 0


def about(record: Record, seen: str, mail: Command) -> Evidence:
    return Evidence(seen, (mail.step.seq, record.seq), transaction=record.transaction)


@rule(
    "S43",
    Severity.WARNING,
    "Declared SIZE is too small",
    breaks="The server reserves too little, and may refuse the message after it was sent in full.",
    source="RFC 1870 §5; RFC 1870 §6.3",
    fix="Count the octets as sent: line ends as two, without the doubled dots and the final dot.",
    example=whole("C: MAIL FROM:<app@example.com> SIZE=100\nS: 250 2.1.0 Sender ok\n" + RCPT + SENT),
    fixes={"smtplib": r"Pass bytes with \r\n line ends to sendmail(), or use send_message()."},
)
def small_size(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        size = declared(mail)
        # The last line's end is also the beginning of the terminator, and not everybody counts it.
        if size and octets(record) > size + 2:
            more = octets(record) - size
            yield about(record, f"declared {size:,}, sent {octets(record):,} octets (+{more:,})", mail)


@rule(
    "S44",
    Severity.WARNING,
    "Declared SIZE is above the server's limit",
    breaks="The server refuses the message at once; sending it again can only fail again.",
    source="RFC 1870 §4; RFC 1870 §6.2",
    fix="Compare the size with SIZE in the EHLO reply before sending; send a link in place of a large attachment.",
    example=whole("C: MAIL FROM:<app@example.com> SIZE=99000000\nS: 552 5.3.4 Message too big\n"),
)
def large_size(session: Session) -> Iterable[Evidence]:
    for command in session.of("MAIL"):
        limits = (command.offered or {}).get("SIZE", ())
        limit = int(limits[0]) if limits and limits[0].isascii() and limits[0].isdigit() and len(limits[0]) < 20 else 0
        size = declared(command)
        if command.is_whole and limit and size is not None and size > limit:
            yield command.evidence(f"declared {size:,} where {limit:,} octets are the limit")


@rule(
    "S45",
    Severity.INFO,
    "Large message without SIZE",
    breaks="A server that cannot take so much says so only after all of it was sent.",
    source="RFC 5321 §4.5.3.1.7; RFC 1870 §4",
    fix="Add SIZE=octets to MAIL where EHLO offers it.",
    example=whole(MAIL + RCPT + DATA + BODY.replace("300", "70000")),
    fixes={"smtplib": "Use sendmail() or send_message(), which declare the size."},
)
def no_size(session: Session) -> Iterable[Evidence]:
    for mail, record in messages(session):
        if "SIZE" in (mail.offered or {}) and mail.path.value("SIZE") is None and octets(record) > 65536:
            yield about(record, f"{octets(record):,} octets", mail)


@rule(
    "S50",
    Severity.ERROR,
    "SMTPUTF8 was not offered",
    breaks="Servers without it answer 555, and the message is refused.",
    source="RFC 6531 §3.2",
    fix="Ask for SMTPUTF8 only where EHLO offers it; elsewhere send addresses in ASCII only.",
    example=whole("C: MAIL FROM:<app@example.com> SMTPUTF8\nS: 555 5.5.4 Parameter SMTPUTF8 was not offered\n").replace(
        "S: 250-SMTPUTF8\n", ""
    ),
)
def utf8_not_offered(session: Session) -> Iterable[Evidence]:
    for command in parametrised(session):
        if command.path.value("SMTPUTF8") is not None and "SMTPUTF8" not in (command.offered or {}):
            yield command.evidence("MAIL with SMTPUTF8")


@rule(
    "S56",
    Severity.ERROR,
    "BINARYMIME cannot be used here",
    breaks="Servers refuse the message: binary content needs BINARYMIME in the EHLO reply and BDAT in place of DATA.",
    source="RFC 3030 §3",
    fix="Encode the message as base64, or use BDAT where both BINARYMIME and CHUNKING are offered.",
    example=whole("C: MAIL FROM:<app@example.com> BODY=BINARYMIME\nS: 501 5.5.4 Parameter BODY is not valid\n"),
)
def binary(session: Session) -> Iterable[Evidence]:
    for command in parametrised(session):
        if _is_binary(command) and "BINARYMIME" not in (command.offered or {}):
            yield command.evidence("BODY=BINARYMIME was not offered")
    for command in session.of("DATA"):
        if command.mail is not None and _is_binary(command.mail) and "BINARYMIME" in (command.mail.offered or {}):
            yield command.evidence("DATA after BODY=BINARYMIME")


def _is_binary(command: Command) -> bool:
    return command.is_whole and (command.path.value("BODY") or "").upper() == "BINARYMIME"
