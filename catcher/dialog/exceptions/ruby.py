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
        case Trouble.DROPPED:
            yield from _cut(failure)
        case Trouble.RECIPIENTS if failure.is_closing:
            # Its QUIT fails behind the reply, and only that is reported.
            yield Said("EOFError: end of file reached")
            yield Said("Errno::ECONNRESET: Connection reset by peer")
        case Trouble.CERTIFICATE:
            yield Said("OpenSSL::SSL::SSLError: SSL_connect returned=1 errno=0")
        case Trouble.DATA if reply is not None and is_single(reply):
            yield Said(f"Net::SMTPUnknownError: could not get 3xx ({reply.code}: {whole(reply)}")
        case _ if reply is not None:
            name = "SMTPAuthenticationError" if failure.trouble is Trouble.AUTH else _ruby_class(reply.code)
            yield Said(f"Net::{name}: {reply.first.text.rstrip()}")


def _cut(failure: Failure) -> Iterator[Said]:
    """Which of the texts is seen hangs on how much of the message was sent."""
    if failure.tls:
        yield Said("OpenSSL::SSL::SSLError: SSL_read: unexpected eof while reading")
    else:
        yield Said("EOFError: end of file reached")
    if not failure.verb:
        yield Said("Errno::EPIPE: Broken pipe")


def _ruby_class(code: int) -> str:
    match code // 10:
        case 50:
            return "SMTPSyntaxError"
        case 53:
            return "SMTPAuthenticationError"
    return "SMTPServerBusy" if code < 500 else "SMTPFatalError"
