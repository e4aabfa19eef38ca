"""How somebody likes the pages: declared once, kept in a cookie of the browser, known when the page is written.

The server reads it, so that a page is never drawn in one way and then in another.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import parse_qs, urlencode

from django.http import HttpRequest, HttpResponseBase

COOKIE: Final = "sandpost-view"
_YEAR = 365 * 24 * 3600
_LONGEST = 500


@dataclass(frozen=True, slots=True)
class Choice:
    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Preference:
    """One question with its answers; of `many` any number may be chosen."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    default: tuple[str, ...]
    help: str = ""
    many: bool = False
    # What else is an answer, where the choices are not all of them.
    pattern: str = ""
    # Whether the menu of a list asks it, too.
    in_list: bool = True

    def checked(self, values: Iterable[str]) -> tuple[str, ...]:
        """Return what of `values` is an answer; the default where a single one is asked for and none is."""
        wanted = list(values)
        known = tuple(choice.value for choice in self.choices if choice.value in wanted)
        if not known and self.pattern:
            known = tuple(value for value in wanted if re.fullmatch(self.pattern, value))
        return known if self.many else known[:1] or self.default


PREFERENCES: Final = (
    Preference(
        "theme", "Theme", (Choice("system", "As the system"), Choice("light", "Light"), Choice("dark", "Dark")),
        ("system",), in_list=False,
    ),
    Preference(
        "density", "Rows", (Choice("comfortable", "Comfortable"), Choice("dense", "Dense")), ("comfortable",),
        "Dense rows take one line each.",
    ),
    Preference(
        "first", "First", (Choice("sender", "Sender"), Choice("recipient", "Recipient")), ("sender",),
        "Who stands first in a row, in bold while it is unread.",
    ),
    Preference(
        "time", "Time", (Choice("relative", "How long ago"), Choice("clock", "Time of day")), ("relative",),
        "What a list says of when mail came. The exact time stands on its title.",
    ),
    Preference(
        "hours", "Hours", (Choice("24", "14:05"), Choice("12", "2:05 pm")), ("24",), in_list=False,
    ),
    Preference(
        "zone", "Time zone", (Choice("system", "Of this browser"), Choice("UTC", "UTC")), ("system",),
        "In which all times are written, those that go on by themselves, too.",
        pattern=r"[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,30}){1,3}", in_list=False,
    ),
    Preference(
        "threads", "Threads", (Choice("off", "One by one"), Choice("on", "Together")), ("off",),
        "Together, a thread is one row: its newest message. A search always lists messages.",
    ),
    Preference(
        "columns", "Show",
        (
            Choice("other", "Both sides"), Choice("snippet", "Beginning of the text"), Choice("tags", "Tags"),
            Choice("findings", "Findings"), Choice("attachments", "Attachments"), Choice("size", "Size"),
        ),
        ("other", "snippet", "tags", "findings", "attachments", "size"),
        "What a row has beside its subject.", many=True,
    ),
    Preference(
        "notify", "Notifications", (Choice("off", "Off"), Choice("on", "On")), ("off",),
        "A notification of the desktop when mail arrives while this page is not looked at.",
    ),
)  # fmt: skip
BY_NAME: Final[Mapping[str, Preference]] = {preference.name: preference for preference in PREFERENCES}


@dataclass(frozen=True, slots=True)
class Preferences:
    """The answers of one browser."""

    answers: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, request: HttpRequest) -> Preferences:
        """Read them from the cookie; what is missing or makes no sense there is as by default."""
        text = request.COOKIES.get(COOKIE, "")[:_LONGEST]
        given = {name: values[-1].split(".") for name, values in parse_qs(text, keep_blank_values=True).items()}
        return cls(
            {each.name: each.checked(given[each.name]) if each.name in given else each.default for each in PREFERENCES}
        )

    def with_(self, name: str, values: Iterable[str]) -> Preferences:
        return Preferences({**self.answers, name: BY_NAME[name].checked(values)})

    def one(self, name: str) -> str:
        return self.answers[name][0]

    @property
    def is_dense(self) -> bool:
        return self.one("density") == "dense"

    @property
    def is_threaded(self) -> bool:
        return self.one("threads") == "on"

    @property
    def sender_first(self) -> bool:
        return self.one("first") == "sender"

    @property
    def has_clock(self) -> bool:
        return self.one("time") == "clock"

    @property
    def theme(self) -> str:
        """Return the theme that was chosen; empty for the system's."""
        chosen = self.one("theme")
        return "" if chosen == "system" else chosen

    @property
    def zone(self) -> str:
        """Return the name of the zone that was chosen; empty for the browser's own."""
        chosen = self.one("zone")
        return "" if chosen == "system" else chosen

    @property
    def has_twelve_hours(self) -> bool:
        return self.one("hours") == "12"

    @property
    def notifies(self) -> bool:
        return self.one("notify") == "on"

    @property
    def columns(self) -> frozenset[str]:
        return frozenset(self.answers["columns"])

    @property
    def asked(self) -> tuple[tuple[Preference, tuple[str, ...]], ...]:
        """Return each question with its answers, for a form."""
        return tuple((each, self.answers[each.name]) for each in PREFERENCES)

    @property
    def asked_in_list(self) -> tuple[tuple[Preference, tuple[str, ...]], ...]:
        return tuple(each for each in self.asked if each[0].in_list)

    def keep(self, response: HttpResponseBase) -> None:
        """Have the browser remember what differs from the defaults."""
        told = {each.name: ".".join(self.answers[each.name]) for each in PREFERENCES}
        changed = {name: text for name, text in told.items() if self.answers[name] != BY_NAME[name].default}
        if changed:
            response.set_cookie(COOKIE, urlencode(changed), max_age=_YEAR, samesite="Lax")
        else:
            response.delete_cookie(COOKIE, samesite="Lax")
