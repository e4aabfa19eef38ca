"""The list of rules; a module of rules enters its own by the decorator, so that nothing can be forgotten elsewhere."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Iterable, Mapping
from operator import attrgetter
from typing import Any, Literal

from catcher.dialog.finding import Evidence, Rule, Severity

# What a rule looks at differs: a Session for the rules S.., an Opened message for the rules M...
Check = Callable[[Any], Iterable[Evidence]]

# Both in the order of their ids.
SESSION: list[Rule] = []
MESSAGE: list[Rule] = []
by_id: dict[str, Rule] = {}


def rule(
    id: str,
    severity: Severity,
    title: str,
    *,
    breaks: str,
    source: str,
    fix: str,
    example: str,
    fixes: Mapping[str, str] | None = None,
    on: Literal["session", "message"] | None = None,
) -> Callable[[Check], Check]:
    """Enter the decorated function as the check of a rule; the first letter of its id tells what it checks.

    `on` tells it for a rule about the envelope that has to see the message's octets: an id with S, checked on messages.
    """
    subject = on or ("session" if id[0] == "S" else "message")

    def enter(check: Check) -> Check:
        if id in by_id:
            raise ValueError(f"two rules are called {id}")
        made = Rule(id, severity, title, breaks, source, fix, example, check, dict(fixes or {}))
        by_id[id] = made
        insort(SESSION if subject == "session" else MESSAGE, made, key=attrgetter("id"))
        return check

    return enter
