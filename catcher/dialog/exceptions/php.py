"""PHPMailer and Symfony Mailer."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, first, is_single, whole
from catcher.dialog.failure import Failure, Trouble


def phpmailer(failure: Failure) -> Iterator[Said]:
    name = "PHPMailer\\PHPMailer\\Exception: "
    reply = failure.reply
    match failure.trouble:
        case Trouble.GREETING | Trouble.STARTTLS | Trouble.CERTIFICATE:
            yield Said(f"{name}SMTP Error: Could not connect to SMTP host.")
        case Trouble.AUTH:
            yield Said(f"{name}SMTP Error: Could not authenticate.")
        case Trouble.MAIL if reply is not None and is_single(reply):
            yield Said(
                f"{name}The following From address failed: {failure.sender} : MAIL FROM command failed,{reply.text}"
            )
        case Trouble.RECIPIENTS if all(is_single(reply) for _, reply in failure.refused):
            refused = "".join(f"{address}: {reply.text}" for address, reply in failure.refused)
            yield Said(f"{name}SMTP Error: The following recipients failed: {refused}")
        case Trouble.DATA | Trouble.CONTENT:
            yield Said(f"{name}SMTP Error: data not accepted.")
        case Trouble.TIMEOUT | Trouble.DROPPED if failure.verb == "RCPT":
            yield Said(f"{name}SMTP Error: The following recipients failed: {failure.sender}:")


_SYMFONY = {
    Trouble.GREETING: "220",
    Trouble.MAIL: "250",
    Trouble.RECIPIENTS: "250/251/252",
    Trouble.DATA: "354",
    Trouble.CONTENT: "250",
}


def symfony(failure: Failure) -> Iterator[Said]:
    """Version 5.4 raises TransportException; what later ones raise here is a subclass of it."""
    name = "Symfony\\Component\\Mailer\\Exception\\TransportException: "
    reply = first(failure)
    match failure.trouble:
        case Trouble.CERTIFICATE:
            yield Said(f"{name}Unable to connect with STARTTLS")
        case Trouble.AUTH:
            yield Said(f"{name}Failed to authenticate on SMTP server with username ")
        case _ if reply is not None and is_single(reply) and failure.trouble in _SYMFONY:
            expected, line = _SYMFONY[failure.trouble], whole(reply)
            yield Said(f'{name}Expected response code "{expected}" but got code "{reply.code}", with message "{line}".')
