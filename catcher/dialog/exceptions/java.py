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
        if failure.trouble is Trouble.DROPPED or (failure.is_closing and failure.trouble is Trouble.RECIPIENTS):
            # It says one more command before it reports: where that fails first, this is all that is reported.
            why = "java.net.SocketException: Broken pipe"
            yield Said(f"{api}.MessagingException: Can't send command to SMTP host{_NESTED}{why}")


_NESTED = ";\n  nested exception is:\n\t"


def _javamail(failure: Failure, api: str, package: str) -> str:
    reply = first(failure)
    line = whole(reply) if reply is not None else ""
    nested = _NESTED
    match failure.trouble:
        case Trouble.GREETING:
            start = "Got bad greeting from" if api == "jakarta.mail" else "Could not connect to"
            return f"{api}.MessagingException: {start} SMTP host: "
        case Trouble.CERTIFICATE:
            why = "javax.net.ssl.SSLHandshakeException: PKIX path building failed"
            return f"{api}.MessagingException: Could not convert socket to TLS{nested}{why}"
        case Trouble.AUTH:
            return f"{api}.AuthenticationFailedException: {line}"
        case Trouble.STARTTLS:
            return f"{api}.MessagingException: {line}"
        case Trouble.RECIPIENTS:
            each = (f"{package}.SMTPAddressFailedException: {whole(reply)}\n" for _, reply in failure.refused)
            return f"{api}.SendFailedException: Invalid Addresses{nested}{nested.join(each)}"
        case Trouble.MAIL | Trouble.DATA | Trouble.CONTENT:
            return f"{package}.SMTPSendFailedException: {line}"
        case Trouble.TIMEOUT:
            why = "java.net.SocketTimeoutException: Read timed out"
            return f"{api}.MessagingException: Exception reading response{nested}{why}"
    return ""
