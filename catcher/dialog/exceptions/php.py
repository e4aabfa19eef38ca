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
            refused = "\n".join(f"{address}: {reply.text}" for address, reply in failure.refused)
            yield Said(f"{name}SMTP Error: The following recipients failed: {refused}")
        case Trouble.DATA | Trouble.CONTENT:
            yield Said(f"{name}SMTP Error: data not accepted.")
        case Trouble.TIMEOUT | Trouble.DROPPED if failure.verb == "RCPT":
            yield Said(f"{name}SMTP Error: The following recipients failed: {failure.sender}:")
        case Trouble.TIMEOUT | Trouble.DROPPED if not failure.verb:
            yield Said(f"{name}SMTP Error: data not accepted.")


_SYMFONY = {
    Trouble.GREETING: "220",
    Trouble.STARTTLS: "220",
    Trouble.MAIL: "250",
    Trouble.RECIPIENTS: "250/251/252",
    Trouble.DATA: "354",
    Trouble.CONTENT: "250",
}


def symfony(failure: Failure) -> Iterator[Said]:
    """Version 5.4 raises TransportException for a reply, later ones a subclass of it."""
    package = "Symfony\\Component\\Mailer\\Exception"
    name = f"{package}\\TransportException: "
    reply = first(failure)
    match failure.trouble:
        case Trouble.TIMEOUT:
            yield Said(f'{name}Connection to "')
        case Trouble.DROPPED if failure.verb:
            yield Said(f'{name}Connection to "')
        case Trouble.DROPPED:
            yield Said(f"{name}Unable to write bytes on the wire.")
        case Trouble.CERTIFICATE:
            yield Said(f"{name}Unable to connect with STARTTLS")
        case Trouble.AUTH:
            yield Said(f"{name}Failed to authenticate on SMTP server with username ")
        case _ if reply is not None and is_single(reply) and failure.trouble in _SYMFONY:
            expected, line = _SYMFONY[failure.trouble], whole(reply)
            text = f'Expected response code "{expected}" but got code "{reply.code}", with message "{line}".'
            yield Said(name + text)
            yield Said(f"{package}\\UnexpectedResponseException: {text}", is_seen=False)
