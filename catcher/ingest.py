"""The one way in: envelope, bytes and tape become rows, many senders to a commit."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from django.db import connection
from django.db.backends.utils import CursorWrapper

from catcher import events
from catcher.dialog.records import Record, pack
from catcher.gather import Gatherer
from catcher.ids import public_id
from catcher.mime.summary import Summary, summarize
from catcher.models import Body, Counter, Message, Recipient, Session, TapeChunk
from catcher.rows import Insert
from catcher.writer import Writer

SESSION_COLUMNS = (
    "public_id", "started_at", "ended_at", "duration_us", "listener", "peer_host", "peer_port", "hello", "tls_version",
    "tls_cipher", "tls_sni", "auth_mechanism", "auth_user", "commands", "errors", "messages_stored",
    "recipients_accepted", "recipients_refused", "bytes_in", "bytes_out", "outcome", "failed", "stage",
    "reply", "close_reason", "lines",
)  # fmt: skip
MESSAGE_COLUMNS = (
    "public_id", "session", "transaction", "mail_from", "mail_parameters", "recipient", "recipients_count",
    "received_at", "size", "subject", "message_id", "addresses", "username", "snippet", "attachments", "defects",
    "read", "starred", "digested",
)  # fmt: skip
_UPDATED = [name for name in SESSION_COLUMNS if name not in {"public_id", "started_at", "listener", "peer_host"}]

_new_sessions = Insert(Session, *SESSION_COLUMNS)
_sessions = Insert(Session, *SESSION_COLUMNS, conflict=["public_id"], update=_UPDATED)
_messages = Insert(Message, *MESSAGE_COLUMNS)
_bodies = Insert(Body, "message", "raw")
_recipients = Insert(Recipient, "message", "address", "parameters", "accepted", "reply")
_tape = Insert(
    TapeChunk, "session", "first_seq", "last_seq", "data",
    conflict=["session_id", "first_seq"], update=["last_seq", "data"], where_greater="last_seq",
)  # fmt: skip
_LINES = SESSION_COLUMNS.index("lines")

# Up to this many octets, a message is prepared on the event loop, while the writer commits the group before it; a
# larger one, which might hold everybody up, by the writer itself.
PREPARED_AT_ONCE = 1 << 16
# Sessions that wait for a second try when the database refuses them, and the seconds between two tries.
MOST_RETRIES = 1000
RETRY_AFTER = 1.0


@dataclass(slots=True)
class SessionRow:
    """What the writer knows of a session's row; shared by the session's units of work, changed by the writer only."""

    public_id: str = field(default_factory=public_id)
    id: int = 0
    # The number of states that were taken of the session, and of the latest one that is on the disk.
    taken: int = 0
    saved: int = 0
    # Where the tape of the latest state with one begins.
    first_seq: int = 0


@dataclass(slots=True)
class SaveSession:
    """Write a session's columns (in the order of SESSION_COLUMNS) and the open chunk of its tape."""

    row: SessionRow
    values: tuple[Any, ...]
    records: list[Record]
    ended: bool = False
    failure: bool = False
    urgent: bool = False
    error: BaseException | None = None
    new_id: int = 0
    number: int = 0
    _packed: bytes = b""

    def __post_init__(self) -> None:
        self.row.taken += 1
        self.number = self.row.taken
        if self.records:
            self.row.first_seq = self.records[0].seq

    @property
    def is_outdated(self) -> bool:
        """Whether a later state has all that this one has; a chunk that was full comes once only."""
        return self.number < self.row.taken and (not self.records or self.records[0].seq == self.row.first_seq)

    def prepare(self) -> None:
        if self.records and not self._packed:
            self._packed = pack(self.records)

    def committed(self) -> None:
        # Only now: a group that was rolled back has handed out ids that no row has.
        self.row.id = self.new_id
        self.row.saved = max(self.row.saved, self.number)
        self.error = None

    def failed(self, error: BaseException) -> None:
        self.error = error

    def chunk(self) -> tuple[int, int, int, bytes] | None:
        if not self.records:
            return None
        return self.new_id, self.records[0].seq, self.records[-1].seq, self._packed


class RecipientRow(NamedTuple):
    address: str
    parameters: str
    accepted: bool
    reply: str


@dataclass(slots=True)
class StoreMessage:
    """Store one message; `done` gets its public id once it is on the disk, or the error that kept it away."""

    row: SessionRow | None
    # The session's first state, where its row does not exist yet; later ones are saved beside the messages.
    session: SaveSession | None
    transaction: int
    mail_from: str
    mail_parameters: str
    recipients: list[RecipientRow]
    raw: bytes
    username: str = ""
    done: asyncio.Future[str] | None = None
    urgent: bool = True
    public_id: str = field(default_factory=public_id)
    received_at: datetime = field(default_factory=lambda: datetime.now(UTC))
    id: int = 0
    error: BaseException | None = None
    _summary: Summary | None = None

    def prepare(self) -> None:
        if self._summary is None:
            self._summary = summarize(self.raw)

    def committed(self) -> None:
        self.error = None
        if self.session is not None:
            self.session.committed()

    def failed(self, error: BaseException) -> None:
        self.error = error

    def columns(self) -> tuple[Any, ...]:
        summary = self._summary
        assert summary is not None
        accepted = [recipient for recipient in self.recipients if recipient.accepted]
        return (
            self.public_id,
            self.session.new_id if self.session else (self.row.id if self.row else None),
            self.transaction,
            self.mail_from,
            self.mail_parameters,
            accepted[0].address if accepted else "",
            len(accepted),
            self.received_at,
            len(self.raw),
            summary.subject,
            summary.message_id,
            {
                "From": summary.from_, "To": summary.to, "Cc": summary.cc, "Bcc": summary.bcc,
                "ReplyTo": summary.reply_to,
            },
            self.username,
            "",
            0,
            Message.defect_rows(summary.defects, self.mail_parameters),
            False,
            False,
            False,
        )  # fmt: skip


