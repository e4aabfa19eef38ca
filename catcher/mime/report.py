"""multipart/report read as what it reports: bounces, read receipts, abuse complaints, TLS reports (RFC 6522)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from catcher.mime.headers import Field
from catcher.mime.outline import Node, Outline

ReportKind = Literal["delivery", "disposition", "abuse", "tls", "dmarc", "other"]


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
    return None
