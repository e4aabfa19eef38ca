"""Forms that quote what was said as a literal of their language: Python's smtplib and Ruby's Net::SMTP."""

from __future__ import annotations

import re

from catcher.dialog.records import Direction, Kind
from catcher.dialog.transcript.clock import STAMP, at_us
from catcher.dialog.transcript.entry import Entry, Form, by_line, encoded

_SMTPLIB = re.compile(STAMP + r"(?P<what>send|reply|data|connect): (?P<text>.*)", re.DOTALL)
_LITERAL = re.compile(r"b?(['\"])(.*)\1\s*$", re.DOTALL)
_OPEN_LITERAL = re.compile(r"b?(['\"])(.*)", re.DOTALL)
_RUBY = re.compile(r"(->|<-) (\".*)", re.DOTALL)
_RUBY_WROTE = re.compile(r"wrote (\d{1,10}) bytes")
_ESCAPE = re.compile(r"\\(x[0-9a-fA-F]{2}|u[0-9a-fA-F]{4}|u\{[0-9a-fA-F]{1,6}\}|[0-7]{3}|.)", re.DOTALL)
_SIMPLE = {"r": b"\r", "n": b"\n", "t": b"\t", "0": b"\0", "a": b"\a", "b": b"\b", "f": b"\f", "v": b"\v", "e": b"\x1b"}


def literal(text: str) -> bytes:
    """Return the octets of a literal of Python or Ruby; one that is cut counts up to there."""
    match = _LITERAL.match(text) or _OPEN_LITERAL.match(text)
    if match is None:
        return encoded(text)
    parts: list[bytes] = []
    end = 0
    body = match[2]
    for escape in _ESCAPE.finditer(body):
        parts += [encoded(body[end : escape.start()]), _octets(escape[1])]
        end = escape.end()
    return b"".join([*parts, encoded(body[end:])])


def _octets(code: str) -> bytes:
    if code[0] == "x" and len(code) == 3:
        return bytes.fromhex(code[1:])
    if code[0] == "u" and len(code) > 1:
        number = int(code[1:].strip("{}"), 16)
        return encoded(chr(number)) if number < 0x110000 else b"?"
    if len(code) == 3:
        return bytes([int(code, 8) & 0xFF])
    return _SIMPLE.get(code, encoded(code))


def _smtplib(number: int, line: str) -> Entry | None:
    match = _SMTPLIB.match(line)
    if match is None:
        return Entry(number, None, encoded(line))
    what, text = match["what"], match["text"]
    if what == "connect" or what == "data" or text.startswith("retcode"):
        # They say again what stands above them.
        return Entry(number, Direction.NOTE, idle=True, opens=what == "connect" and text.startswith(("to ", "(")))
    direction = Direction.CLIENT if what == "send" else Direction.SERVER
    return Entry(number, direction, literal(text), at_us(match))


def _ruby(number: int, line: str) -> Entry | None:
    match = _RUBY.match(line)
    if match is not None:
        return Entry(number, Direction.SERVER if match[1] == "->" else Direction.CLIENT, literal(match[2]))
    if line.startswith("TLS connection started"):
        return Entry(number, Direction.NOTE, kind=Kind.TLS_DONE)
    wrote = _RUBY_WROTE.match(line)
    idle = line.startswith(("Connection ", "writing message", "wrote "))
    opens = line.startswith("Connection opened")
    return Entry(number, None, encoded(line), size=int(wrote[1]) if wrote else 0, idle=idle, opens=opens)


FORMS = (
    Form("smtplib", "Python smtplib", re.compile(STAMP + r"(?:send|reply): b?['\"]"), by_line(_smtplib)),
    Form("ruby", "Ruby Net::SMTP", re.compile(r"(?:->|<-) \""), by_line(_ruby)),
)
