"""Sessions written by hand, ended and examined, as the search finds them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

from catcher import examine, ids
from catcher.dialog.outcome import Close, Outcome
from catcher.dialog.records import pack
from catcher.dialog.script import records
from catcher.models import Counter, Session, TapeChunk

NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
_numbers = itertools.count()

DELIVERED = """
S: 220 sandpost
C: EHLO app.example.com
S: 250 sandpost
C: MAIL FROM:<Shop@Acme.test> SIZE=100
S: 250 2.1.0 OK
C: RCPT TO:<jane@example.com>
S: 250 2.1.5 OK
C: DATA
S: 354 Go ahead
= bytes=10 lines=1
S: 250 2.0.0 Stored as x
C: QUIT
S: 221 2.0.0 Bye
"""
REFUSED = """
S: 220 sandpost
C: EHLO worker
S: 250 sandpost
C: MAIL FROM:<shop@acme.test>
S: 250 2.1.0 OK
C: RCPT TO:<nobody@example.com>
S: 550 5.1.1 Mailbox unavailable
C: RCPT TO:<joe@other.test>
S: 450 4.2.1 Try later
C: QUIT
S: 221 2.0.0 Bye
"""


def session(script: str = DELIVERED, **values: Any) -> Session:
    """Store a session that has ended and waits to be examined; `ended_at=None` for one that runs."""
    number = next(_numbers)
    tape = records(script) if script else []
    fields: dict[str, Any] = {
        "public_id": ids.public_id(),
        "started_at": NOW - timedelta(minutes=10),
        "ended_at": NOW + timedelta(microseconds=number),
        "duration_us": 1_000_000,
        "listener": "127.0.0.1:1025",
        "peer_host": "127.0.0.1",
        "outcome": Outcome.DELIVERED,
        "close_reason": Close.QUIT,
        "lines": len(tape),
    }
    made = Session.objects.create(**(fields | values))
    for at in range(0, len(tape), 256):
        chunk = tape[at : at + 256]
        TapeChunk.objects.create(session=made, first_seq=chunk[0].seq, last_seq=chunk[-1].seq, data=pack(chunk))
    Counter.add(sessions=1, failed=int(made.failed and made.ended_at is not None))
    return made


def refused(**values: Any) -> Session:
    fields = {"failed": True, "outcome": Outcome.REJECTED, "stage": "RCPT", "reply": "550 5.1.1 Mailbox unavailable"}
    return session(REFUSED, **(fields | {"errors": 2, "recipients_refused": 2} | values))


def examined(*made: Session) -> None:
    """Examine all that waits."""
    while examine.examine_some(100):
        pass
    for one in made:
        one.refresh_from_db()
