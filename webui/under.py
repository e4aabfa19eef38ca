"""What stands under a line of the dialog: the lesson, the remark, the table of extensions, the login, the findings."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from django.urls import NoReverseMatch, reverse

from catcher.dialog import explain
from catcher.dialog.explain import AuthExchange, Explanation, OfferRow, Remark, Use
from catcher.dialog.finding import Finding
from webui import libraries
from webui.annotated import Glossary
from webui.libraries import Fix
from webui.reading import Reading

_MARKS = {Use.USED: "used", Use.NOT_OFFERED: "alien", Use.NOT_USED: "unused", Use.ALWAYS: "always"}


@dataclass(frozen=True, slots=True)
class Box:
    """A finding as it is told: what was seen, what it breaks, how to mend it."""

    finding: Finding
    number: int
    mine: Sequence[Fix]
    others: Sequence[Fix]

    @property
    def lines(self) -> Sequence[int]:
        return self.finding.evidence.lines


@dataclass(frozen=True, slots=True)
class Offered:
    """One extension as a chip and as a row of the table; `key` is that of its explanation."""

    name: str
    mark: str
    use: str
    detail: str
    meaning: str
    source: str
    key: str


@dataclass(frozen=True, slots=True)
class Under:
    lesson: str = ""
    remark: Remark | None = None
    offers: Sequence[Offered] = ()
    login: AuthExchange | None = None
    boxes: Sequence[Box] = ()

    @property
    def is_boxed(self) -> bool:
        """Tell whether there is more than a lesson."""
        return bool(self.remark or self.offers or self.login or self.boxes)


class Unders:
    """What stands under the lines of one batch; what a remark said once it does not say again."""

    def __init__(self, reading: Reading, glossary: Glossary) -> None:
        self._reading = reading
        self._glossary = glossary
        self._told: set[tuple[str, str]] = set()

    def under(self, seq: int, findings: Iterable[Finding]) -> Under | None:
        reading = self._reading
        step = reading.ends.get(seq)
        boxes = [box(finding, reading) for finding in findings]
        if step is None:
            return Under(boxes=boxes) if boxes else None
        # A step without an answer is told once it has one, or once there will be none.
        waits = step.reply is None and not reading.conversation.close_reason
        # What is no SMTP is not to be judged by its rules, but told once.
        foreign = reading.is_foreign
        return Under(
            "" if waits or foreign else explain.lesson(reading.conversation, step),
            self._once(None if foreign else explain.remark(reading.conversation, step)),
            [self._offered(row) for row in reading.offers[seq].rows] if seq in reading.offers else (),
            reading.logins.get(seq),
            boxes,
        )

    def _once(self, remark: Remark | None) -> Remark | None:
        if remark is None or (remark.title, remark.text) in self._told:
            return None
        self._told.add((remark.title, remark.text))
        return remark

    def _offered(self, row: OfferRow) -> Offered:
        name = " ".join((row.keyword, *row.parameters))
        use = f"{row.use.value.capitalize()}{f': {row.detail}' if row.detail else ''}."
        about = Explanation(row.keyword, row.meaning, grammar=name, advice=use, source=row.source)
        mark, key = _MARKS[row.use], self._glossary.key(about)
        return Offered(name, mark, row.use.value, row.detail, row.meaning, row.source, key)


def box(finding: Finding, reading: Reading) -> Box:
    mine, others = libraries.fixes(finding.rule.fixes, reading.families)
    return Box(finding, reading.numbers.get(id(finding), 0), mine, others)


@cache
def rules_page() -> str:
    """Return the address of the page of all rules, empty while there is none."""
    try:
        return reverse("rules")
    except NoReverseMatch:
        return ""
