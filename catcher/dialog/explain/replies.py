"""A reply in the light of what it answers: is the code legal there, and do the two codes agree?"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import islice
from typing import Final

from catcher.dialog.conversation import Reply, Role, Step
from catcher.dialog.explain import challenges, codes, enhanced, keywords
from catcher.dialog.explain.model import Explanation, Span
from catcher.dialog.explain.verbs import LEGAL
from catcher.dialog.records import Record

_CODES = re.compile(rb"([2-5]\d\d)(?:[- ](?:([245]\.\d{1,3}\.\d{1,3})(?=[ ]|$))?|$)")
_WORD = re.compile(rb"\S+")
# What may follow the final dot, and what may stand at the start (RFC 5321 §4.3.2; 521: RFC 7504).
_CONTENT: Final = frozenset({250, 421, 450, 451, 452, 550, 552, 554})
_GREETINGS: Final = frozenset({220, 421, 521, 554})
_LISTS: Final = {**LEGAL, "CONTENT": _CONTENT, "GREETING": _GREETINGS, "": frozenset({421})}
_NAMES: Final = {"CONTENT": "the end of the message", "GREETING": "a new connection", "": "nothing that was asked"}
# Details that say something when all went well; the others only name the field of a success.
_TOLD_BY_SUCCESS: Final = frozenset({"1.5", "1.9", "3.6", "6.4"})
# Nobody reads more keywords than these in one answer to EHLO.
_MOST_LINES = 200

SERVER_NAME: Final = Explanation(
    "The server's name", "How the server calls itself.", "domain or [address]", source="RFC 5321 §4.2, §4.1.1.1"
)
MALFORMED: Final = Explanation(
    "Not a reply",
    "A reply starts with three digits; this line does not.",
    advice="Clients close the connection here.",
    source="RFC 5321 §4.2",
)


def place(step: Step) -> str:
    """Return the name under which the replies to a step are listed; `?` for a command that is not known."""
    match step.role:
        case Role.GREETING:
            return "GREETING"
        case Role.UNASKED:
            return ""
        case Role.CONTENT:
            return "CONTENT"
        case Role.ANSWER:
            return "AUTH"
    return step.verb or "?"


def is_listed(where: str, code: int) -> bool:
    """Return whether a code is among those that the RFCs list for a command; anything goes for an unknown one."""
    known = _LISTS.get(where)
    return known is None or code in known


@lru_cache(maxsize=4096)
def about_code(where: str, number: int, is_mixed: bool = False) -> Explanation:
    """Return what a code means behind a command; `is_mixed` where the lines of one reply disagree about it."""
    code = codes.code(number)
    text = codes.IN_CONTEXT.get((where, number), code.text)
    name = _NAMES.get(where, where)
    if is_listed(where, number):
        replies = f"One of the replies to {name}." if where != "?" else ""
    else:
        replies = f"Not one of the replies that are listed for {name}; a client goes by the first digit."
    if is_mixed:
        text += " The lines of this reply carry different codes, which is not allowed; the last one counts."
    return Explanation(f"{number} {code.title}", text, codes.digits(number), replies, codes.advice(number), code.source)


@lru_cache(maxsize=4096)
def about_enhanced(code: str, number: int) -> Explanation:
    """Return what an enhanced code means beside a basic one."""
    kind, _, key = code.partition(".")
    detail = enhanced.detail(code)
    title, text = enhanced.CLASSES.get(kind, ("", ""))
    if kind != "2" or key in _TOLD_BY_SUCCESS:
        title, text = detail.title, f"{text} {detail.text}"
    elif key != "0.0":
        text = f"{text} It is about {enhanced.SUBJECTS.get(key.partition('.')[0], 'something unregistered')}."
    if int(kind) != number // 100:
        text += f" Its first digit contradicts the {number} before it; clients go by {number}."
    return Explanation(
        f"{code} {title}",
        text,
        "class.subject.detail",
        f"Goes with {detail.goes_with}." if detail.goes_with else "",
        "" if kind == "2" else detail.advice or codes.advice(int(kind) * 100),
        detail.source,
    )


def spans(step: Step, reply: Reply, exchange: challenges.Exchange) -> list[tuple[int, list[Span]]]:
    """Return the spans of each line of a reply, by sequence number."""
    where = place(step)
    is_offer = where in {"EHLO", "LHLO"} and 200 <= reply.code < 300
    found = []
    for index, record in enumerate(reply.records):
        line = _line(where, reply, record)
        if is_offer and 0 < index < _MOST_LINES:
            line += _keyword(record)
        elif index == 0 and (is_offer or where in {"GREETING", "HELO"}) and 200 <= reply.code < 300:
            line += _name(record)
        elif reply.code == 334 and where == "AUTH":
            line += _challenge(record, exchange)
        found.append((record.seq, line))
    return found


def _line(where: str, reply: Reply, record: Record) -> list[Span]:
    match = _CODES.match(record.data)
    if match is None:
        return [Span(0, len(record.data), MALFORMED)]
    number = int(match[1])
    found = [Span(0, 3, about_code(where, number, reply.code not in (0, number)))]
    if match[2]:
        found.append(Span(match.start(2), match.end(2), about_enhanced(match[2].decode("ascii"), number)))
    return found


def _name(record: Record) -> list[Span]:
    match = _WORD.search(record.data, 4)
    return [Span(match.start(), match.end(), SERVER_NAME)] if match else []


def _challenge(record: Record, exchange: challenges.Exchange) -> list[Span]:
    match = _WORD.search(record.data, 4)
    return [Span(match.start(), match.end(), challenges.asked(match[0], exchange))] if match else []


def _keyword(record: Record) -> list[Span]:
    end = len(record.data.rstrip())
    if end <= 4:
        return []
    return [Span(4, end, about_keyword(record.data[4:end][:1000].decode("utf-8", "backslashreplace")))]


@lru_cache(maxsize=1024)
def about_keyword(line: str) -> Explanation:
    """Return what a line of the answer to EHLO offers."""
    words = line.replace("AUTH=", "AUTH ", 1).split()
    name = words[0].upper() if words else ""
    known = keywords.KEYWORDS.get(name, keywords.PRIVATE)
    return Explanation(name[:60], meaning(name, tuple(words[1:])), known.grammar or name[:60], "", "", known.source)


def meaning(name: str, parameters: tuple[str, ...]) -> str:
    """Return what an extension is for, with what its parameters say."""
    known = keywords.KEYWORDS.get(name, keywords.PRIVATE)
    value = parameters[0] if parameters else ""
    if name == "SIZE" and value.isascii() and value.isdigit() and len(value) <= 20:
        if not int(value):
            return f"{known.text} The server sets no fixed limit."
        return f"{known.text} Here {int(value):,}."
    if name == "AUTH":
        told = (
            f"{word[:40]}: {keywords.mechanism(word).text.partition('. ')[0].rstrip('.')}."
            for word in islice(parameters, 10)
        )
        return " ".join([known.text, *told])
    return known.text
