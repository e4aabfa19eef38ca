"""Content lines of iCalendar: name, parameters, value; components as they nest (RFC 5545, section 3.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, NamedTuple

from catcher.mime.charsets import clean, one_line

MAX_TEXT: Final = 500_000  # characters of a calendar object
MAX_LINES: Final = 10_000
MAX_COMPONENTS: Final = 200
_MAX_VALUE: Final = 20_000
_MAX_PARAMETERS: Final = 4_000

_FOLD = re.compile(r"\r?\n[ \t]")
_LINE = re.compile(r'([A-Za-z0-9-]{1,100}+)((?:;[^":;]*+(?:"[^"]*+"[^":;]*+)*+)*+):(.*+)', re.DOTALL)
_PARAMETER = re.compile(r';([A-Za-z0-9-]{1,100}+)=("[^"]*+"|[^;]*+)')
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)


class Property(NamedTuple):
    """One content line; name and parameter names in capitals, value as sent."""

    name: str
    params: dict[str, str]
    value: str

    @property
    def text(self) -> str:
        """The value with its escapes resolved (section 3.3.11), line ends kept."""
        return _ESCAPE.sub(lambda found: "\n" if found[1] in "nN" else found[1], self.value)


@dataclass(slots=True)
class Component:
    """BEGIN to END; components within are those of the next level only."""

    name: str
    properties: list[Property] = field(default_factory=list)
    components: list[Component] = field(default_factory=list)

    def all(self, name: str) -> list[Property]:
        return [each for each in self.properties if each.name == name]

    def first(self, name: str) -> Property | None:
        return next((each for each in self.properties if each.name == name), None)

    def line(self, name: str) -> str:
        """Return the text of the first property of that name on one line, or ''."""
        found = self.first(name)
        return one_line(found.text)[:1_000] if found else ""


def calendars(text: str) -> tuple[list[Component], bool]:
    """Return the VCALENDAR objects of a text, and whether all of it could be read; never raises."""
    roots: list[Component] = []
    open_: list[Component] = []
    count, whole = 0, len(text) <= MAX_TEXT
    for line in _lines(text):
        if line is None:
            whole = False
        elif line.name == "BEGIN":
            count += 1
            if count > MAX_COMPONENTS:
                return roots, False
            _begin(line.value.strip().upper()[:100], roots, open_)
        elif line.name == "END":
            whole = _end(line.value.strip().upper(), open_) and whole
        elif open_:
            open_[-1].properties.append(line)
    return roots, whole and not open_


def _begin(name: str, roots: list[Component], open_: list[Component]) -> None:
    component = Component(name)
    if open_:
        open_[-1].components.append(component)
    elif name == "VCALENDAR":
        roots.append(component)
    open_.append(component)


def _end(name: str, open_: list[Component]) -> bool:
    if not any(each.name == name for each in open_):
        return False
    lawful = open_[-1].name == name
    while open_.pop().name != name:
        pass
    return lawful


def _lines(text: str) -> Iterator[Property | None]:
    """Yield each content line, None for one that is none."""
    lines = _FOLD.sub("", text[:MAX_TEXT]).replace("\r\n", "\n").split("\n", MAX_LINES)
    for line in lines[:MAX_LINES]:
        if not line.strip():
            continue
        found = _LINE.fullmatch(line)
        yield _property(found) if found else None
    if len(lines) > MAX_LINES:
        yield None


def _property(found: re.Match[str]) -> Property:
    name, params, value = found.groups()
    read = {key.upper(): clean(each.strip('"')) for key, each in _PARAMETER.findall(params[:_MAX_PARAMETERS])}
    return Property(name.upper(), read, clean(value[:_MAX_VALUE]))
