"""The mail transaction: MAIL, RCPT, DATA and RSET (RFC 5321 §3.3)."""

from __future__ import annotations

from aiosmtpd import smtp as aiosmtpd

from catcher.dialog.outcome import Close, Stage
from catcher.ingest import RecipientRow
from catcher.smtp import paths, replies
from catcher.smtp.body import Body
from catcher.smtp.connection import Connection


class Transaction(Connection):
    """The verbs that carry a message."""

    @aiosmtpd.syntax("MAIL FROM:<address>", extended=" [SP <mail-parameters>]")
    async def smtp_MAIL(self, arg: str | None) -> None:
        what = _named(arg or "", "FROM")
        if not self.session.host_name:
            self._refuse(Stage.MAIL, replies.HELLO_FIRST, what)
            return
        if self.facts.in_transaction:
            self._refuse(Stage.MAIL, replies.NESTED_MAIL, what)
            return
        path = paths.parse(arg or "", "FROM")
        if path is None:
            bad = replies.BAD_SENDER if ":" in (arg or "") else replies.SYNTAX.format("MAIL FROM:<address>")
            self._refuse(Stage.MAIL, bad, what)
            return
        problem = self._mail_parameters(path.parameters)
        if problem is not None:
            self._refuse(Stage.MAIL, problem, what)
            return
        self.envelope.mail_from = path.address
        self.envelope.mail_options = list(path.parameters)
        self.facts.begin(what)
        self.facts.stage = Stage.MAIL
        self._answer(replies.SENDER_OK)

    def _mail_parameters(self, parameters: tuple[str, ...]) -> str | None:
        """Return the reply to parameters that cannot be accepted (RFC 1870, 4954 §5, 6152, 6531)."""
        for parameter in parameters:
            keyword, equals, value = parameter.partition("=")
            known = keyword.upper()
            if not self.session.extended_smtp:
                return replies.UNKNOWN_PARAMETER.format(_shown(keyword))
            if known == "SIZE":
                if not (value.isascii() and value.isdigit() and len(value) <= 20):
                    return replies.BAD_PARAMETER.format("SIZE")
                if int(value) > self.limits.message_size:
                    return replies.TOO_BIG.format(self.limits.message_size)
            elif known == "BODY":
                if value.upper() not in {"7BIT", "8BITMIME"}:
                    return replies.BAD_PARAMETER.format("BODY")
            elif known == "SMTPUTF8":
                if equals:
                    return replies.BAD_PARAMETER.format("SMTPUTF8")
                self.envelope.smtp_utf8 = True
            elif known != "AUTH" or not value:
                return replies.UNKNOWN_PARAMETER.format(_shown(keyword))
        return None

    @aiosmtpd.syntax("RCPT TO:<address>", extended=" [SP <rcpt-parameters>]")
    async def smtp_RCPT(self, arg: str | None) -> None:
        if not self.session.host_name:
            self._refuse(Stage.RCPT, replies.HELLO_FIRST, _named(arg or "", "TO"))
            return
        if not self.facts.in_transaction:
            self._refuse(Stage.RCPT, replies.MAIL_FIRST, _named(arg or "", "TO"))
            return
        path = paths.parse(arg or "", "TO")
        if path is None or not path.address:
            self._refuse_recipient(arg or "", replies.BAD_ADDRESS)
        elif path.parameters:
            unknown = replies.UNKNOWN_PARAMETER.format(_shown(path.parameters[0].partition("=")[0]))
            self._refuse_recipient(path.address, unknown)
        elif len(self.envelope.rcpt_tos) >= self.limits.recipients:
            self._refuse_recipient(path.address, replies.TOO_MANY_RECIPIENTS.format(self.limits.recipients))
        else:
            self.envelope.rcpt_tos.append(path.address)
            self.recipients.append(RecipientRow(path.address, "", True, replies.RECIPIENT_OK))
            self.facts.accepted += 1
            self.facts.mend(Stage.RCPT, path.address.lower()[:1000])
            self.facts.stage = Stage.RCPT
            self._answer(replies.RECIPIENT_OK)

    def _refuse_recipient(self, address: str, reply: str) -> None:
        # Kept up to the limit, like the accepted ones: refusing must not cost more memory than accepting.
        if len(self.recipients) < 2 * self.limits.recipients:
            self.recipients.append(RecipientRow(address[:1000].replace("\x00", "\ufffd"), "", False, reply))
        self.facts.refused += 1
        self.facts.stage = Stage.RCPT
        self.facts.fail(Stage.RCPT, reply, address.lower()[:1000])
        self._answer(reply)

    @aiosmtpd.syntax("DATA")
    async def smtp_DATA(self, arg: str) -> None:
        refusal = self._data_refusal(arg)
        if refusal == replies.NO_RECIPIENTS:
            # It follows from their refusal, which is what is to be told.
            self._answer(refusal)
            return
        if refusal is not None:
            self._refuse(Stage.DATA, refusal, "")
            return
        self.facts.mend(Stage.DATA, "")
        self.facts.stage = Stage.BODY
        offset = self.bytes_in - len(self._buffer)
        self._body = Body(self.limits.message_size, offset, self.tape.now_us())
        self._body_done = self.loop.create_future()
        self._answer(replies.START_DATA)
        if self._buffer:
            early = bytes(self._buffer)
            self._buffer.clear()
            self._receive(early)
        await self._take_message(await self._body_done)
        self._reset()

    async def _take_message(self, content: bytes) -> None:
        reply = self._content_refusal(content)
        if reply is None:
            self.envelope.content = content
            reply = await self.event_handler.handle_DATA(self, self.session, self.envelope)
        self.storing = False
        if reply.startswith("2"):
            self.facts.messages += 1
        else:
            self.facts.rejected_messages += 1
            self.facts.fail(Stage.BODY, reply)
        self.facts.in_transaction = False
        self._answer(reply)
        if self._oversize_by_far:
            self.end(Close.LIMIT)
        elif self._stopping:
            self.end(Close.SHUTDOWN, replies.SHUTDOWN)

    def _data_refusal(self, arg: str) -> str | None:
        if not self.session.host_name:
            return replies.HELLO_FIRST
        if not self.facts.in_transaction:
            return replies.MAIL_FIRST
        if not self.envelope.rcpt_tos:
            return replies.NO_RECIPIENTS if self.recipients else replies.RCPT_FIRST
        return replies.NO_ARGUMENT.format("DATA") if arg else None

    def _receive(self, data: bytes) -> None:
        """Take a read of message data."""
        body = self._body
        assert body is not None
        assert self._body_done is not None
        rest = body.feed(data, self.tape.now_us())
        # A sender that goes on for ever is not read for ever.
        self._oversize_by_far = rest is None and body.received > 2 * self.limits.message_size + (1 << 20)
        if rest is None and not self._oversize_by_far:
            return
        content = b"" if body.oversize else body.content()
        self._note_body(content)
        self._holder = None
        self._buffer += rest or b""
        if not self._body_done.done():
            self._body_done.set_result(content)

    def _note_body(self, content: bytes | None) -> None:
        assert self._body is not None
        self.body_info = self._body.summary(None if self._body.oversize else content)
        self.body_info["ended"] = content is not None
        self.oversize = self._body.oversize
        # Until the reply, the tape waits to be written: where the message went is added to this record.
        self.storing = content is not None
        self._body = None
        self.tape.body(self.body_info)

    def _content_refusal(self, content: bytes) -> str | None:
        if self.oversize:
            return replies.TOO_BIG.format(self.limits.message_size)
        most = self.limits.message_line
        if most and len(content) > most and max(map(len, content.split(b"\n"))) > most:
            return replies.LONG_LINE.format(most)
        return None

    @aiosmtpd.syntax("RSET")
    async def smtp_RSET(self, arg: str) -> None:
        if arg:
            self._answer(replies.NO_ARGUMENT.format("RSET"))
            return
        self._answer(replies.OK)
        self._reset()


def _named(argument: str, keyword: str) -> str:
    """Return whom a command names, however it is written."""
    path = paths.parse(argument, keyword)
    return (argument if path is None else path.address).lower()[:1000]


def _shown(text: str) -> str:
    """Return a client's words fit to stand in a reply."""
    return "".join(character if character.isprintable() else "?" for character in text[:60])
