"""RRULE in words; nothing is ever expanded, for a rule of one line may stand for ages of seconds (RFC 5545, 3.3.10)."""

from __future__ import annotations

import re
from typing import Final

from catcher.mime.calendar_lines import Component

_MAX_RULES: Final = 10
_MAX_LISTED: Final = 31

_UNITS: Final = {
    "SECONDLY": "second",
    "MINUTELY": "minute",
    "HOURLY": "hour",
    "DAILY": "day",
    "WEEKLY": "week",
    "MONTHLY": "month",
    "YEARLY": "year",
}
_DAYS: Final = {
    "MO": "Monday",
    "TU": "Tuesday",
    "WE": "Wednesday",
    "TH": "Thursday",
    "FR": "Friday",
    "SA": "Saturday",
    "SU": "Sunday",
}
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_PLACES: Final = {1: "first", 2: "second", 3: "third", 4: "fourth", 5: "fifth", -1: "last", -2: "last but one"}
_DAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")
_NUMBER = re.compile(r"[+-]?\d{1,18}")
_UNTIL = re.compile(r"(\d{4})(\d{2})(\d{2})(?:T(\d{2})(\d{2})\d{2}(Z)?)?")
_SAID: Final = frozenset(("FREQ", "INTERVAL", "COUNT", "UNTIL", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "WKST"))


def recurrence(event: Component) -> str:
    """Return in words how an event repeats, or ''."""
    words = [rule_in_words(each.value) for each in event.all("RRULE")[:_MAX_RULES]]
    for name, said in (("RDATE", "also on"), ("EXDATE", "except on")):
        if count := sum(len(each.value.split(",")) for each in event.all(name)):
            words.append(f"{said} {_counted(count, 'date')}")
    return "; ".join(words)


def rule_in_words(rule: str) -> str:
    """Return one RRULE in words; what is not understood is quoted."""
    pairs = (each.partition("=") for each in rule[:2_000].upper().split(";"))
    parts = {key.strip(): value.strip() for key, _, value in pairs}
    unit = _UNITS.get(parts.get("FREQ", ""))
    if unit is None:
        return f"by the rule {rule[:200]}"
    every = max(_integer(parts.get("INTERVAL", "1")), 1)
    words = [f"every {unit}" if every == 1 else f"every {every:,} {unit}s", _months(parts), _days(parts)]
    further = sorted(f"{key}={value}"[:60] for key, value in parts.items() if key and key not in _SAID)
    text = " ".join(word for word in words if word)
    return ", ".join(each for each in (text, _end(parts), *further[:10]) if each)


def _months(parts: dict[str, str]) -> str:
    numbers = [_integer(each) for each in parts.get("BYMONTH", "").split(",")[:12]]
    return _in_row("in", [_MONTHS[number - 1] for number in numbers if 1 <= number <= 12])


def _days(parts: dict[str, str]) -> str:
    by_number = [_integer(each) for each in parts.get("BYMONTHDAY", "").split(",")[:_MAX_LISTED]]
    days = [_day(each, parts) for each in _DAY.findall(parts.get("BYDAY", "")[:1_000])[:_MAX_LISTED]]
    numbered = ["the last day" if number == -1 else f"day {number}" for number in by_number if number]
    return " ".join(each for each in (_in_row("on", numbered), _in_row("on", days)) if each)


def _day(found: tuple[str, str], parts: dict[str, str]) -> str:
    number, day = found
    place = _integer(number or parts.get("BYSETPOS", ""))
    return f"the {_PLACES.get(place, f'{place}th')} {_DAYS[day]}" if place else _DAYS[day]


def _end(parts: dict[str, str]) -> str:
    if count := _integer(parts.get("COUNT", "")):
        return _counted(count, "time")
    found = _UNTIL.fullmatch(parts.get("UNTIL", ""))
    if found is None:
        return ""
    year, month, day, hour, minute, utc = found.groups()
    return f"until {year}-{month}-{day}" + (f" {hour}:{minute}" if hour else "") + (" UTC" if utc else "")


def _integer(text: str) -> int:
    return int(text) if _NUMBER.fullmatch(text) else 0


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _in_row(word: str, items: list[str]) -> str:
    if not items:
        return ""
    row = " and ".join(filter(None, (", ".join(items[:-1]), items[-1])))
    return f"{word} {row}"
