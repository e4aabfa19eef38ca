"""Net::SMTP, which the mail gem and Action Mailer of Rails send with."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, first, is_single, whole
from catcher.dialog.failure import Failure, Trouble


def ruby(failure: Failure) -> Iterator[Said]:
    reply = first(failure)
    match failure.trouble:
        case Trouble.TIMEOUT:
            yield Said("Net::ReadTimeout: Net::ReadTimeout")
        case Trouble.DROPPED if not failure.tls:
            yield Said("EOFError: end of file reached")
        case Trouble.CERTIFICATE:
            yield Said("OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0")
        case Trouble.DATA if reply is not None and is_single(reply):
            yield Said(f"Net::SMTPUnknownError: could not get 3xx ({reply.code}: {whole(reply)}")
        case _ if reply is not None and not (failure.is_closing and failure.trouble is Trouble.RECIPIENTS):
            name = "SMTPAuthenticationError" if failure.trouble is Trouble.AUTH else _ruby_class(reply.code)
            yield Said(f"Net::{name}: {reply.first.text.rstrip()}")


def _ruby_class(code: int) -> str:
    match code // 10:
        case 50:
            return "SMTPSyntaxError"
        case 53:
            return "SMTPAuthenticationError"
    return "SMTPServerBusy" if code < 500 else "SMTPFatalError"
