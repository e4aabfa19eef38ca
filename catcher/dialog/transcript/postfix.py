"""Postfix: the dialog that `-v` or debug_peer_list writes into its log, and what the ordinary log tells of one.

An ordinary log has no dialog, only outcomes. What must have been said before an outcome is put in and marked as
inferred: a recipient is not refused without MAIL having been accepted.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from catcher.dialog.records import Direction, Kind
from catcher.dialog.transcript.clock import STAMP, at_us
from catcher.dialog.transcript.entry import Entry, Form, said

_HEAD = STAMP + r"(?:\S+ )?(?P<program>postfix[\w.-]*/(?:[\w.-]+/)?(?P<service>[\w-]+)\[(?P<pid>\d+)\]): "
_LINE = re.compile(_HEAD + r"(?P<text>.*)", re.DOTALL)
_SAID = re.compile(r"([<>]) \S{0,300}?\[[^\]]{0,100}\](?::\d{1,5})?: (.*)", re.DOTALL)
_CONNECT = re.compile(r"connect from (\S{1,300})\[([^\]]{1,100})\]")
_QUEUED = re.compile(r"(?P<id>[0-9A-Za-z]{5,20}): ")
_FROM = re.compile(r"from=<(?P<sender>[^>]*)>, size=(?P<size>\d{1,12})")
_TO = re.compile(r"to=<(?P<to>[^>]*)>, .*?status=(?P<status>\w+) \((?P<why>.*)\)\s*$", re.DOTALL)
_HOST_SAID = re.compile(r"host \S+ (?:said|refused to talk to me): (?P<reply>\d{3}.*)", re.DOTALL)
_IN_REPLY = re.compile(r" \(in reply to (?P<command>[A-Za-z. -]{1,40}?)(?: command)?\)\s*$")
_REJECT = re.compile(
    r"NOQUEUE: (?:reject|milter-reject): (?P<command>[A-Za-z-]{1,20}) from \S+?\[[^\]]*\](?::\d+)?: (?P<reply>\d{3}.*)",
    re.DOTALL,
)
_CONTEXT = re.compile(
    r"(?:;|^)(?: from=<(?P<sender>[^>]*)>)?(?: to=<(?P<to>[^>]*)>)?(?: proto=\w+)?(?: helo=<(?P<helo>[^>]*)>)?\s*$"
)
_CLIENTS = {"smtp", "lmtp", "relay"}
INFERRED = "(not in the log)"


def _debug(lines: list[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        match = _LINE.match(line)
        if match is None:
            if line.strip():
                yield Entry(number, None, line.encode("utf-8", "backslashreplace"))
            continue
        stream = match["program"]
        spoken = _SAID.match(match["text"])
        if spoken is not None:
            # smtpd is the server, smtp the client: the arrows are seen from where Postfix stands.
            is_client = (spoken[1] == ">") is (match["service"] in _CLIENTS)
            entry = said(number, is_client, spoken[2], at_us(match))
            entry.stream = stream
            yield entry
        elif (connect := _CONNECT.match(match["text"])) is not None:
            yield _opened(number, connect, at_us(match), stream)


def _opened(number: int, connect: re.Match[str], moment: int | None, stream: str) -> Entry:
    info = {"peer": f"{connect[2]}:0"}
    return Entry(number, Direction.NOTE, at_us=moment, kind=Kind.OPEN, info=info, stream=stream, opens=True)


@dataclass(slots=True)
class _Mail:
    """One message in the queue: its sender and size, and what became of each recipient."""

    sender: str | None = None
    size: int = 0
    outcomes: list[tuple[int, int | None, str, str, str]] = field(default_factory=list)


def _log(lines: list[str]) -> Iterator[Entry]:
    mails: dict[str, _Mail] = {}
    for number, line in enumerate(lines, 1):
        match = _LINE.match(line)
        if match is None:
            if line.strip():
                yield Entry(number, None, line.encode("utf-8", "backslashreplace"))
            continue
        text, stream, moment = match["text"], match["program"], at_us(match)
        connect, reject = _CONNECT.match(text), _REJECT.match(text)
        queued = _QUEUED.match(text)
        if connect is not None:
            yield _opened(number, connect, moment, stream)
        elif reject is not None:
            yield from _rejected(number, moment, stream, reject)
        elif queued is not None:
            _remember(mails.setdefault(queued["id"], _Mail()), text[queued.end() :], number, moment)
    for name, mail in mails.items():
        yield from _delivered(name, mail)


def _rejected(number: int, moment: int | None, stream: str, match: re.Match[str]) -> Iterator[Entry]:
    """Tell the dialog of a refusal by smtpd."""
    reply, _, context = match["reply"].rpartition(";")
    known = _CONTEXT.match(context) if reply else None
    sender, to, helo = (known["sender"], known["to"], known["helo"]) if known is not None else (None, None, None)
    command = match["command"].upper()
    says = _Teller(number, moment, stream)
    if command == "CONNECT":
        yield from says.answer(reply or match["reply"])
        return
    if helo:
        yield from says.exchange(f"EHLO {helo}", "" if command not in {"EHLO", "HELO"} else reply)
    if command in {"EHLO", "HELO"} and helo:
        return
    yield from says.envelope(command, sender, to, reply or match["reply"], 0)


def _remember(mail: _Mail, text: str, number: int, moment: int | None) -> None:
    origin, outcome = _FROM.match(text), _TO.match(text)
    if origin is not None:
        mail.sender, mail.size = origin["sender"], int(origin["size"])
    elif outcome is not None:
        mail.outcomes.append((number, moment, outcome["to"], outcome["status"], outcome["why"]))


def _delivered(name: str, mail: _Mail) -> Iterator[Entry]:
    """Tell the dialog of one message's way out; recipients of one message are taken for one transaction."""
    opened = False
    final: tuple[int, int | None, str] | None = None
    for number, moment, to, status, why in mail.outcomes:
        says = _Teller(number, moment, name)
        heard, asked = _HOST_SAID.match(why), _IN_REPLY.search(why)
        command = asked["command"].upper() if asked is not None else ""
        reply = heard["reply"] if heard is not None else why if status == "sent" else ""
        if asked is not None and reply:
            reply = _IN_REPLY.sub("", reply)
        if not reply or not reply[:3].isdigit():
            yield Entry(number, Direction.NOTE, stream=name, idle=True, remark=f"to {to}: {why}")
            continue
        if command in {"MAIL FROM", "RCPT TO", "DATA", "END OF DATA"} or status == "sent":
            if not opened:
                yield from says.exchange(f"MAIL FROM:<{mail.sender or ''}>", reply if command == "MAIL FROM" else "")
                opened = True
            if command != "MAIL FROM":
                yield from says.exchange(f"RCPT TO:<{to}>", reply if command == "RCPT TO" else "")
            if command not in {"MAIL FROM", "RCPT TO"}:
                final = (number, moment, reply)
        elif command in {"", "INITIAL GREETING"}:
            yield from says.answer(reply)
        else:
            yield from says.exchange(command, reply)
    if final is not None:
        yield from _Teller(final[0], final[1], name).content(final[2], mail.size)


