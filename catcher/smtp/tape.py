"""The tape: every octet of both directions above TLS, in the order of the wire, bounded and masked."""

from __future__ import annotations

import time
from typing import Any

from catcher.dialog.records import Direction, Kind, Record, Terminator

# A chunk of this many records is closed, and the next one begun: what a flush writes again stays small.
CHUNK = 256
MASK = b"***"


class Tape:
    """Records one session.

    A line of the client is recorded as it arrives, which keeps the order of the wire under pipelining, and may be
    masked until it has been consumed; only consumed lines are ever handed to storage.
    """

    __slots__ = ("_line_limit", "_room", "cut", "dirty", "reads", "records", "seq", "started_ns", "tls", "transaction")

    def __init__(self, line_limit: int, limit: int) -> None:
        self.started_ns = time.monotonic_ns()
        self.records: list[Record] = []
        self.seq = 0
        self.reads = 0
        self.tls = False
        self.transaction = 0
        self.cut = 0
        self.dirty = 0
        self._line_limit = line_limit
        self._room = limit

    def now_us(self) -> int:
        return (time.monotonic_ns() - self.started_ns) // 1000

    def line(self, direction: Direction, data: bytes, terminator: Terminator, at_us: int, length: int = 0) -> Record:
        """Record a line; `length` is its true one where `data` is only its beginning."""
        kept = data if len(data) <= self._line_limit else data[: self._line_limit]
        seq = self.seq + 1
        record = Record(
            seq,
            at_us,
            direction,
            Kind.LINE,
            kept,
            length or len(data),
            terminator,
            self.reads if direction is Direction.CLIENT else 0,
            self.tls,
            self.transaction,
        )
        # What `_append` does, by itself: lines are most of what there is.
        self._room -= len(kept) + 24
        if self._room < 0:
            self._append(record, 0)
        else:
            self.seq = seq
            self.records.append(record)
            self.dirty += 1
        return record

    def note(self, kind: Kind, **info: Any) -> Record:
        """Record something that is not a line."""
        record = Record(
            self.seq + 1, self.now_us(), Direction.NOTE, kind, tls=self.tls, transaction=self.transaction, info=info
        )
        self._append(record, 64)
        return record

    def body(self, info: dict[str, Any]) -> None:
        """Record message data by its summary; the dictionary stays the caller's, who adds where it was stored."""
        record = Record(
            self.seq + 1,
            self.now_us(),
            Direction.CLIENT,
            Kind.BODY,
            b"",
            info["wire"],
            Terminator.NONE,
            self.reads,
            self.tls,
            self.transaction,
            False,
            info,
        )
        self._append(record, 64)

    def _append(self, record: Record, cost: int) -> None:
        self._room -= cost
        if self._room < 0 and record.kind is not Kind.CLOSE:
            self.cut += 1
            if self.cut > 1:
                return
            record = Record(
                self.seq + 1, record.at_us, Direction.NOTE, Kind.CUT, tls=self.tls, transaction=self.transaction
            )
        elif record.kind is Kind.CLOSE and self.cut:
            record.info["cut"] = self.cut
        self.seq = record.seq = self.seq + 1
        self.records.append(record)
        self.dirty += 1

    def mask(self, record: Record, keep: int = 0) -> None:
        """Take the secret out of a line that lies in memory; `keep` octets of its beginning stay."""
        record.data = record.data[:keep] + MASK
        record.masked = True

    def take(self, pending: int) -> list[Record]:
        """Return the records of the open chunk but the last `pending`, which have not been consumed yet.

        The same records come again with the next call until the chunk is full: storage overwrites the open chunk.
        """
        self.dirty = pending
        records = self.records[: len(self.records) - pending]
        if len(records) >= CHUNK:
            del self.records[: len(records)]
        return records
