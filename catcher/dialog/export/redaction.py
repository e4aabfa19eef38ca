"""CONVERSATION -> CONVERSATION that names nobody: what may be put into a public bug report.

Mailboxes and domains are replaced by stand-ins, the same one everywhere; credentials are masked whatever the recorder
was told. A host name in a reply is a domain too: rather one too many than one too few.
"""

from __future__ import annotations

import re
from base64 import b64decode
from dataclasses import replace
from typing import Any

from catcher.dialog.conversation import Conversation, Role, Step, read
from catcher.dialog.export.names import Names
from catcher.dialog.records import Kind, Record
from catcher.dialog.secrets import without_secret

# A quoted local part with its domain, or a word: what stands between blanks, brackets and quotes.
_WORD = re.compile(r'"(?:[^"\\]|\\.){0,64}+"@[^\s<>()",;/]++|[^\s<>()\[\]",;/]++', re.DOTALL)
_DOMAIN = re.compile(
    r"(?:[a-z0-9_\x80-\xff-]{1,63}+\.){1,40}+[a-z\x80-\xff][a-z0-9\x80-\xff-]{0,61}[a-z0-9\x80-\xff]", re.I
)
_PARAMETER = re.compile(r"(?:AUTH|ORCPT|from|to|helo|relay)=", re.IGNORECASE)
_PATH = re.compile(r"(\s*(?:MAIL\s+FROM|RCPT\s+TO)\s*:\s*)(<(?:[^<>]*+)>|[^\s<]++)(.*)", re.IGNORECASE | re.DOTALL)
_ARGUMENT = re.compile(r"(\s*[A-Za-z]+\s+)(\S.*?)(\s*)", re.DOTALL)
_CODE = re.compile(r"\d{3}[- ]")
_EDGES = ".,:;!?'`*"
# What a server asks for in the open; any other challenge may hold the name of its host, or help to guess a secret.
_QUESTIONS = {"", "username:", "password:", "user name", "password"}


def redacted(conversation: Conversation, names: bool = True, ips: bool = True) -> Conversation:
    """Return the conversation with addresses, domains and credentials replaced.

    `names` replaces what clients call themselves behind EHLO, `ips` the IP addresses; loopback addresses stay.
    """
    return read(_Redactor(conversation, names, ips).run())


def masked(conversation: Conversation) -> Conversation:
    """Return the conversation with credentials masked, whatever the recorder was told; it still names everybody."""
    return read(_Redactor(conversation, names=False, ips=False).without_secrets())