def store(group: Sequence[StoreMessage | SaveSession]) -> None:
    """Write a group inside the caller's transaction; what it learns (row ids) holds only once that commits."""
    messages = [work for work in group if isinstance(work, StoreMessage)]
    # In the order of the queue, so that the latest state of a session is the one that stays.
    saves = [save for work in group if (save := work.session if isinstance(work, StoreMessage) else work)]
    with connection.cursor() as cursor:
        new = _save_sessions(cursor, saves)
        if messages:
            _save_messages(cursor, messages)
        # The longest of each comes last, and stays.
        chunks = sorted(chunk for save in saves if (chunk := save.chunk()) is not None)
        _tape.run(cursor, list({chunk[:2]: chunk for chunk in chunks}.values()))
    Counter.add(
        messages=len(messages),
        unread=len(messages),
        bytes=sum(len(message.raw) for message in messages),
        sessions=new,
        failed=sum(save.failure for save in saves if save.ended),
    )


def _save_sessions(cursor: CursorWrapper, saves: Sequence[SaveSession]) -> int:
    """Insert or overwrite the sessions' rows, the latest values of each; return how many are new."""
    latest: dict[str, SaveSession] = {}
    for save in saves:
        # A second try may come after what is newer.
        if save.number > save.row.saved and save.number > getattr(latest.get(save.row.public_id), "number", 0):
            latest[save.row.public_id] = save
    known = {public_id: save.row.id for public_id, save in latest.items() if save.row.id}
    new = [public_id for public_id in latest if public_id not in known]
    _sessions.run(cursor, [latest[public_id].values for public_id in known])
    ids = known | dict(zip(new, _new_sessions.returning(cursor, [latest[one].values for one in new]), strict=True))
    for save in saves:
        save.new_id = ids.get(save.row.public_id, save.row.id)
    return len(new)


def _save_messages(cursor: CursorWrapper, messages: Sequence[StoreMessage]) -> None:
    ids = _messages.returning(cursor, [message.columns() for message in messages])
    for message, row_id in zip(messages, ids, strict=True):
        message.id = row_id
    _bodies.run(cursor, [(message.id, message.raw) for message in messages])
    _recipients.run(cursor, [(message.id, *recipient) for message in messages for recipient in message.recipients])


class Inlet:
    """The door between the event loop and the writer: work goes in, acknowledgements and events come out."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.writer = Writer(store, self._settled)
        self.gatherer = Gatherer(loop, lambda group: self.writer.add(*group))
        self._loop = loop
        self._retries = 0

    def store(self, message: StoreMessage) -> asyncio.Future[str]:
        """Queue a message; the future belongs to no connection, so that a client's hang-up cannot cancel it."""
        message.done = self._loop.create_future()
        if len(message.raw) <= PREPARED_AT_ONCE:
            message.prepare()
        self.gatherer.add(message)
        return message.done

    def save(self, session: SaveSession) -> None:
        session.prepare()
        self.gatherer.add(session)

    def stop(self, timeout: float | None = None) -> None:
        """Write what is still under way, and end the writing thread; the loop has stopped."""
        self.gatherer.flush()
        self.writer.stop(timeout)

    def _settled(self, group: Sequence[StoreMessage | SaveSession]) -> None:
        """Runs in the writing thread: one wake-up of the loop for the whole group."""
        with contextlib.suppress(RuntimeError):  # the loop is closed: nobody is left to tell
            self._loop.call_soon_threadsafe(self._resolve, group)

    def _resolve(self, group: Sequence[StoreMessage | SaveSession]) -> None:
        self.gatherer.written()
        last = 0
        lines: dict[str, int] = {}
        for work in group:
            if isinstance(work, StoreMessage):
                last = max(last, 0 if work.error else work.id)
                _tell(work)
            elif work.error is not None:
                self._retry(work)
            else:
                lines[work.row.public_id] = work.values[_LINES]
        told: list[events.Event] = [events.Mail(type="mail", last=last)] if last else []
        if lines:
            told.append(events.Sessions(type="sessions", lines=lines))
        events.publish(told)

    def _retry(self, session: SaveSession) -> None:
        """Every connection leaves a session: one that could not be written now (disk full) is tried again."""
        # A session whose row is there must not stay open for ever; there are only so many of them.
        if session.is_outdated or (self._retries >= MOST_RETRIES and not session.row.id):
            return
        self._retries += 1
        self._loop.call_later(RETRY_AFTER, self._try_again, session)

    def _try_again(self, session: SaveSession) -> None:
        self._retries -= 1
        self.gatherer.add(session)


def _tell(message: StoreMessage) -> None:
    if message.done is None or message.done.done():
        return
    if message.error is None:
        message.done.set_result(message.public_id)
    else:
        message.done.set_exception(message.error)
