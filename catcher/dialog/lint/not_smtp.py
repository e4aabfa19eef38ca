"""Rules about clients that speak something else: HTTP, or TLS where plain text comes first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import CONNECT
from catcher.dialog.lint.session import HTTP, TLS, Session
from catcher.dialog.records import Direction, Kind, Record


def first_words(session: Session) -> Iterator[Record]:
    """Yield the first line of the client."""
    for record in session.conversation.records:
        if record.direction is Direction.CLIENT:
            if record.kind is Kind.LINE and not record.masked:
                yield record
            return


@rule(
    "S37",
    Severity.ERROR,
    "TLS on a port that starts in plain text",
    breaks="Both sides wait for each other or hang up, and no mail is sent.",
    source="RFC 8314 §3.3; RFC 3207 §4",
    fix="Turn on STARTTLS in place of implicit TLS (often called SSL or SMTPS), or use a port for implicit TLS.",
    example=CONNECT
    + 'C_ \\x16\\x03\\x01\\x02\\x00\\x01\n! discarded bytes=6 why="a TLS handshake"\n! close reason=not-smtp\n',
    fixes={
        "smtplib": "Use SMTP() and starttls() in place of SMTP_SSL().",
        "django": "Set EMAIL_USE_TLS = True and EMAIL_USE_SSL = False.",
        "aiosmtplib": "Pass use_tls=False; start_tls then turns TLS on where it is offered.",
        "nodemailer": "Set secure: false; STARTTLS is still used where it is offered.",
        "phpmailer": "Set $mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS.",
        "symfony": "Use smtp:// in place of smtps:// in the DSN.",
        "javamail": "Set mail.smtp.ssl.enable=false and mail.smtp.starttls.enable=true.",
        "rails": "Remove ssl: and tls: from smtp_settings and set enable_starttls_auto: true.",
        "go": "Use smtp.Dial and c.StartTLS in place of tls.Dial.",
        "swaks": "Use --tls in place of --tls-on-connect (-tlsc).",
        "curl": "Use smtp:// with --ssl-reqd in place of smtps://.",
        "msmtp": "Set tls_starttls on.",
    },
)
def tls_too_early(session: Session) -> Iterable[Evidence]:
    for record in first_words(session):
        if record.data.startswith(TLS) and not record.tls:
            yield Evidence("the first octets are a TLS handshake", (record.seq,))


@rule(
    "S38",
    Severity.SECURITY,
    "HTTP request on the SMTP port",
    breaks="A web page can make a browser talk to a mail port, and so send mail from inside your network.",
    source="RFC 5321 §7.8",
    fix="Check the URL or health check that points here; Sandpost's page has another port.",
    example=CONNECT + "C: GET / HTTP/1.1\nS: 554 5.5.1 This is an SMTP server\n! close reason=not-smtp\n",
)
def web_request(session: Session) -> Iterable[Evidence]:
    for record in first_words(session):
        if HTTP.match(record.data):
            yield Evidence("the first line is an HTTP request", (record.seq,))
