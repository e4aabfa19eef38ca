"""The whole SMTP protocol of a connection, and its state as a row."""

from __future__ import annotations

from aiosmtpd import smtp as aiosmtpd

from catcher.dialog.outcome import Close, Stage
from catcher.smtp import replies
from catcher.smtp.auth import Authentication
from catcher.smtp.starttls import StartTLS
from catcher.smtp.transaction import Transaction


class Protocol(Transaction, Authentication, StartTLS):
    """One connection of a client: greeting, session verbs, and everything that its parents add."""

    @aiosmtpd.syntax("HELO hostname")
    async def smtp_HELO(self, hostname: str) -> None:
        self._hello(hostname, "HELO", self.hostname, extended=False)

    @aiosmtpd.syntax("EHLO hostname")
    async def smtp_EHLO(self, hostname: str) -> None:
        lines = [self.hostname, "PIPELINING", f"SIZE {self.limits.message_size}", "8BITMIME", "SMTPUTF8"]
        lines.append("ENHANCEDSTATUSCODES")
        if self.tls_context is not None and not self.tape.tls:
            lines.append("STARTTLS")
        lines += ["AUTH PLAIN LOGIN", "HELP"]
        self._hello(hostname, "EHLO", *lines, extended=True)

    def _hello(self, hostname: str, verb: str, *lines: str, extended: bool) -> None:
        if not hostname:
            self._refuse(Stage.HELLO, replies.SYNTAX.format(f"{verb} hostname"), "")
            return
        self._reset()
        self.session.extended_smtp = extended
        self.session.host_name = self._hello_name = hostname
        self.facts.mend(Stage.HELLO, "")
        self.facts.stage = Stage.HELLO
        self._answer("\n".join([*(f"250-{line}" for line in lines[:-1]), f"250 {lines[-1]}"]))

    @aiosmtpd.syntax("NOOP [ignored]")
    async def smtp_NOOP(self, arg: str) -> None:
        self._answer(replies.OK)

    @aiosmtpd.syntax("QUIT")
    async def smtp_QUIT(self, arg: str) -> None:
        if arg:
            self._answer(replies.NO_ARGUMENT.format("QUIT"))
            return
        self.end(Close.QUIT, replies.BYE)

    @aiosmtpd.syntax("VRFY <address>")
    async def smtp_VRFY(self, arg: str) -> None:
        self._answer(replies.CANNOT_VERIFY if arg else replies.SYNTAX.format("VRFY <address>"))

    async def smtp_EXPN(self, arg: str) -> None:
        self._answer(replies.NOT_IMPLEMENTED.format("EXPN"))

    @aiosmtpd.syntax("HELP [command]")
    async def smtp_HELP(self, arg: str) -> None:
        name = self.commands.get(arg.upper().encode("utf-8")) if arg else None
        if name is not None:
            method = getattr(self, name)
            self._answer(replies.HELP_TOPIC.format(getattr(method, "__smtp_syntax__", arg.upper())))
        elif arg:
            self._answer(replies.SYNTAX.format("HELP [command]"))
        else:
            self._answer(replies.HELP.format(" ".join(sorted(verb.decode() for verb in self.commands))))


Protocol.commands = {
    name.removeprefix("smtp_").encode("ascii"): name for name in dir(Protocol) if name.startswith("smtp_")
}
