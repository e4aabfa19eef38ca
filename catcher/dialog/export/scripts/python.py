"""A Python program of the standard library that says every command as it was said."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.dialog.export.scripts.repetition import Delivery, Repetition

_PROGRAM = '''\
"""Repeats an SMTP session that was recorded by Sandpost: every command as it was said."""

import os
import smtplib
import ssl
from pathlib import Path

HOST, PORT = {host}, {port}
HELLO = {hello}
# What stands behind MAIL, what stands behind each RCPT, and the message's file beside this program (None: no DATA).
TRANSACTIONS = [
{transactions}]


def deliver(smtp, mail, recipients, file):
    smtp.docmd("MAIL", mail)
    for recipient in recipients:
        smtp.docmd("RCPT", recipient)
    if file is None:
        smtp.docmd("RSET")
    elif smtp.docmd("DATA")[0] == 354:
        content = Path(__file__).with_name(file).read_bytes()
        if content and not content.endswith(b"\\r\\n"):
            content += b"\\r\\n"
        smtp.send((b"\\r\\n" + content).replace(b"\\r\\n.", b"\\r\\n..")[2:] + b".\\r\\n")
        smtp.getreply()


def main():
    with smtplib.SMTP(HOST, PORT, local_hostname=HELLO, timeout=60) as smtp:
        smtp.command_encoding = "utf-8"
        smtp.set_debuglevel(1)
{steps}        for mail, recipients, file in TRANSACTIONS:
            deliver(smtp, mail, recipients, file)


if __name__ == "__main__":
    main()
'''


def python(repetition: Repetition) -> str:
    """Return a program that needs nothing but Python."""
    return _PROGRAM.format(
        host=ascii(repetition.host),
        port=repetition.port,
        hello=ascii(_line(repetition.hello)),
        transactions="".join(f"    {_transaction(delivery)},\n" for delivery in repetition.deliveries),
        steps="".join(f"        {line}\n" for line in _steps(repetition)),
    )


def _transaction(delivery: Delivery) -> str:
    recipients = ", ".join(ascii(_line(recipient)) for recipient in delivery.recipients)
    return f"({_line(delivery.mail)!a}, [{recipients}], {delivery.file or None!a})"


def _steps(repetition: Repetition) -> Iterator[str]:
    hello = "smtp.ehlo()" if repetition.extended else "smtp.helo()"
    yield hello
    if repetition.tls:
        # Sandpost's certificate is its own, which no client knows.
        yield "smtp.starttls(context=ssl._create_unverified_context())"
        yield hello
    if not repetition.auth:
        return
    yield f"smtp.user = {repetition.user!a}" if repetition.user else 'smtp.user = os.environ["SMTP_USER"]'
    yield 'smtp.password = os.environ["SMTP_PASSWORD"]'
    if repetition.mechanism in {"PLAIN", "LOGIN", "CRAM-MD5"}:
        method = repetition.mechanism.lower().replace("-", "_")
        yield f'smtp.auth("{repetition.mechanism}", smtp.auth_{method})'
    else:
        yield "smtp.login(smtp.user, smtp.password)"


def _line(text: str) -> str:
    """Return text that fits into one command: smtplib refuses line breaks, and rightly."""
    return text.replace("\r", "\\r").replace("\n", "\\n")
