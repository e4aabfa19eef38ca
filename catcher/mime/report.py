"""multipart/report read as what it reports: bounces, read receipts, abuse complaints, TLS reports (RFC 6522)."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

from catcher.mime.charsets import one_line
from catcher.mime.headers import Field, split
from catcher.mime.outline import Node, Outline

ReportKind = Literal["delivery", "disposition", "abuse", "tls", "dmarc", "other"]

MAX_RECIPIENTS: Final = 1_000
_MAX_OCTETS: Final = 1_000_000  # of the machine's part
_MAX_TEXT: Final = 2_000

_MACHINE: Final[dict[str, ReportKind]] = {
    "message/delivery-status": "delivery",
    "message/global-delivery-status": "delivery",
    "message/disposition-notification": "disposition",
    "message/global-disposition-notification": "disposition",
    "message/feedback-report": "abuse",
    "application/tlsrpt+json": "tls",
    "application/tlsrpt+gzip": "tls",
}
_ORIGINALS: Final = frozenset(
    ("message/rfc822", "message/global", "text/rfc822-headers", "message/global-headers", "message/rfc822-headers")
)
# RFC 7489, section 7.2.1.1: receiver "!" policy-domain "!" begin "!" end "." extension.
_DMARC_NAME = re.compile(
    r"[^!\s]{1,255}![^!\s]{1,255}!\d{1,12}!\d{1,12}(?:![^!\s]{1,100})?\.(?:xml|xml\.gz|zip)", re.IGNORECASE
)
_BLANK_LINES = re.compile(rb"[\r\n]++")
_DONE: Final = {
    "failed": "Delivery failed",
    "delayed": "Delivery is delayed",
    "delivered": "Delivered",
    "relayed": "Passed on to a server that reports no delivery",
    "expanded": "Delivered to a list",
}

_Group = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What happened for one recipient (RFC 3464, section 2.3); all texts may be ''."""

    recipient: str  # Final-Recipient without its type
    original: str
    action: str  # failed, delayed, delivered, relayed, expanded
    status: str  # 5.1.1
    diagnostic: str
    remote_mta: str
    fields: tuple[Field, ...]  # all of the group, as sent


@dataclass(frozen=True, slots=True)
class Report:
    """A report; fields are those of the whole message, recipients stand in a delivery report only."""

    kind: ReportKind
    title: str  # in plain words: "Delivery failed for 1 of 2 recipients"
    fields: tuple[Field, ...]
    recipients: tuple[RecipientReport, ...] = ()
    explanation: Node | None = None  # the part for people
    machine: Node | None = None  # the part this was read from
    original: Node | None = None  # the returned message or its header


def report(outline: Outline) -> Report | None:
    """Return what the message reports, or None where it is no report; never raises."""
    nodes = outline.own
    holder = next((node for node in nodes if node.content_type == "multipart/report"), None)
    machine = next((node for node in nodes if node.content_type in _MACHINE), None)
    if holder is None and machine is None:
        return _dmarc(outline)
    kind: ReportKind = _MACHINE[machine.content_type] if machine else "other"
    groups = _groups(machine) if machine and kind != "tls" else []
    fields, recipients = _parted(kind, groups)
    return Report(
        kind,
        _title(kind, fields, recipients, outline),
        fields,
        recipients,
        explanation=outline.text or outline.html,
        machine=machine,
        original=next((node for node in nodes if node.content_type in _ORIGINALS and node is not outline.root), None),
    )


def _dmarc(outline: Outline) -> Report | None:
    for node in outline.attachments:
        if _DMARC_NAME.fullmatch(node.declared_name[:1_000]):
            domain = node.declared_name.split("!")[1]
            return Report("dmarc", f"DMARC report for {one_line(domain)}", (), machine=node)
    return None


def _groups(machine: Node) -> list[_Group]:
    """Take the blocks of fields apart that blank lines part (RFC 3464, section 2.1)."""
    data = machine.decoded[:_MAX_OCTETS]
    groups: list[_Group] = []
    pos = _past_blank(data, 0)
    for _ in range(MAX_RECIPIENTS * 2):
        if pos >= len(data) or len(groups) > MAX_RECIPIENTS:
            break
        fields, body, _ = split(data, pos)
        if fields:
            groups.append(tuple(fields))
        # A line that is no field is passed over.
        pos = _past_blank(data, body if body > pos else (data.find(b"\n", pos) + 1) or len(data))
    return groups


def _past_blank(data: bytes, pos: int) -> int:
    found = _BLANK_LINES.match(data, pos)
    return found.end() if found else pos


def _parted(kind: ReportKind, groups: list[_Group]) -> tuple[_Group, tuple[RecipientReport, ...]]:
    if kind != "delivery":
        return tuple(field for group in groups for field in group), ()
    # The first group is about the message, unless the sender left that one out.
    of_message = () if not groups or _is_of_recipient(groups[0]) else groups[0]
    return of_message, tuple(_recipient(group) for group in groups if _is_of_recipient(group))


def _is_of_recipient(group: _Group) -> bool:
    return any(field.name.lower() in ("final-recipient", "action") for field in group)


def _recipient(group: _Group) -> RecipientReport:
    original = _after_type(_value(group, "original-recipient"))
    return RecipientReport(
        recipient=_after_type(_value(group, "final-recipient")) or original,
        original=original,
        action=_value(group, "action").partition("(")[0].strip().lower()[:50],
        status=_value(group, "status").partition("(")[0].strip()[:50],
        diagnostic=_after_type(_value(group, "diagnostic-code")),
        remote_mta=_after_type(_value(group, "remote-mta")),
        fields=group,
    )


def _value(fields: Iterable[Field], name: str) -> str:
    return next((field.decoded[:_MAX_TEXT] for field in fields if field.name.lower() == name), "")


def _after_type(value: str) -> str:
    """Return what follows the type of an address, a server or a diagnostic: `rfc822; a@b` (section 2.1.2)."""
    kind, semicolon, rest = value.partition(";")
    return rest.strip() if semicolon and " " not in kind.strip() else value.strip()


def _title(
    kind: ReportKind, fields: tuple[Field, ...], recipients: tuple[RecipientReport, ...], outline: Outline
) -> str:
    if kind == "delivery":
        return _delivery_title(recipients)
    if kind == "disposition":
        # RFC 8098, section 3.2.6: mode; type/modifiers
        what = _value(fields, "disposition").rpartition(";")[2].partition("/")[0].strip().lower()
        return f"Receipt: {what or 'nothing is said'}"
    if kind == "abuse":
        return f"Complaint: {_value(fields, 'feedback-type') or 'of no named type'}"
    if kind == "tls":
        domain = outline.root.part.header("tls-report-domain")[:_MAX_TEXT]
        return f"TLS report for {domain}" if domain else "TLS report"
    return "A report without a part that a machine can read"


def _delivery_title(recipients: tuple[RecipientReport, ...]) -> str:
    count = len(recipients)
    if not count:
        return "Delivery report that names no recipient"
    action, some = Counter(each.action for each in recipients).most_common(1)[0]
    if any(each.action == "failed" for each in recipients):
        action, some = "failed", sum(each.action == "failed" for each in recipients)
    people = f"{count} recipient{'s' if count > 1 else ''}"
    words = _DONE.get(action, f"Delivery report ({action or 'no action is named'})")
    return f"{words} for {people}" if some == count else f"{words} for {some} of {people}"
