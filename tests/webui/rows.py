"""Rows as the catcher writes them, made without a socket."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from catcher import ids
from catcher.dialog.records import Direction, Kind, Record, Terminator, pack
from catcher.models import Body, Counter, Message, Recipient, Session, TapeChunk

BEGAN = datetime(2026, 11, 23, 12, 4, 31, 207_000, tzinfo=UTC)
RAW = b"From: Acme Shop <no-reply@acme.test>\r\nTo: Jane <jane@example.com>\r\nSubject: Hello\r\n\r\nHi.\r\n"
CLIENT, SERVER, NOTE = Direction.CLIENT, Direction.SERVER, Direction.NOTE
_numbers = itertools.count(1)


def count(**changes: int) -> None:
    for name in Counter.NAMES:
        Counter.objects.get_or_create(name=name)
    Counter.add(**changes)


def message(
    raw: bytes = RAW, recipients: Iterable[tuple[str, bool]] = (("jane@example.com", True),), **values: Any
) -> Message:
    number = next(_numbers)
    rows = list(recipients)
    fields: dict[str, Any] = {
        "public_id": ids.public_id(),
        "mail_from": "bounce@acme.test",
        "recipient": rows[0][0] if rows else "",
        "recipients_count": sum(accepted for _, accepted in rows),
        "received_at": BEGAN + timedelta(seconds=number),
        "size": len(raw),
        "subject": f"Message {number}",
        "addresses": {"From": [["Acme Shop", "no-reply@acme.test"]], "To": [["Jane", "jane@example.com"]]},
    }
    made = Message.objects.create(**(fields | values))
    Body.objects.create(message=made, raw=raw)
    for address, accepted in rows:
        reply = "250 2.1.5 ok" if accepted else "550 5.1.1 unknown"
        Recipient.objects.create(message=made, address=address, accepted=accepted, reply=reply)
    count(messages=1, unread=0 if made.read else 1)
    return made


def session(tape: Iterable[Record] = (), **values: Any) -> Session:
    fields: dict[str, Any] = {
        "public_id": ids.public_id(),
        "started_at": BEGAN,
        "ended_at": BEGAN + timedelta(seconds=1),
        "duration_us": 1_000_000,
        "listener": "127.0.0.1:1025",
        "peer_host": "127.0.0.1",
        "hello": "client.test",
        "outcome": "probe",
        "close_reason": "quit",
    }
    made = Session.objects.create(**(fields | values))
    extend(made, list(tape))
    count(sessions=1)
    return made


def extend(session: Session, tape: list[Record]) -> None:
    for at in range(0, len(tape), 256):
        chunk = tape[at : at + 256]
        first, last = chunk[0].seq, chunk[-1].seq
        TapeChunk.objects.create(session=session, first_seq=first, last_seq=last, data=pack(chunk))
    Session.objects.filter(pk=session.pk).update(lines=tape[-1].seq if tape else 0)


def line(direction: Direction, data: bytes, **values: Any) -> Record:
    fields: dict[str, Any] = {"length": len(data), "terminator": Terminator.CRLF} | values
    return Record(0, 0, direction, Kind.LINE, data, **fields)


def tape(*entries: Record, first: int = 1) -> list[Record]:
    """Number records as a tape does, a millisecond apart; each line of the client came in a read of its own."""
    for seq, record in enumerate(entries, first):
        record.seq = seq
        record.at_us = record.at_us or seq * 1000
        if record.direction is Direction.CLIENT and not record.read:
            record.read = 10_000 + seq
    return list(entries)
