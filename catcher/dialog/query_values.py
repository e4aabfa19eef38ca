"""TEXT -> VALUE: what stands behind a key of the filter language, read by the kind that the key takes."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta
from difflib import get_close_matches
from fnmatch import translate

from catcher.dialog.query_keys import Key, Kind

# Patterns, choices and free text; numbers and microseconds; reply codes; how long ago; a point in time.
Value = tuple[str, ...] | int | frozenset[int] | timedelta | datetime

CODES = range(200, 600)
COMPARED: dict[str, Callable[[int, int], bool]] = {
    "=": operator.eq,
    ">": operator.gt,
    ">=": operator.ge,
    "<": operator.lt,
    "<=": operator.le,
}
_DURATION = re.compile(r"(\d{1,9}(?:\.\d{1,6})?)(ms|s|m|h|d|w)", re.ASCII | re.IGNORECASE)
_UNITS = {"ms": 1_000, "s": 1_000_000, "m": 60_000_000, "h": 3_600_000_000, "d": 86_400_000_000, "w": 604_800_000_000}
_NUMBER = re.compile(r"\d{1,15}", re.ASCII)
_CODE_CLASS = re.compile(r"([2-5])(?:xx|\*)|([2-5]\d)[x*]", re.ASCII | re.IGNORECASE)


def read(key: Key, compare: str, text: str) -> Value:
    """Return the value; raises ValueError with what is wrong and what to do."""
    if not text:
        raise ValueError(f"`{key.name}{compare}` needs a value, such as `{key.examples[0]}`")
    return _READERS[key.kind](key, compare, text)


def nearest(word: str, known: Iterable[str]) -> str:
    """Return `: did you mean ...?` for a word that is close to a known one, else an empty string."""
    by_name = {name.lower(): name for name in known}
    close = get_close_matches(word[:40].lower(), by_name, 1, 0.6)
    return f": did you mean `{by_name[close[0]]}`?" if close else ""


def _pattern(key: Key, compare: str, text: str) -> Value:
    return (re.sub(r"\*+", "*", text),)


def _choice(key: Key, compare: str, text: str) -> Value:
    chosen: dict[str, None] = {}
    for word in text.split(","):
        glob = re.compile(translate(word.replace("[", "[[]").lower()))
        found = [choice for choice in key.choices if glob.match(choice.lower())]
        if not found:
            hint = nearest(word, key.choices) or f": use one of {', '.join(key.choices)}"
            raise ValueError(f"`{key.name}` has no value `{_short(word)}`{hint}")
        chosen |= dict.fromkeys(found)
    return tuple(chosen)


def _number(key: Key, compare: str, text: str) -> Value:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"`{_short(text)}` is no number: write `{key.examples[0]}`")
    return int(text)


def _code(key: Key, compare: str, text: str) -> Value:
    group = _CODE_CLASS.fullmatch(text)
    if group is not None:
        if compare != "=":
            raise ValueError(f"`{compare}` needs one code: write `code=5xx`, or `code>=500`")
        prefix = group[1] or group[2]
        return frozenset(code for code in CODES if str(code).startswith(prefix))
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"`{_short(text)}` is no reply code: write `code=550`, `code=5xx` or `code>=400`")
    codes = frozenset(code for code in CODES if COMPARED[compare](code, int(text)))
    if not codes:
        raise ValueError(f"no reply code fits `code{compare}{_short(text)}`: they lie between 200 and 599")
    return codes


def _duration(key: Key, compare: str, text: str) -> Value:
    match = _DURATION.fullmatch(text)
    if match is None:
        raise ValueError(f"`{_short(text)}` is no time: write a number with its unit, such as 500ms, 2s or 5m")
    return round(float(match[1]) * _UNITS[match[2].lower()])


def _time(key: Key, compare: str, text: str) -> Value:
    match = _DURATION.fullmatch(text)
    try:
        if match is not None:
            return timedelta(microseconds=round(float(match[1]) * _UNITS[match[2].lower()]))
        moment = datetime.fromisoformat(text)
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, OverflowError):
        raise ValueError(
            f"`{_short(text)}` is no time: write how long ago (1h, 2d) or a date (2026-11-24, 2026-11-24T10:30)"
        ) from None


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:40] + "…"


_READERS: dict[Kind, Callable[[Key, str, str], Value]] = {
    Kind.PATTERN: _pattern,
    Kind.CHOICE: _choice,
    Kind.NUMBER: _number,
    Kind.CODE: _code,
    Kind.DURATION: _duration,
    Kind.TIME: _time,
}
