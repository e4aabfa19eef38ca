"""Findings, and the rules that make them: each rule says once what it checks, why it matters and how to mend it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Severity(StrEnum):
    """How bad it is; in the order in which findings are shown."""

    SECURITY = "security"
    ERROR = "error"  # breaks a MUST, or real servers refuse or lose it
    WARNING = "warning"  # breaks a SHOULD, or is often penalised
    INFO = "info"

    @property
    def rank(self) -> int:
        return list(Severity).index(self)


@dataclass(frozen=True, slots=True)
class Evidence:
    """Where something was seen: lines of the dialog, octets of the message, and what it was in a few words."""

    seen: str = ""
    lines: tuple[int, ...] = ()  # sequence numbers of records
    octets: tuple[tuple[int, int], ...] = ()  # start and end in the stored message
    transaction: int = 0
    # Where this case is worse or milder than the rule is as a whole.
    severity: Severity | None = None


@dataclass(frozen=True, slots=True)
class Rule:
    """One check. `check` takes a lint.session.Session (rules S..) or an Opened message (rules M..)."""

    id: str
    severity: Severity
    title: str  # a few words, fit for a chip: "EHLO name is not a domain"
    breaks: str  # what it breaks in practice: a sentence or two
    source: str  # "RFC 5321 §4.1.1.1"; several by "; "
    fix: str  # what to change, for any client
    example: str  # a script (catcher/dialog/script.py) or a message that has it
    check: Callable[..., Iterable[Evidence]]
    # Client family ("smtplib", "nodemailer", ...) -> what to change there.
    fixes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule found in one session or message."""

    rule: Rule
    evidence: Evidence

    # How many more of its kind were left out; 0 but for the last one of a rule.
    more: int = 0

    @property
    def id(self) -> str:
        return self.rule.id

    @property
    def severity(self) -> Severity:
        return self.evidence.severity or self.rule.severity
