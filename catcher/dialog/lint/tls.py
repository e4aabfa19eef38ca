"""Rules about TLS: whether it is used, how old it is, and why a handshake ended."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint import address
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import CONNECT, MAIL, QUIT, RCPT, SENT, tls
from catcher.dialog.lint.session import Command, Session, quoted
from catcher.dialog.records import Kind

START = {
    "smtplib": "Call starttls(context=ssl.create_default_context()) before login().",
    "django": "Set EMAIL_USE_TLS = True.",
    "aiosmtplib": "Pass start_tls=True: without TLS it then refuses to go on.",
    "nodemailer": "Set requireTLS: true, and do not set ignoreTLS.",
    "phpmailer": "Set $mail->SMTPSecure = PHPMailer::ENCRYPTION_STARTTLS.",
    "symfony": "Do not set auto_tls=false in the DSN.",
    "javamail": "Set mail.smtp.starttls.enable=true and mail.smtp.starttls.required=true.",
    "rails": "Set enable_starttls: true in smtp_settings.",
    "go": "Use smtp.SendMail, which starts TLS where it is offered, or call c.StartTLS before c.Auth.",
    "dotnet": "Set EnableSsl = true; in MailKit connect with SecureSocketOptions.StartTls.",
    "swaks": "Use --tls.",
    "curl": "Use --ssl-reqd.",
    "msmtp": "Set tls on and tls_starttls on.",
}
OLD = frozenset(("SSLV2", "SSLV3", "TLSV1", "TLSV1.0", "TLSV1.1"))
WEAK = ("NULL", "EXP", "RC4", "RC2", "DES", "MD5", "ADH", "AECDH", "ANON")
ALERTS = {
    "unknown ca": "the client does not trust the certificate: give it Sandpost's certificate as an authority",
    "bad certificate": "the client found the certificate faulty: compare the host name it connects to with those in it",
    "certificate unknown": "the client could not check the certificate: give it Sandpost's certificate as an authority",
    "certificate expired": "the client found the certificate expired: check both clocks",
    "unsupported certificate": "the client cannot use this kind of certificate",
    "certificate revoked": "the client found the certificate revoked",
    "protocol version": "the client and Sandpost have no version of TLS in common",
    "unsupported protocol": "the client and Sandpost have no version of TLS in common",
    "handshake failure": "the client and Sandpost have no cipher or key in common",
    "no shared cipher": "the client and Sandpost have no cipher in common",
    "internal error": "the client failed in itself",
    "access denied": "the client's settings do not allow this connection",
    "http request": "an HTTP request came in place of the handshake",
    "wrong version number": "something that is not TLS came in place of the handshake",
    "closed the connection": "the client hung up without a reason, often because it does not trust the certificate",
}


@rule(
    "S30",
    Severity.SECURITY,
    "Commands sent before the TLS handshake",
    breaks="What follows STARTTLS in plain text could come from an attacker; a server that obeys it can be hijacked.",
    source="RFC 3207 §4; RFC 3207 §6",
    fix="Send STARTTLS alone and wait for 220 and the handshake before the next command.",
    example=CONNECT + "C: EHLO app.example.com\nS: 250-mail.example.com\nS: 250 STARTTLS\nC: STARTTLS\n"
    + '! discarded bytes=29 why="sent before the TLS handshake"\nS: 220 2.0.0 Ready to start TLS\n! tls-start\n'
    + "! tls-done version=TLSv1.3 cipher=TLS_AES_256_GCM_SHA384\nC: EHLO app.example.com\n"
    + "S: 250 mail.example.com\n" + QUIT,
)  # fmt: skip
def injected(session: Session) -> Iterable[Evidence]:
    before = None
    for record in session.conversation.records:
        asked = before is not None and before.kind is Kind.LINE and before.data[:8].upper() == b"STARTTLS"
        if asked and before is not None and record.kind is Kind.DISCARDED:
            yield Evidence(f"{record.info.get('bytes', 'some')} octets were thrown away", (before.seq, record.seq))
        before = record
    for first, second in pairwise(session.commands):
        if first.verb == "STARTTLS" and second.ahead and 200 <= first.code < 300:
            yield second.evidence(f"{second.verb or 'a line'} was sent before the handshake")


@rule(
    "S31",
    Severity.WARNING,
    "No EHLO after STARTTLS",
    breaks="Servers forget everything from before the handshake and answer 503 to MAIL and AUTH.",
    source="RFC 3207 §4.2",
    fix="Send EHLO again after the handshake, and use the new list of extensions.",
    example=tls("C: MAIL FROM:<app@example.com>\nS: 503 5.5.1 Send EHLO first\n" + QUIT),
    fixes={"smtplib": "Call ehlo() after starttls(), or use sendmail() or send_message(), which do so."},
)
def no_second_hello(session: Session) -> Iterable[Evidence]:
    was_plain = False
    for command in session.commands:
        if command.said.tls and was_plain and command.verb not in ("EHLO", "LHLO", "HELO", "QUIT"):
            yield command.evidence(f"{command.verb or 'a line'} is the first command after the handshake")
        was_plain = not command.said.tls


@rule(
    "S32",
    Severity.WARNING,
    "STARTTLS offered, not used",
    breaks="Anybody on the way can read and change the mail; many servers refuse it without TLS with 530.",
    source="RFC 8314 §3.3; RFC 8314 §5",
    fix="Turn STARTTLS on in the client, so that it refuses to send without it.",
    example=CONNECT + "C: EHLO app.example.com\nS: 250-mail.example.com\nS: 250 STARTTLS\n" + MAIL + RCPT + SENT + QUIT,
    fixes=START,
)
def not_used(session: Session) -> Iterable[Evidence]:
    first: Command | None = None
    login = False
    for command in session.commands:
        # Tried and failed is another matter.
        if command.verb == "STARTTLS" or command.said.tls:
            return
        if command.verb in ("AUTH", "MAIL") and "STARTTLS" in (command.offered or ()):
            first = first or command
            login = login or command.verb == "AUTH"
    if first is not None:
        yield first.evidence(f"{first.verb} in plain text", Severity.SECURITY if login else None)


@rule(
    "S34",
    Severity.SECURITY,
    "TLS is too old or too weak",
    breaks="Such a connection can be read or changed; current servers refuse it.",
    source="RFC 8996 §4; RFC 8996 §5; RFC 8314 §4.1",
    fix="Update the client's TLS library, or lift the limit in its settings to TLS 1.2 or 1.3.",
    example=tls("C: EHLO app.example.com\nS: 250 mail.example.com\n" + QUIT, "TLSv1", "AES128-SHA"),
    fixes={
        "smtplib": "Pass starttls(context=ssl.create_default_context()).",
        "nodemailer": 'Set tls: { minVersion: "TLSv1.2" }.',
        "javamail": "Set mail.smtp.ssl.protocols=TLSv1.2 TLSv1.3.",
        "go": "Set MinVersion: tls.VersionTLS12 in tls.Config.",
        "curl": "Use --tlsv1.2, which sets the least version.",
    },
)
def old_tls(session: Session) -> Iterable[Evidence]:
    for note in session.conversation.notes:
        if note.kind is not Kind.TLS_DONE:
            continue
        version, cipher = str(note.info.get("version", "")), str(note.info.get("cipher", ""))
        if version.upper() in OLD or any(word in cipher.upper() for word in WEAK):
            yield Evidence(f"{quoted(version)} with {quoted(cipher) or 'an unknown cipher'}", (note.seq,))


@rule(
    "S35",
    Severity.INFO,
    "Server name in TLS is an address",
    breaks="The name exists to choose a certificate; some servers break off the handshake at an address.",
    source="RFC 6066 §3",
    fix="Connect to a host name, or set the name that the certificate carries.",
    example=tls("C: EHLO app.example.com\nS: 250 mail.example.com\n" + QUIT, sni="192.0.2.1"),
    fixes={"nodemailer": "Set tls: { servername: 'mail.example.com' }.", "go": "Set ServerName in tls.Config."},
)
def address_as_name(session: Session) -> Iterable[Evidence]:
    for note in session.conversation.notes:
        name = str(note.info.get("sni", ""))
        if note.kind is Kind.TLS_DONE and address.address_of(name.strip("[]")) is not None:
            yield Evidence(f"server name {quoted(name)}", (note.seq,))


@rule(
    "S36",
    Severity.INFO,
    "TLS handshake failed",
    breaks="No mail was sent over this connection.",
    source="RFC 8446 §6",
    fix="Follow the reason. If the certificate is not trusted, add it to those that the client trusts.",
    example=CONNECT + "C: EHLO app.example.com\nS: 250-mail.example.com\nS: 250 STARTTLS\nC: STARTTLS\n"
    + 'S: 220 2.0.0 Ready to start TLS\n! tls-start\n! tls-fail error="tlsv1 alert unknown ca"\n! close reason=tls\n',
    fixes={
        "smtplib": "Pass starttls(context=ssl.create_default_context(cafile='certificate.pem')).",
        "nodemailer": "Set tls: { ca: [certificate] }.",
        "go": "Put the certificate into RootCAs of tls.Config.",
        "curl": "Use --cacert certificate.pem.",
        "msmtp": "Set tls_trust_file certificate.pem.",
    },
)  # fmt: skip
def failed(session: Session) -> Iterable[Evidence]:
    for note in session.conversation.notes:
        if note.kind is Kind.TLS_FAIL:
            error = str(note.info.get("error", ""))
            advice = next((text for words, text in ALERTS.items() if words in error.lower()), "")
            yield Evidence(f"{quoted(error, 100)}{': ' if advice else ''}{advice}", (note.seq,))
