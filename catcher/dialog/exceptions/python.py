"""smtplib, which Django sends with, and aiosmtplib."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, behind, octets
from catcher.dialog.failure import Failure, Trouble

_UNTRUSTED = "certificate verify failed"


def smtplib(failure: Failure) -> Iterator[Said]:
    reply = failure.reply
    match failure.trouble:
        case Trouble.TIMEOUT:
            yield Said("smtplib.SMTPServerDisconnected: Connection unexpectedly closed: timed out")
        case Trouble.DROPPED:
            yield Said("smtplib.SMTPServerDisconnected: Connection unexpectedly closed")
        case Trouble.CERTIFICATE:
            yield Said(f"ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] {_UNTRUSTED}")
        case Trouble.RECIPIENTS if failure.is_total or failure.is_closing:
            refused = {address: (reply.code, octets(reply)) for address, reply in failure.refused}
            yield Said(f"smtplib.SMTPRecipientsRefused: {refused!r}")
        case Trouble.MAIL if reply is not None:
            yield Said(f"smtplib.SMTPSenderRefused: {(reply.code, octets(reply), failure.sender)!r}")
        case _ if reply is not None and failure.trouble in _SMTPLIB:
            yield Said(f"smtplib.{_SMTPLIB[failure.trouble]}: {(reply.code, octets(reply))!r}")


_SMTPLIB = {
    Trouble.GREETING: "SMTPConnectError",
    Trouble.STARTTLS: "SMTPResponseException",
    Trouble.AUTH: "SMTPAuthenticationError",
    Trouble.DATA: "SMTPDataError",
    Trouble.CONTENT: "SMTPDataError",
}


def aiosmtplib(failure: Failure) -> Iterator[Said]:
    reply = failure.reply
    match failure.trouble:
        case Trouble.TIMEOUT:
            yield Said("aiosmtplib.errors.SMTPReadTimeoutError: Timed out waiting for server response")
        case Trouble.DROPPED:
            yield Said("aiosmtplib.errors.SMTPServerDisconnected: Unexpected EOF received")
        case Trouble.CERTIFICATE:
            yield Said(f"ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] {_UNTRUSTED}")
        case Trouble.RECIPIENTS if failure.is_total:
            refused = ", ".join(
                f"SMTPRecipientRefused{(reply.code, behind(reply), address)!r}" for address, reply in failure.refused
            )
            yield Said(f"aiosmtplib.errors.SMTPRecipientsRefused: [{refused}]")
        case Trouble.MAIL if reply is not None:
            yield Said(f"aiosmtplib.errors.SMTPSenderRefused: {(reply.code, behind(reply), failure.sender)!r}")
        case _ if reply is not None and failure.trouble in _AIOSMTPLIB:
            yield Said(f"aiosmtplib.errors.{_AIOSMTPLIB[failure.trouble]}: {(reply.code, behind(reply))!r}")


_AIOSMTPLIB = {
    Trouble.GREETING: "SMTPConnectResponseError",
    Trouble.STARTTLS: "SMTPResponseException",
    Trouble.DATA: "SMTPDataError",
    Trouble.AUTH: "SMTPAuthenticationError",
    Trouble.CONTENT: "SMTPDataError",
}