class _Redactor:
    def __init__(self, conversation: Conversation, names: bool, ips: bool) -> None:
        self._conversation = conversation
        self._names = Names()
        self._hellos = names
        self._ips = ips
        self._kept: set[str] = set()
        self._steps = {step.said.seq: step for step in conversation.steps if step.said is not None}
        self._challenges = {
            record.seq
            for step in conversation.steps
            if step.reply and step.code == 334
            for record in step.reply.records
        }

    def run(self) -> list[Record]:
        """Names are given first to what a client calls itself: a reply before it may hold that name."""
        for step in self._conversation.commands:
            if step.verb in {"EHLO", "HELO", "LHLO"} and step.argument and not step.argument.startswith("["):
                name = step.argument.encode().decode("latin-1")
                if self._hellos:
                    self._names.domain(name)
                else:
                    self._kept.add(name.lower())
        return [self._record(record) for record in self._conversation.records]

    def without_secrets(self) -> list[Record]:
        return [self._login(record) or record for record in self._conversation.records]

    def _record(self, record: Record) -> Record:
        if record.kind is not Kind.LINE:
            return replace(record, info={name: self._fact(name, value) for name, value in record.info.items()})
        step = self._steps.get(record.seq)
        return self._login(record) or _said(
            record, self._line(record.data.decode("latin-1"), step).encode("latin-1", "replace")
        )

    def _login(self, record: Record) -> Record | None:
        """Return a line of an AUTH exchange without its secret, None for any other."""
        step = self._steps.get(record.seq)
        if step is not None and (step.role is Role.ANSWER or step.verb == "AUTH"):
            return self._masked(record, step)
        return _said(record, _challenge(record.data)) if record.seq in self._challenges else None

    def _masked(self, record: Record, step: Step) -> Record:
        if record.masked:
            return record
        data = without_secret(record.data, step.role is Role.COMMAND)
        return replace(record, data=data, masked=data != record.data)

    def _line(self, line: str, step: Step | None) -> str:
        verb = step.verb if step is not None else ""
        if verb in {"MAIL", "RCPT"} and (match := _PATH.fullmatch(line)):
            return match[1] + self._path(match[2]) + self._text(match[3])
        if verb in {"VRFY", "EXPN"} and (match := _ARGUMENT.fullmatch(line)):
            return match[1] + self._names.address(match[2].strip("<>")) + match[3]
        if verb in {"EHLO", "HELO", "LHLO"} and (match := _ARGUMENT.fullmatch(line)):
            return match[1] + self._hello(match[2]) + match[3]
        # A code is joined to the first word of its line by a hyphen, which a host name may hold too.
        code = _CODE.match(line)
        start = code.end() if code is not None else 0
        return line[:start] + self._text(line[start:])

    def _path(self, path: str) -> str:
        address = path.removeprefix("<").removesuffix(">")
        if not address:
            return path
        _, colon, mailbox = address.rpartition(":") if address.startswith("@") else ("", "", address)
        return path.replace(address, self._names.address(mailbox if colon else address))

    def _hello(self, name: str) -> str:
        if name.startswith("["):
            return self._names.domain(name) if self._ips else name
        return self._names.domain(name) if self._hellos else name

    def _text(self, text: str) -> str:
        return _WORD.sub(lambda match: self._word(match[0]), text)

    def _word(self, word: str) -> str:
        """Return a word with what it names replaced; the punctuation around it stays."""
        core = word.strip(_EDGES) if word.count(":") < 2 else word
        parameter = _PARAMETER.match(core)
        if parameter is not None:
            core = core[parameter.end() :]
        start = word.find(core)
        return word[:start] + self._named(core) + word[start + len(core) :] if core else word

    def _named(self, core: str) -> str:
        if "@" in core.strip("@"):
            return self._names.address(core)
        if "+40" in core and "." in core:  # RFC 3461 §4: an address as xtext
            return self._names.address(core.replace("+40", "@", 1))
        prefix = core[:5] if core[:5].lower() == "ipv6:" else ""
        ip = self._names.ip(core[len(prefix) :]) if self._ips and core[-1:].isalnum() else ""
        if ip:
            return prefix + ip
        host, colon, port = core.partition(":")
        if colon and (ip := self._names.ip(host) if self._ips else ""):
            return f"{ip}:{port}"
        if host.lower() in self._kept:
            return core
        if self._names.knows(host) or (_DOMAIN.fullmatch(host) and len(host) < 256):
            return self._names.domain(host) + colon + port
        return core

    def _fact(self, name: str, value: Any) -> Any:
        if not isinstance(value, str):
            return value
        if name == "peer":
            host, colon, port = value.rpartition(":")
            return (self._names.ip(host) or "peer") + colon + port if self._ips and host else value
        if name == "user":
            return self._names.login(value) if value else value
        if name == "sni":
            return self._names.domain(value) if value else value
        return self._text(value) if name in {"why", "error"} else value


def _said(record: Record, data: bytes) -> Record:
    return replace(record, data=data, length=record.length - len(record.data) + len(data))


def _challenge(data: bytes) -> bytes:
    code, rest = data[:4], data[4:]
    try:
        question = b64decode(rest, validate=True).decode("ascii").strip("\0 ").lower()
    except ValueError:
        question = rest.decode("latin-1").strip().lower()
    return data if question in _QUESTIONS else code + b"***"
