"""nodemailer."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, whole
from catcher.dialog.failure import Failure, Trouble


def nodemailer(failure: Failure) -> Iterator[Said]:
    match failure.trouble:
        case Trouble.TIMEOUT:
            yield Said("Error: Timeout", _node("ETIMEDOUT", 0, "CONN"))
        case Trouble.DROPPED:
            yield Said("Error: Connection closed unexpectedly", _node("ECONNECTION", 0, "CONN"))
            if not failure.verb:  # which of the two is seen hangs on how much of the message was sent
                yield Said("Error: write EPIPE", _node("ESOCKET", 0, "CONN"))
        case Trouble.CERTIFICATE:
            yield Said("Error: self-signed certificate", _node("ESOCKET", 0, "CONN"))
        case Trouble.RECIPIENTS if not failure.is_total:
            return  # sendMail succeeds, and tells the refused ones in `rejected`
        case _ if failure.reply is not None:
            yield from _nodemailer_reply(failure, whole(failure.reply))


def _nodemailer_reply(failure: Failure, line: str) -> Iterator[Said]:
    if failure.is_closing and failure.trouble is Trouble.RECIPIENTS:
        # Version 10 looks at the code first; version 6 does not.
        yield Said(f"Error: Server closed the connection: {line}", _node("ECONNECTION", failure.code, "CONN"))
    text, code, command = {
        Trouble.GREETING: (f"Invalid greeting. response={line}", "EPROTOCOL", "CONN"),
        Trouble.STARTTLS: ("Error upgrading connection with STARTTLS", "ETLS", "STARTTLS"),
        Trouble.AUTH: ("Invalid login", "EAUTH", f"AUTH {failure.mechanism}"),
        Trouble.MAIL: ("Mail command failed", "EENVELOPE", "MAIL FROM"),
        Trouble.RECIPIENTS: ("Can't send mail - all recipients were rejected", "EENVELOPE", "RCPT TO"),
        Trouble.DATA: ("Data command failed", "EENVELOPE", "DATA"),
        Trouble.CONTENT: ("Message failed", "EMESSAGE", "DATA"),
    }[failure.trouble]
    yield Said(f"Error: {text}: {line}", _node(code, failure.code, command))


def _node(code: str, response: int, command: str) -> str:
    """Return the fields beside the message, as the recordings print them."""
    fields = {"code": code, **({"responseCode": response} if response else {}), "command": command}
    return json.dumps(fields, separators=(",", ":"))