class _Teller:
    """Says what a line of the log tells."""

    def __init__(self, number: int, moment: int | None, stream: str) -> None:
        self._number = number
        self._moment = moment
        self._stream = stream

    def _entry(self, is_client: bool, text: str, inferred: bool = False) -> Entry:
        entry = said(self._number, is_client, text, self._moment)
        entry.stream, entry.inferred = self._stream, inferred
        return entry

    def exchange(self, command: str, reply: str) -> Iterator[Entry]:
        """Say a command and its reply; without one, it must have been a good one."""
        yield self._entry(True, command, inferred=not reply)
        if reply:
            yield from self.answer(reply)
        else:
            yield self._entry(False, f"250 {INFERRED}", inferred=True)

    def answer(self, reply: str) -> Iterator[Entry]:
        """Say a reply; Postfix joins the lines of a longer one by blanks."""
        lines = re.split(rf" (?={re.escape(reply[:3])}[- ])", reply) if reply[3:4] == "-" else [reply]
        for line in lines[:-1]:
            yield self._entry(False, line)
        last = lines[-1]
        yield self._entry(False, last[:3] + " " + last[4:] if last[3:4] == "-" else last)

    def envelope(self, command: str, sender: str | None, to: str | None, reply: str, size: int) -> Iterator[Entry]:
        if command == "MAIL" or sender is not None:
            yield from self.exchange(f"MAIL FROM:<{sender or ''}>", reply if command == "MAIL" else "")
        if command == "RCPT" or (to is not None and command != "MAIL"):
            yield from self.exchange(f"RCPT TO:<{to or ''}>", reply if command == "RCPT" else "")
        if command == "DATA":
            yield from self.exchange("DATA", reply)
        elif command == "END-OF-MESSAGE":
            yield from self.content(reply, size)
        elif command not in {"MAIL", "RCPT"}:
            yield from self.exchange(command, reply)

    def content(self, reply: str, size: int) -> Iterator[Entry]:
        yield self._entry(True, "DATA", inferred=True)
        yield self._entry(False, f"354 {INFERRED}", inferred=True)
        yield Entry(self._number, None, b"", self._moment, stream=self._stream, size=size, idle=True)
        yield from self.answer(reply)


FORMS = (
    Form(
        "postfix-debug",
        "Postfix with its dialog",
        re.compile(_HEAD + r"[<>] \S{0,300}?\[[^\]]{0,100}\](?::\d{1,5})?: "),
        _debug,
    ),
    Form(
        "postfix",
        "Postfix log",
        re.compile(_HEAD + r"(?:NOQUEUE: |connect from |[0-9A-Za-z]{5,20}: (?:to|from)=<)"),
        _log,
    ),
)
