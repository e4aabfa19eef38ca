"""The filter of a page of sessions: it stands in the address as ?q=, and everything on the page keeps it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple
from urllib.parse import urlencode

from django.http import HttpRequest

from catcher.dialog.query import Problem, Query, Term, parse
from catcher.search import sessions as search
from catcher.search.look import Look

# Counting ends here: more than so many is all that anyone wants to know.
MOST_COUNTED = 100
_SIMPLE = re.compile(r"[^\s(),]+")
LIST, CLIENTS = "list", "clients"


class Count(NamedTuple):
    """How many sessions, as far as they are counted: `more` says that there are others."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"

    @classmethod
    def of(cls, found: Look, most: int) -> Count:
        return cls(min(len(found.keys), most), len(found.keys) > most or found.end is not None)


class Marked(NamedTuple):
    """A problem within the text that has it."""

    before: str
    wrong: str
    behind: str
    column: int
    text: str


@dataclass(frozen=True, slots=True)
class Filter:
    """What is asked for, as it was typed and as it was understood."""

    text: str
    query: Query
    view: str = LIST

    @classmethod
    def of(cls, request: HttpRequest) -> Filter:
        asked = request.POST if request.method == "POST" else request.GET
        text = asked.get("q", "").strip()
        return cls(text, parse(text), CLIENTS if asked.get("view") == CLIENTS else LIST)

    @property
    def is_active(self) -> bool:
        return not self.query.is_empty

    @property
    def is_understood(self) -> bool:
        """What is understood in part only would show, or delete, more than was asked for."""
        return not self.query.problems

    @property
    def problems(self) -> list[Marked]:
        return [self._marked(problem) for problem in self.query.problems]

    def _marked(self, problem: Problem) -> Marked:
        before, wrong = self.text[: problem.start], self.text[problem.start : problem.end]
        return Marked(
            _end(before), wrong[:60], self.text[problem.end :][:30], problem.start + 1, _sentence(problem.text)
        )

    @property
    def search(self) -> str:
        """Return what stands behind the path in the address of a session."""
        return link(self.text)

    def without(self, terms: Iterable[Term]) -> str:
        """Return the text without these terms."""
        text = self.text
        for term in sorted(terms, key=lambda term: -term.start):
            before = text[: term.start].rstrip()
            if term.negated and before.split()[-1:] == ["NOT"]:  # it goes with its term
                before = before[:-3].rstrip()
            text = f"{before} {text[term.end :].lstrip()}".strip()
        return text

    def with_(self, term: str) -> str:
        return f"{self.text} {term}".strip()


def _sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith('?') else '.'}"


def _end(text: str) -> str:
    return text if len(text) <= 40 else f"…{text[-39:]}"


def quoted(value: str) -> str:
    """Return a value as it is written behind a key; no quote can stand within quotes: any character will do there."""
    plain = value.replace('"', "*")
    return plain if plain and _SIMPLE.fullmatch(plain) else f'"{plain}"'


def link(text: str, view: str = LIST) -> str:
    """Return the query string of a filter."""
    values = {"q": text} if text else {}
    return f"?{urlencode(values | ({'view': view} if view != LIST else {}))}" if values or view != LIST else ""


def count(query: Query, most: int = MOST_COUNTED) -> Count:
    return Count.of(search.look(query, limit=most + 1), most)
