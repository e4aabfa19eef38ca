"""Forms whose lines bear no mark: JavaMail between its own messages, plain text, and Sandpost's own export."""

from __future__ import annotations

import re
import shlex
from typing import Any

from catcher.dialog.export.escaping import octets
from catcher.dialog.records import Direction, Kind, Terminator
from catcher.dialog.transcript.entry import COMMAND, REPLY, Entry, Form, by_line, cut, encoded, ended, said

_JAVAMAIL = re.compile(r"DEBUG(?: [A-Z]+)?:\s?(.*)", re.DOTALL)
_JAVAMAIL_AUTH = re.compile(r"AUTH ([A-Z0-9-]{1,30}) (succeeded|failed)")
_OWN = re.compile(r"\s*(\d{1,12})\.(\d{3}) (TLS|   ) (C:|S:|--) ?(.*)", re.DOTALL)
_OWN_ENDED = re.compile(r"the line above is ended by (LF|CR|nothing)")
_OWN_CUT = re.compile(r"the line above is cut: (\d{1,15}) octets")
_TERMINATORS = {"LF": Terminator.LF, "CR": Terminator.CR, "nothing": Terminator.NONE}
_NUMBER = re.compile(r"-?\d{1,15}")


def _bare(number: int, line: str) -> Entry | None:
    return Entry(number, None, encoded(line))


def _javamail(number: int, line: str) -> Entry | None:
    match = _JAVAMAIL.match(line)
    if match is None:
        return Entry(number, None, encoded(line))
    auth = _JAVAMAIL_AUTH.match(match[1])
    if auth is not None:
        info = {"mechanism": auth[1], "user": "", "ok": auth[2] == "succeeded"}
        return Entry(number, Direction.NOTE, kind=Kind.AUTH, info=info)
    return Entry(number, Direction.NOTE, idle=True, opens=match[1].startswith("trying to connect"))


def _own(number: int, line: str) -> Entry | None:
    match = _OWN.match(line)
    if match is None:
        return Entry(number, None, encoded(line))
    at_us, tls = int(match[1]) * 1000 + int(match[2]), match[3] == "TLS"
    if match[4] != "--":
        return said(number, match[4] == "C:", octets(match[5]), at_us, tls)
    entry = Entry(number, Direction.NOTE, at_us=at_us, tls=tls, idle=True)
    end, length = _OWN_ENDED.match(match[5]), _OWN_CUT.match(match[5])
    if end is not None:
        entry.changes = ended(_TERMINATORS[end[1]])
    elif length is not None:
        entry.changes = cut(int(length[1]))
    else:
        _note(entry, match[5])
    return entry


def _note(entry: Entry, words: str) -> None:
    """Take a note as `catcher.dialog.export.lines.note` writes it."""
    name, _, rest = words.partition(" ")
    try:
        kind, facts = Kind(name), shlex.split(rest)
    except ValueError:
        return
    if kind is not Kind.LINE:
        pairs = (fact.partition("=") for fact in facts)
        entry.kind = kind
        entry.opens = kind is Kind.OPEN
        entry.info = {octets(key).decode("utf-8", "replace"): _value(value) for key, _, value in pairs}


def _value(text: str) -> Any:
    if text in {"True", "False"}:
        return text == "True"
    return int(text) if _NUMBER.fullmatch(text) else octets(text).decode("utf-8", "replace")


OWN = Form(
    "sandpost",
    "Sandpost's own text",
    re.compile(r"\s*\d{1,12}\.\d{3} (?:TLS|   ) (?:C:|S:|--)"),
    by_line(_own),
    has_notes=True,
)
JAVAMAIL = Form("javamail", "JavaMail", re.compile(r"DEBUG(?: SMTPS?)?: "), by_line(_javamail), guesses=True)
PLAIN = Form(
    "plain", "plain text", re.compile(f"\\s*(?:{REPLY.pattern}|{COMMAND.pattern})"), by_line(_bare), guesses=True
)
