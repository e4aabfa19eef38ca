"""Rules about the end of a session. While it runs, or where the tape is cut, they say nothing."""

from __future__ import annotations

from collections.abc import Iterable

from catcher.dialog.conversation import Role, Step
from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.registry import rule
from catcher.dialog.lint.scripts import DATA, MAIL, RCPT, SENT
from catcher.dialog.lint.scripts import session as whole
from catcher.dialog.lint.session import Session
from catcher.dialog.records import Kind

LEFT = "! close reason=client\n"
END = "C: QUIT\nS: 221 2.0.0 Bye\n! close reason=quit\n"
# RFC 5321 §4.5.3.2: how long a client must wait for a reply, in seconds.
PATIENCE = {"": 300, "MAIL": 300, "RCPT": 300, "DATA": 120}
CONTENT_PATIENCE = 600
# A client that dies does not wait before.
SHORTEST = 1.0


def left(session: Session) -> bool:
    """Tell whether the client ended the connection, and not the server, TLS or an error."""
    if not session.is_over or session.close_reason not in ("client", "reset"):
        return False
    return session.conversation.note(Kind.TLS_FAIL) is None


@rule(
    "S61",
    Severity.WARNING,
    "Connection closed without QUIT",
    breaks="Servers count it as an error; one that has not yet answered may keep the message or throw it away.",
    source="RFC 5321 §4.1.1.10; RFC 5321 §4.1.4",
    fix="Send QUIT and wait for 221 before closing, also after an error.",
    example=whole(MAIL + RCPT + SENT).replace(END, LEFT),
    fixes={
        "smtplib": "Use it as a context manager (with smtplib.SMTP(...) as smtp:), or call quit().",
        "django": "Close the connection by connection.close(), or use it as a context manager.",
        "aiosmtplib": "Use it as a context manager (async with), or await quit().",
        "phpmailer": "Call $mail->smtpClose() where SMTPKeepAlive is on.",
        "javamail": "Close the Transport, which sends QUIT.",
        "go": "Call c.Quit() in place of c.Close().",
        "dotnet": "Dispose of the SmtpClient; in MailKit call Disconnect(true).",
    },
)
def no_quit(session: Session) -> Iterable[Evidence]:
    if not left(session) or any(step.code == 421 for step in session.steps[-2:]):
        return
    last = session.steps[-1] if session.steps else None
    if last is not None and last.role is Role.COMMAND and last.reply is None:
        return  # it gave up waiting (S64), or the server was gone: nobody was there to say goodbye to
    said = [command for command in session.commands if command.verb]
    # A port check that says nothing is no client.
    if said and not any(command.verb == "QUIT" for command in said):
        yield said[-1].evidence(f"the client closed the connection after {said[-1].verb}")


@rule(
    "S62",
    Severity.INFO,
    "Did not wait for the reply to QUIT",
    breaks="If the reply to the message is lost with it, the client cannot know whether it was stored.",
    source="RFC 5321 §4.1.1.10",
    fix="Read the 221 before closing.",
    example=whole(MAIL + RCPT + SENT).replace(END, "C: QUIT\n! close reason=reset\n"),
    fixes={"javamail": "Leave mail.smtp.quitwait at true, which is its default."},
)
def hasty_quit(session: Session) -> Iterable[Evidence]:
    if left(session):
        for command in session.of("QUIT"):
            if command.step.reply is None and command.is_whole:
                yield command.evidence("the connection was closed before 221")


@rule(
    "S63",
    Severity.WARNING,
    "Went on after 421",
    breaks="The server is about to close: what is sent now is lost.",
    source="RFC 5321 §3.8",
    fix="Close the connection after 421 and try again later.",
    example=whole("C: NOOP\nS: 421 4.3.2 Shutting down\n" + MAIL + RCPT + SENT),
)
def went_on(session: Session) -> Iterable[Evidence]:
    goodbye: Step | None = None
    for step in session.steps:
        said = step.said
        # Only what the server still answers was surely sent after the 421 had come.
        is_answered = said is not None and step.reply is not None and step.verb not in ("QUIT", "RSET")
        if goodbye is not None and goodbye.reply is not None and is_answered and step.seq > goodbye.reply.last.seq:
            seen = f"{step.verb or 'a line'} after 421"
            yield Evidence(seen, (goodbye.reply.first.seq, step.seq), transaction=step.transaction)
            return
        if step.code == 421 and goodbye is None:
            goodbye = step


@rule(
    "S64",
    Severity.WARNING,
    "Gave up too early",
    breaks="A busy server may take minutes. If it has stored the message, the next attempt delivers it twice.",
    source="RFC 5321 §4.5.3.2",
    fix="Wait 5 minutes for most replies, 2 for DATA and 10 for the one to the message.",
    example=whole(MAIL + RCPT + DATA).replace(END, "= bytes=300 lines=9\n@ 10000\n" + LEFT),
    fixes={
        "smtplib": "Pass timeout=600 or more to smtplib.SMTP().",
        "django": "Set EMAIL_TIMEOUT to 600 or more.",
        "nodemailer": "Set socketTimeout: 600000; greetingTimeout is 30000 unless you set it.",
        "phpmailer": "Set $mail->Timeout = 600.",
        "javamail": "Set mail.smtp.timeout=600000.",
        "rails": "Set read_timeout: 600 in smtp_settings.",
        "curl": "Do not set --max-time below 600.",
    },
)
def impatient(session: Session) -> Iterable[Evidence]:
    close = session.conversation.note(Kind.CLOSE)
    if close is None or not left(session):
        return
    waiting = _waiting(session)
    if waiting is not None:
        what, least, since, line = waiting
        waited = (close.at_us - since) / 1e6
        if SHORTEST <= waited < least:
            seen = f"closed after waiting {waited:.1f} s for the reply to {what}; the least is {least} s"
            yield Evidence(seen, (line,))


def _waiting(session: Session) -> tuple[str, int, int, int] | None:
    """Return what the client waited for when it left, how long it should at least, since when, and the line."""
    steps = session.conversation.steps
    last = steps[-1] if steps else None
    if last is None:
        opened = session.conversation.note(Kind.OPEN)
        return ("the connection", PATIENCE[""], opened.at_us, opened.seq) if opened is not None else None
    said = last.said
    if said is None or last.reply is not None:
        return None
    if last.role is Role.CONTENT:
        return ("the message", CONTENT_PATIENCE, said.at_us, said.seq) if said.info.get("ended", True) else None
    # Half a line waits for its other half.
    least = PATIENCE.get(last.verb, 0) if last.verb and said.terminator else 0
    return (last.verb, least, said.at_us, said.seq) if least else None
