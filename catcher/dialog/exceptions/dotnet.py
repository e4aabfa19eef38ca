"""System.Net.Mail.SmtpClient of .NET; read in its source, not seen in a run."""

from __future__ import annotations

from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, behind, first, is_single
from catcher.dialog.failure import Failure, Trouble

_STEPS = (Trouble.GREETING, Trouble.STARTTLS, Trouble.MAIL, Trouble.RECIPIENTS, Trouble.DATA, Trouble.CONTENT)
_UNRECOGNIZED = "Syntax error, command unrecognized."
_DOTNET = {
    421: "Service not available, closing transmission channel.",
    450: "Mailbox unavailable.",
    451: "Error in processing.",
    452: "Insufficient system storage.",
    454: "Client does not have permission to submit mail to this server.",
    501: "Syntax error in parameters or arguments.",
    502: "Command not implemented.",
    503: "Bad sequence of commands.",
    504: "Command parameter not implemented.",
    530: "The SMTP server requires a secure connection or the client was not authenticated.",
    550: "Mailbox unavailable.",
    551: "User not local; please try a different path.",
    552: "Exceeded storage allocation.",
    553: "Mailbox name not allowed.",
    554: "Transaction failed.",
}
# Any other code ends the whole message at once.
_DOTNET_RECIPIENT = frozenset((450, 452, 550, 551, 552, 553))


def dotnet(failure: Failure) -> Iterator[Said]:
    if failure.trouble not in _STEPS:
        return
    fatal = next((reply for _, reply in failure.refused if reply.code not in _DOTNET_RECIPIENT), None)
    reply = fatal or first(failure)
    if reply is None or not is_single(reply):
        return
    recipient = failure.trouble is Trouble.RECIPIENTS and fatal is None
    if recipient and len(failure.refused) > 1:
        text = "System.Net.Mail.SmtpFailedRecipientsException: Unable to send to all recipients."
        yield Said(text, is_seen=False)
        return
    name = "SmtpFailedRecipientException" if recipient else "SmtpException"
    message = _DOTNET.get(reply.code, _UNRECOGNIZED)
    text = f"System.Net.Mail.{name}: {message} The server response was: {behind(reply)}"
    yield Said(text, is_seen=False)
