"""The parameters of MAIL and RCPT as they were sent: what the value says here, and whether it may stand here."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from catcher.dialog.explain.model import Explanation
from catcher.dialog.explain.parameters import PARAMETERS, extension

_XTEXT = re.compile(r"\+([0-9A-F]{2})")
_BY = re.compile(r"(-?\d{1,9});([RN])(T?)", re.IGNORECASE)
_WRONG: Final = "The value has not the form that it should have."
_SHOWN = 100


@dataclass(slots=True)
class Context:
    """What was known when the command came.

    `offered` is None where no hello was seen, so that nothing can be said about it; `content` counts the octets of
    the message that followed, None where that is not known.
    """

    offered: Mapping[str, tuple[str, ...]] | None = None
    content: int | None = None
    tls: bool = False


def parameter(verb: str, text: str, context: Context) -> Explanation:
    """Return what a parameter says where it stands."""
    keyword, equals, value = text.partition("=")
    name = keyword.upper()
    known = PARAMETERS.get(name)
    if known is None:
        told = f"No parameter that is known here.{_unoffered(name, value, context)}"
        return Explanation(_cut(text), told, source="RFC 5321 §4.1.1.11")
    judge = _JUDGES[name]
    facts = judge(value, context) if equals or name in _WITHOUT_VALUE else _WRONG
    misplaced = "" if verb in known.verbs else f" It belongs to {known.verbs[0]}, not to {verb}."
    told = f"{facts} {known.text}".strip() + misplaced + _unoffered(name, value, context)
    return Explanation(_cut(text), told, known.grammar, "", "", known.source)


def _unoffered(name: str, value: str, context: Context) -> str:
    needed = extension(name, value)
    if context.offered is None or needed in context.offered:
        return ""
    return f" The server did not offer {needed[:_SHOWN]}, so it may not be used here."


def number(value: str) -> int | None:
    """Return a number of at most 20 digits, else None."""
    return int(value) if value.isascii() and value.isdigit() and len(value) <= 20 else None


def _size(value: str, context: Context) -> str:
    declared = number(value)
    if declared is None:
        return _WRONG
    limit = number(((context.offered or {}).get("SIZE") or ("",))[0])
    over = f" That is more than the {limit:,} that the server takes." if limit and declared > limit else ""
    if context.content is None:
        return f"Declared {declared:,}.{over}"
    more = context.content - declared
    return f"Declared {declared:,}, actual {context.content:,}{f' ({more:+,})' if more else ''}.{over}"


def _one_of(**meanings: str) -> Callable[[str, Context], str]:
    names = {name.removeprefix("_"): meaning for name, meaning in meanings.items()}
    return lambda value, _: names.get(value.upper(), _WRONG)


def _flag(value: str, _: Context) -> str:
    return "It takes no value." if value else ""


def _auth(value: str, _: Context) -> str:
    if not value:
        return _WRONG
    return "Nobody is named." if value == "<>" else f"Submitted by {_plain(value)}."


def _envid(value: str, _: Context) -> str:
    if not value or len(value) > 100:
        return _WRONG
    return f"It is {_plain(value)}." if "+" in value else ""


def _notify(value: str, _: Context) -> str:
    wanted = set(value[:_SHOWN].upper().split(","))
    if wanted == {"NEVER"}:
        return "No report at all, not even of a failure."
    if not wanted <= {"SUCCESS", "FAILURE", "DELAY"}:
        return "NEVER stands alone." if "NEVER" in wanted else _WRONG
    return f"A report on {', '.join(sorted(wanted)).lower()}."


def _orcpt(value: str, _: Context) -> str:
    kind, semicolon, address = value.partition(";")
    return f"It was {_plain(address)} ({_cut(kind)})." if kind and semicolon and address else _WRONG


def _priority(value: str, _: Context) -> str:
    digits = value.removeprefix("-")
    return "" if len(digits) == 1 and digits in "0123456789" else _WRONG


def _require_tls(value: str, context: Context) -> str:
    return _flag(value, context) or ("" if context.tls else "It is asked for on a connection without TLS.")


def _hold(value: str, _: Context) -> str:
    seconds = number(value)
    return _WRONG if seconds is None or len(value) > 9 else f"For {seconds:,} seconds."


def _moment(value: str, _: Context) -> str:
    return f"Until {_cut(value)}." if value[:4].isdigit() else _WRONG


def _since(value: str, _: Context) -> str:
    return f"Since {_cut(value)}." if value[:4].isdigit() else _WRONG


def _by(value: str, _: Context) -> str:
    match = _BY.fullmatch(value)
    if match is None:
        return _WRONG
    then = "return it" if match[2] in "Rr" else "tell of the delay"
    return f"Within {int(match[1]):,} seconds, else {then}."


_JUDGES: Final[Mapping[str, Callable[[str, Context], str]]] = {
    "SIZE": _size,
    "BODY": _one_of(
        _7BIT="ASCII only.", _8BITMIME="Octets above 127 may stand in it.", BINARYMIME="Binary; it must come by BDAT."
    ),
    "SMTPUTF8": _flag,
    "AUTH": _auth,
    "RET": _one_of(FULL="The whole message comes back.", HDRS="Only the header comes back."),
    "ENVID": _envid,
    "NOTIFY": _notify,
    "ORCPT": _orcpt,
    "MT-PRIORITY": _priority,
    "REQUIRETLS": _require_tls,
    "HOLDFOR": _hold,
    "HOLDUNTIL": _moment,
    "BY": _by,
    "RRVS": _since,
    "TRANSID": lambda value, _: "" if value else _WRONG,
    "CONPERM": _flag,
    "CONNEG": _flag,
}
_WITHOUT_VALUE: Final = frozenset(name for name, judge in _JUDGES.items() if judge in (_flag, _require_tls))


def _plain(xtext: str) -> str:
    """Return xtext (RFC 3461 §4) as text."""
    return _cut(_XTEXT.sub(lambda match: chr(int(match[1], 16)), xtext[: 3 * _SHOWN]))


def _cut(text: str) -> str:
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
