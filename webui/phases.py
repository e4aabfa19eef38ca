"""RECORDS -> PHASES: under which heading a line of the dialog stands, and which commands came in one packet."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from catcher.dialog.records import Direction, Kind, Record

CONNECT, HELLO, TLS, AUTH, CLOSE = "Connect", "Hello", "TLS", "Auth", "Close"
_PHASES = {"EHLO": HELLO, "HELO": HELLO, "STARTTLS": TLS, "AUTH": AUTH, "QUIT": CLOSE}
_KINDS = {
    Kind.OPEN: CONNECT,
    Kind.TLS_START: TLS,
    Kind.TLS_DONE: TLS,
    Kind.TLS_FAIL: TLS,
    Kind.AUTH: AUTH,
    Kind.CLOSE: CLOSE,
}
# What `decided` may go by, as it stands in the stored text of a record.
DECIDING = re.compile(
    rb'"(?:Cline","(?:EHLO|HELO|STARTTLS|AUTH|QUIT|MAIL|RCPT|DATA|BDAT)|!(?:open|tls-|auth|close))', re.IGNORECASE
)
COMMAND = re.compile(rb"(MAIL FROM|RCPT TO|[A-Za-z]{4,8})(?=[\s:]|$)", re.IGNORECASE)


def after(phase: str, record: Record) -> str:
    """Return the phase of a record behind one of `phase`."""
    return decided(record) or phase or CONNECT


def decided(record: Record) -> str:
    """Return the phase that a record begins or belongs to by itself; empty where it stays in the one before.

    What follows a transaction without a phase of its own (RSET, NOOP, VRFY) stays under its heading.
    """
    if record.kind in _KINDS:
        return _KINDS[record.kind]
    if record.direction is not Direction.CLIENT or record.kind is not Kind.LINE:
        return ""
    said = verb(record)
    if record.masked:
        return AUTH if said == "AUTH" else ""
    if said == "MAIL" or (said in {"RCPT", "DATA", "BDAT"} and record.transaction):
        return f"Transaction {record.transaction}" if record.transaction else "Transaction"
    return _PHASES.get(said, "")


def latest(backwards: Iterable[Record]) -> str:
    """Return the phase that the nearest of the records before a line decides; empty where none does."""
    return next((phase for record in backwards if (phase := decided(record))), "")


def verb(record: Record) -> str:
    match = COMMAND.match(record.data)
    return match[1].decode("ascii").upper().split(" ")[0] if match else ""


def is_command(record: Record) -> bool:
    return record.direction is Direction.CLIENT and record.kind is Kind.LINE


@dataclass(slots=True)
class Packet:
    """The commands of one read: the first and the last of them, and how many."""

    first: int
    last: int
    count: int = 1

    def place(self, seq: int) -> str:
        return "first" if seq == self.first else "last" if seq == self.last else "inner"


def packets(records: Iterable[Record]) -> dict[int, Packet]:
    """Return the reads that brought more than one command, by their number."""
    found: dict[int, Packet] = {}
    for record in records:
        if not record.read or not is_command(record):
            continue
        known = found.get(record.read)
        if known is None:
            found[record.read] = Packet(record.seq, record.seq)
        else:
            known.last, known.count = record.seq, known.count + 1
    return {read: packet for read, packet in found.items() if packet.count > 1}
