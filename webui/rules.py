"""The list of rules as the page shows it: made from the rules themselves, once, for they do not change."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from catcher.dialog.finding import Rule, Severity
from catcher.dialog.lint import registry
from webui import examples, libraries
from webui.examples import Example

COLOURS = {Severity.SECURITY: "bad", Severity.ERROR: "bad", Severity.WARNING: "warn", Severity.INFO: ""}
KINDS = ("session", "message")


@dataclass(frozen=True, slots=True)
class Entry:
    """A rule with its example; `kind` is what it looks at."""

    rule: Rule
    kind: str
    example: Example

    @property
    def colour(self) -> str:
        return COLOURS[self.rule.severity]

    @property
    def fixes(self) -> list[tuple[str, str]]:
        """The advice for each client library."""
        return [(libraries.name(family), advice) for family, advice in self.rule.fixes.items()]


@cache
def entries() -> list[Entry]:
    """Return all rules in the order of their ids."""
    return sorted(_entries(), key=lambda entry: (entry.rule.id[0] == "M", entry.rule.id))


def _entries() -> Iterator[Entry]:
    for rule in registry.SESSION:
        yield Entry(rule, "session", examples.of_session(rule))
    for rule in registry.MESSAGE:
        yield Entry(rule, "message", examples.of_message(rule))


@lru_cache(maxsize=16)
def listing(muted: frozenset[str]) -> SafeString:
    """Return the whole list as HTML."""
    cards = (_card(at, entry.rule.id in muted) for at, entry in enumerate(entries()))
    return mark_safe("".join(cards))  # noqa: S308 - rendered by a template


@cache
def _card(at: int, muted: bool) -> str:
    return render_to_string("rules.html#card", {"entry": entries()[at], "muted": muted})
