"""A client's line in its parts: verb, path, parameters, name, mechanism."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import islice
from typing import Final

from catcher.dialog.conversation import Role, Step
from catcher.dialog.explain import challenges, judging, verbs
from catcher.dialog.explain.model import Explanation, Span
from catcher.dialog.records import Record

_VERB = re.compile(rb"[ \t]*([A-Za-z][A-Za-z0-9-]{0,15})(?=[ \t:]|$)")
_KEYWORD = re.compile(rb"[ \t]+(?:FROM|TO)(?=[ \t]*:)", re.IGNORECASE)
_PATH = re.compile(rb'[ \t]*:[ \t]*(<(?:"(?:[^"\\]|\\.)*+"|[^<>"\s])*+(?:[ \t]*>)?|[^\s<>]++)', re.DOTALL)
_WORD = re.compile(rb"\S+")
_HTTP = re.compile(rb"[A-Z]{3,10} \S{1,8000} HTTP/\d")
_IP = re.compile(r"[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")
_LABELS = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?)*\.?")
_WITH_PATH: Final = frozenset({"MAIL", "RCPT", "SEND", "SOML", "SAML"})
# More parameters than these are nobody's, and each would be explained.
_MOST = 64
_SHOWN = 100

UNKNOWN: Final = Explanation(
    "Unknown command",
    "No command of SMTP or of an extension that is known here.",
    advice="Look for message data or a login that was sent without waiting for the server to agree.",
    source="RFC 5321 §4.1.1, §4.2.4",
)
HTTP: Final = Explanation(
    "An HTTP request",
    "A browser or an HTTP client speaks to the SMTP port. Nothing here can answer it.",
    advice="Point the client at the web port; this port takes SMTP only.",
    source="RFC 5321 §7.8",
)
TLS: Final = Explanation(
    "A TLS handshake",
    "The client starts encrypted at once, as on port 465. This port begins in plain text and changes with STARTTLS.",
    advice="Switch the client from SSL/TLS (implicit TLS) to STARTTLS, or to no encryption.",
    source="RFC 8314",
)
NO_ARGUMENT: Final = Explanation(
    "Too much", "This command takes no argument.", advice="Leave it out.", source="RFC 5321 §4.1.1"
)


def spans(step: Step, record: Record, context: judging.Context, exchange: challenges.Exchange) -> list[Span]:
    """Return the spans of a command or of a line of a login."""
    data = record.data
    if step.role is Role.ANSWER:
        return [Span(0, len(data), challenges.answer(exchange.answered(data), record.masked))]
    match = _VERB.match(data)
    name = step.verb or (match[1].decode("ascii").upper() if match else "")
    about = verbs.EXPLAINED.get(name)
    if match is None or about is None:
        return [_unknown(record)]
    start, end = match.span(1)
    if name in _WITH_PATH:
        return _with_path(name, about, data, start, end, context)
    found = [Span(start, end, about)]
    word = _WORD.search(data, end)
    if word is None:
        return found
    if name in {"EHLO", "HELO", "LHLO"}:
        found.append(Span(*word.span(), greeted(word[0][:300].decode("utf-8", "backslashreplace"))))
    elif name == "AUTH":
        found += _auth(record, end, context, exchange)
    elif name in {"DATA", "RSET", "QUIT", "STARTTLS"}:
        found.append(Span(word.start(), len(data), NO_ARGUMENT))
    return found


def _unknown(record: Record) -> Span:
    data = record.data
    if record.masked:
        return Span(0, len(data), challenges.MASKED)
    if data[:1] == b"\x16":
        return Span(0, len(data), TLS)
    if _HTTP.match(data):
        return Span(0, len(data), HTTP)
    word = _WORD.search(data)
    return Span(*word.span(), UNKNOWN) if word else Span(0, len(data), UNKNOWN)


def _with_path(
    verb: str, about: Explanation, data: bytes, start: int, end: int, context: judging.Context
) -> list[Span]:
    keyword = _KEYWORD.match(data, end)
    if keyword is None:
        return [Span(start, end, about)]
    found = [Span(start, keyword.end(), about)]
    path = _PATH.match(data, keyword.end())
    if path is None:
        return found
    found.append(Span(*path.span(1), _path(verb, path[1][:300].decode("utf-8", "backslashreplace"))))
    for word in islice(_WORD.finditer(data, path.end()), _MOST):
        text = word[0][:1000].decode("utf-8", "backslashreplace")
        found.append(Span(*word.span(), judging.parameter(verb, text, context)))
    return found


@lru_cache(maxsize=2048)
def _path(verb: str, path: str) -> Explanation:
    address = path.removeprefix("<").removesuffix(">").strip()
    shown = address if len(address) <= _SHOWN else address[:_SHOWN] + "…"
    if verb != "RCPT" and not address:
        return _NULL_PATH
    if verb == "RCPT":
        title, text, source = "Recipient", f"The message goes to {shown}.", "RFC 5321 §4.1.1.3, §4.1.2"
    else:
        title, text, source = "Sender", f"Reports of failure go to {shown}.", "RFC 5321 §4.1.1.2, §4.1.2"
    if not path.startswith("<"):
        text += " The angle brackets around it are missing."
    elif not path.endswith(">"):
        text += " The closing bracket is missing."
    if address.startswith("@"):
        text += " It begins with a route, which servers ignore."
    if not address.isascii():
        text += " It is not ASCII, so MAIL must say SMTPUTF8."
    return Explanation(title, text, "<local-part@domain>", source=source)


_NULL_PATH: Final = Explanation(
    "No sender",
    "Nobody gets a report about this message: it is a report or an automatic answer itself, and must not cause more.",
    "<>",
    source="RFC 5321 §4.5.5",
)


def _name(text: str, advice: str = "", source: str = "RFC 5321 §4.1.1.1, §2.3.5") -> Explanation:
    return Explanation("The client's name", text, "domain / [address]", "", advice, source)


_NAMES: Final[Mapping[str, Explanation]] = {
    "literal": _name("The client has no name and gives its address in brackets.", "", "RFC 5321 §4.1.3"),
    "ip": _name(
        "An address without brackets, which is neither a name nor an address literal.",
        "Put it in brackets, or give the host a name.",
        "RFC 5321 §4.1.3",
    ),
    "single": _name(
        "A name of one part, such as localhost or a container's. It is good only on this network.",
        "Set the client's host name to its full name; public servers may refuse this one.",
    ),
    "domain": _name("A full domain name, as it should be."),
    "utf8": _name("Not ASCII: the name must be written in its xn-- form.", "Use the xn-- form.", "RFC 5321 §2.3.5"),
    "malformed": _name("Not a domain name: it has characters that a host name cannot have.", "Give a real name."),
}


@lru_cache(maxsize=1024)
def greeted(name: str) -> Explanation:
    """Return what kind of name a client gives itself."""
    if name.startswith("[") and name.endswith("]"):
        return _NAMES["literal"]
    if not name.isascii():
        return _NAMES["utf8"]
    if _IP.fullmatch(name):
        return _NAMES["ip"]
    if not _LABELS.fullmatch(name):
        return _NAMES["malformed"]
    return _NAMES["domain" if "." in name.rstrip(".") else "single"]


def _auth(record: Record, end: int, context: judging.Context, exchange: challenges.Exchange) -> list[Span]:
    mechanism, secret = challenges.arguments(record, end)
    found = []
    if mechanism:
        name = record.data[slice(*mechanism)][:60].decode("utf-8", "backslashreplace").upper()
        exchange.mechanism = name
        offered = context.offered.get("AUTH", ()) if context.offered is not None else None
        found.append(Span(*mechanism, challenges.mechanism(name, offered)))
    if secret:
        about = challenges.answer(exchange.answered(record.data[slice(*secret)]), record.masked)
        found.append(Span(*secret, about if mechanism else challenges.MASKED))
    return found
