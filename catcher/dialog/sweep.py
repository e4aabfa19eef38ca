"""The pass over a conversation that cuts its time into segments and counts what the client had to wait for."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

from catcher.dialog.conversation import Conversation, Role, Step
from catcher.dialog.records import Direction, Kind, Record
from catcher.dialog.segment import CLOSE, HANDSHAKE, Segment, Spent, name

_ENVELOPE = frozenset({"MAIL", "RCPT", "DATA"})
_NOTES = frozenset({Kind.TLS_START, Kind.TLS_DONE, Kind.TLS_FAIL, Kind.CUT, Kind.CLOSE})
_Event = tuple[int, Callable[[Record], None], Record]


class Sweep:
    """Goes through the records in the order of time and asks at each one who was waited for since the last.

    While a reply is owed it is the server, however many more commands come meanwhile: pipelined commands are never
    counted twice. Times that run backwards, which only a transcript can have, are taken to stand still.
    """

    def __init__(self, conversation: Conversation) -> None:
        self.segments: list[Segment] = []
        self.round_trips = 0
        self.envelope_trips = 0
        self.envelopes: set[int] = set()
        self._conversation = conversation
        self._said = {step.said.seq: step for step in conversation.steps if step.said is not None}
        self._answered = {step.reply.last.seq: step for step in conversation.steps if step.reply is not None}
        # Steps whose reply is owed, in order.
        self._owed: deque[Step] = deque()
        self._from_us = self._now_us = 0
        self._handshake: Record | None = None
        self._transfer: Step | None = None
        self._is_cut = self._is_over = False
        self._waited = self._waited_for_envelope = False
        self._read = 0

    def run(self) -> None:
        steps = self._conversation.steps
        if steps and steps[0].role is Role.GREETING:
            self._owed.append(steps[0])
        for at_us, take, record in sorted(self._events(), key=lambda event: event[0]):
            self._now_us = at_us
            take(record)
        self._count_trip(0)

    def _events(self) -> Iterator[_Event]:
        """Yield what happens; message data is one record, which comes at its end, but two events before it."""
        latest = said = 0
        for record in self._conversation.records:
            latest = max(latest, record.at_us)
            if record.direction is Direction.NOTE:
                yield latest, self._noted, record
            elif record.direction is Direction.SERVER:
                yield latest, self._replied, record
            else:
                if record.kind is Kind.BODY and record.info.get("reads", 1):
                    yield _within(said, record.info.get("first_us"), latest), self._began, record
                    yield _within(said, record.info.get("last_us"), latest), self._ended, record
                yield latest, self._spoke, record
                said = latest

    # -- events --------------------------------------------------------------------------------------------------------

    def _spoke(self, record: Record) -> None:
        step = self._said[record.seq]
        self._mark(name(step), step.seq)
        self._count_trip(record.read)
        if step.role is not Role.CONTENT:
            self._owed.append(step)

    def _began(self, record: Record) -> None:
        step = self._said[record.seq]
        self._mark(name(step), step.seq)
        self._transfer = step

    def _ended(self, record: Record) -> None:
        step = self._said[record.seq]
        self._mark(name(step), step.seq)
        self._transfer = None
        if record.info.get("ended", True):
            self._owed.append(step)

    def _replied(self, record: Record) -> None:
        step = self._answered.get(record.seq)
        if step is None:
            return  # not the last line of its reply
        self._mark(name(step), step.seq)
        if step.role is Role.UNASKED:
            self._is_over = True
            return
        if self._owed and self._owed[0] is step:
            self._owed.popleft()
        self._is_over = step.verb == "QUIT"
        self._waited = True
        if step.verb in _ENVELOPE and step.role is Role.COMMAND and step.transaction:
            self._waited_for_envelope = True
            self.envelopes.add(step.transaction)

    def _noted(self, record: Record) -> None:
        if record.kind in _NOTES:
            self._mark(HANDSHAKE if record.kind is Kind.TLS_START else CLOSE, record.seq)
        if record.kind is Kind.TLS_START:
            self._handshake = record
        elif record.kind in {Kind.TLS_DONE, Kind.TLS_FAIL}:
            self._handshake = None
        self._is_cut = self._is_cut or record.kind is Kind.CUT

    # -- what was going on ---------------------------------------------------------------------------------------------

    def _mark(self, step: str, seq: int) -> None:
        """Close the segment that ends now; the step is what the client came up with, if it was waited for."""
        if self._now_us <= self._from_us:
            return
        kind = self._kind()
        if kind is Spent.SERVER and self._owed:
            step, seq = name(self._owed[0]), self._owed[0].seq
        elif kind is Spent.TLS and self._handshake is not None:
            step, seq = HANDSHAKE, self._handshake.seq
        elif kind is Spent.SERVER:
            step = CLOSE
        start_us = self._from_us
        last = self.segments[-1] if self.segments else None
        if last is not None and last.kind is kind and (last.seq == seq or last.step == step == CLOSE):
            self.segments.pop()  # the same wait, seen from one more record
            start_us, seq = last.start_us, last.seq
        self.segments.append(Segment(start_us, self._now_us, kind, step, seq))
        self._from_us = self._now_us

    def _kind(self) -> Spent:
        if self._is_cut:
            return Spent.UNRECORDED
        if self._handshake is not None:
            return Spent.TLS
        if self._transfer is not None:
            return Spent.TRANSFER
        return Spent.SERVER if self._owed or self._is_over else Spent.CLIENT

    def _count_trip(self, read: int) -> None:
        """The client goes on or is gone: it waited, unless these octets came with the ones before the reply."""
        if read and read == self._read:
            return
        self.round_trips += self._waited
        self.envelope_trips += self._waited_for_envelope
        self._waited = self._waited_for_envelope = False
        self._read = read


def _within(least: int, value: object, most: int) -> int:
    """Return a time from a summary, which a transcript need not have; without one, that of the record itself."""
    return min(max(least, value), most) if isinstance(value, int) else most
