"""CONVERSATION or MESSAGE -> FINDINGS: every module of this package holds the rules of one topic."""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from importlib import import_module
from itertools import islice
from pkgutil import iter_modules
from typing import Any

from catcher.dialog.conversation import Conversation
from catcher.dialog.finding import Evidence, Finding, Rule
from catcher.dialog.lint import registry
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.session import Session

logger = logging.getLogger(__name__)

# A session of 100,000 wrong commands needs no 100,000 findings to say so.
MOST = 20

for _module in iter_modules(__path__):
    import_module(f"{__name__}.{_module.name}")


def lint_session(conversation: Conversation, muted: Collection[str] = frozenset()) -> list[Finding]:
    """Return what the rules about sessions find: the worst first, then in the order of the lines."""
    return _lint(registry.SESSION, Session(conversation), muted)


def lint_message(opened: Opened, muted: Collection[str] = frozenset()) -> list[Finding]:
    """Return what the rules about messages find: the worst first, then in the order of the octets."""
    return _lint(registry.MESSAGE, opened, muted)


def _lint(rules: Iterable[Rule], subject: Any, muted: Collection[str]) -> list[Finding]:
    found: list[Finding] = []
    for rule in rules:
        if rule.id not in muted:
            found += _findings(rule, subject)
    return sorted(found, key=_place)


def _findings(rule: Rule, subject: Any) -> list[Finding]:
    """Return what one rule finds, at most MOST; a rule that fails costs its own findings and no others."""
    found: list[Finding] = []
    try:
        evidence = iter(rule.check(subject))
        found = [Finding(rule, seen) for seen in islice(evidence, MOST)]
        more = sum(1 for _ in evidence)
    except Exception:
        logger.exception("rule %s failed", rule.id)
        return []
    if more:
        found[-1] = Finding(rule, found[-1].evidence, more)
    return found


def _place(finding: Finding) -> tuple[int, int, int, str]:
    evidence: Evidence = finding.evidence
    return (
        finding.severity.rank,
        evidence.lines[0] if evidence.lines else 0,
        evidence.octets[0][0] if evidence.octets else 0,
        finding.id,
    )
