"""Jakarta Mail, and JavaMail, which it was before."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, first, whole
from catcher.dialog.failure import Failure, Trouble


def javamail(failure: Failure) -> Iterator[Said]:
    for api, package in (("jakarta.mail", "org.eclipse.angus.mail.smtp"), ("javax.mail", "com.sun.mail.smtp")):
        text = _javamail(failure, api, package)
        if text:
            yield Said(text)


def _javamail(failure: Failure, api: str, package: str) -> str:
    reply = first(failure)
    line = whole(reply) if reply is not None else ""
    nested = ";\n  nested exception is:\n\t"
    match failure.trouble:
        case Trouble.GREETING:
            start = "Got bad greeting from" if api == "jakarta.mail" else "Could not connect to"
            return f"{api}.MessagingException: {start} SMTP host: "
        case Trouble.CERTIFICATE:
            why = "javax.net.ssl.SSLHandshakeException: PKIX path building failed"
            return f"{api}.MessagingException: Could not convert socket to TLS{nested}{why}"
        case Trouble.AUTH:
            return f"{api}.AuthenticationFailedException: {line}"
        case Trouble.RECIPIENTS if not failure.is_closing:
            return f"{api}.SendFailedException: Invalid Addresses{nested}{package}.SMTPAddressFailedException: {line}"
        case Trouble.MAIL | Trouble.DATA | Trouble.CONTENT:
            return f"{package}.SMTPSendFailedException: {line}"
        case Trouble.TIMEOUT:
            why = "java.net.SocketTimeoutException: Read timed out"
            return f"{api}.MessagingException: Exception reading response{nested}{why}"
    return ""
