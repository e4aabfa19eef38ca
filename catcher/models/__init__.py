"""The rows: sessions with their tapes, messages with their raw bytes and recipients, and the counters."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import ClassVar, Self

from django.db import connection, models
from django.urls import reverse
from django.utils import timezone

from catcher.dialog.outcome import Outcome
from catcher.dialog.records import Record, unpack
from catcher.mime.defects import Defect
from catcher.models.imports import Import
from catcher.models.labels import COLOURS, SavedSearch, Tag, Tagging, TagRule, Undo, UndoPart, clean_name
from catcher.models.threads import ThreadKey
from catcher.models.words import MessageCharacter, MessageText

__all__ = (
    "COLOURS",
    "Body",
    "Counter",
    "Import",
    "Message",
    "MessageCharacter",
    "MessageText",
    "MutedRule",
    "Recipient",
    "SavedSearch",
    "Session",
    "SessionText",
    "Tag",
    "TagRule",
    "Tagging",
    "TapeChunk",
    "ThreadKey",
    "Undo",
    "UndoPart",
    "age_limit",
    "clean_name",
)


class SessionQuerySet(models.QuerySet["Session"]):
    def failed(self) -> Self:
        return self.filter(failed=True)

    def live(self) -> Self:
        return self.filter(ended_at=None)


class Session(models.Model):
    """One SMTP connection, from accept to close, whether it delivered anything or not."""

    public_id = models.CharField(max_length=22, unique=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    duration_us = models.BigIntegerField(default=0)
    listener = models.CharField(max_length=100)
    peer_host = models.CharField(max_length=100)
    peer_port = models.IntegerField(default=0)
    hello = models.TextField(default="")
    tls_version = models.CharField(max_length=20, default="")
    tls_cipher = models.CharField(max_length=60, default="")
    tls_sni = models.TextField(default="")
    auth_mechanism = models.CharField(max_length=20, default="")
    auth_user = models.TextField(default="")
    commands = models.IntegerField(default=0)
    errors = models.IntegerField(default=0)
    messages_stored = models.IntegerField(default=0)
    recipients_accepted = models.IntegerField(default=0)
    recipients_refused = models.IntegerField(default=0)
    bytes_in = models.BigIntegerField(default=0)
    bytes_out = models.BigIntegerField(default=0)
    outcome = models.CharField(max_length=20, default=Outcome.OPEN.value)
    # Whether the outcome is a failure: beside it, so that lists and counters need not know which ones are.
    failed = models.BooleanField(default=False)
    stage = models.CharField(max_length=20, default="")
    reply = models.TextField(default="")
    close_reason = models.CharField(max_length=20, default="")
    lines = models.IntegerField(default=0)
    # What is found out behind the end (catcher/examine.py). The database has the defaults, for the path to the commit
    # does not name these columns. `examined` is False until that is done; `lines_examined` says how far it went.
    examined = models.BooleanField(db_default=False)
    lines_examined = models.IntegerField(db_default=0)
    client = models.CharField(max_length=60, db_default="")
    client_name = models.CharField(max_length=200, db_default="")
    fingerprint = models.CharField(max_length=200, db_default="")
    findings = models.JSONField(db_default=models.Value([], models.JSONField()))
    findings_count = models.IntegerField(db_default=0)
    worst = models.CharField(max_length=20, db_default="")
    timing = models.JSONField(db_default=models.Value({}, models.JSONField()))
    summary = models.TextField(db_default="")

    objects: ClassVar[models.Manager[Session]] = SessionQuerySet.as_manager()

    class Meta:
        # Partial, so that the many sessions that went well cost nothing.
        indexes = (
            models.Index(fields=["id"], name="session_failed", condition=models.Q(failed=True)),
            models.Index(fields=["id"], name="session_live", condition=models.Q(ended_at=None)),
            models.Index(fields=["id"], name="session_unexamined", condition=models.Q(examined=False)),
            # The sessions of one group of catcher/search/clients.py; written behind the end, like all that it covers.
            # The migration 0004_search makes one more on SQLite, `session_facts`: all that a filter asks of the row.
            models.Index(
                fields=["client_name", "peer_host", "failed"],
                name="session_clients",
                condition=models.Q(examined=True),
            ),
        )

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return reverse("session", args=[self.public_id])

    @property
    def is_live(self) -> bool:
        return self.ended_at is None

    @property
    def duration(self) -> timedelta:
        return timedelta(microseconds=self.duration_us)

    def records(self, after: int = 0) -> Iterator[Record]:
        """Yield the tape's records behind sequence number `after`, in order."""
        chunks = self.tape.filter(last_seq__gt=after).order_by("first_seq")
        for chunk in chunks.iterator(chunk_size=16):
            for record in unpack(chunk.data):
                if record.seq > after:
                    yield record


class SessionText(models.Model):
    """What an examined session is found by; catcher/search/index.py writes it, together with the index over it."""

    session = models.OneToOneField(Session, primary_key=True, on_delete=models.CASCADE, related_name="words")
    tokens = models.TextField()
    text = models.TextField()

    def __str__(self) -> str:
        return str(self.session_id)


class ClientGroup(models.Model):
    """How many sessions one program at one address had; catcher/search/groups.py keeps it.

    It counts what has been examined, whether that is looked at anew or not. `newest` is the key of the newest of them.
    """

    client_name = models.CharField(max_length=200)
    peer_host = models.CharField(max_length=100)
    client = models.CharField(max_length=60)
    sessions = models.IntegerField()
    failing = models.IntegerField()
    newest = models.BigIntegerField(db_index=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["client_name", "peer_host"], name="group_client"),)

    def __str__(self) -> str:
        return f"{self.client_name} {self.peer_host}"


class TapeChunk(models.Model):
    """A run of a session's tape: compressed records `first_seq` to `last_seq`."""

    session = models.ForeignKey(Session, on_delete=models.CASCADE, related_name="tape", db_index=False)
    first_seq = models.IntegerField()
    last_seq = models.IntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["session", "first_seq"], name="tape_session_seq"),)

    def __str__(self) -> str:
        return f"{self.first_seq}-{self.last_seq}"


class MessageQuerySet(models.QuerySet["Message"]):
    def unread(self) -> Self:
        return self.filter(read=False)

    def starred(self) -> Self:
        return self.filter(starred=True)

    def tagged(self, name: str) -> Self:
        """Return those with this tag, in whatever spelling; no join, which SQLite would sort as a whole."""
        found = Tagging.objects.filter(tag__key=clean_name(name).lower())
        return self.filter(pk__in=found.values("message"))


_MessageManager = models.Manager.from_queryset(MessageQuerySet)


class PresentManager(_MessageManager["Message"]):
    """The messages that are there for people: what lies in the bin is in no list, count or search."""

    def get_queryset(self) -> models.QuerySet[Message]:
        return super().get_queryset().filter(binned_at=None)


class Message(models.Model):
    """One captured message; its bytes lie in `Body`, so that no list ever loads them."""

    public_id = models.CharField(max_length=22, unique=True)
    session = models.ForeignKey(Session, null=True, on_delete=models.SET_NULL, related_name="messages")
    transaction = models.IntegerField(default=0)
    mail_from = models.TextField(default="")
    mail_parameters = models.TextField(default="")
    recipient = models.TextField(default="")
    recipients_count = models.IntegerField(default=0)
    received_at = models.DateTimeField()
    size = models.BigIntegerField()
    subject = models.TextField(default="")
    message_id = models.TextField(default="")
    addresses = models.JSONField(default=dict)
    username = models.TextField(default="")
    snippet = models.TextField(default="")
    attachments = models.IntegerField(default=0)
    defects = models.JSONField(default=list)
    read = models.BooleanField(default=False)
    starred = models.BooleanField(default=False)
    # False until the work behind the acknowledgement (snippet, attachments, defects of the body) is done.
    digested = models.BooleanField(default=False)
    # What the rules about messages find (catcher/findings.py): their ids, how often, and the worst severity.
    findings = models.JSONField(db_default=models.Value([], models.JSONField()))
    findings_count = models.IntegerField(db_default=0)
    worst = models.CharField(max_length=20, db_default="")
    # One-time codes and distinct web links that were found in it.
    codes_count = models.IntegerField(db_default=0)
    links_count = models.IntegerField(db_default=0)
    # Deleted from the page, and to be taken back for a while (catcher/actions/bulk.py); null while it is there.
    binned_at = models.DateTimeField(null=True)
    tags = models.ManyToManyField(Tag, through=Tagging, related_name="messages")
    # The primary key of the thread's first message; null for a message that is alone (catcher/threads.py).
    thread = models.BigIntegerField(null=True)
    # Equal for the same mail again (catcher/mime/sameness.py); null until the message is digested.
    same = models.BigIntegerField(null=True)

    objects: ClassVar[PresentManager] = PresentManager()
    # With those in the bin: for what has to do with rows, not with what people see.
    everything: ClassVar[models.Manager[Message]] = MessageQuerySet.as_manager()

    class Meta:
        indexes = (
            models.Index(fields=["id"], condition=models.Q(digested=False), name="message_undigested"),
            models.Index(fields=["id"], condition=models.Q(read=False), name="message_unread"),
            models.Index(fields=["id"], condition=models.Q(starred=True), name="message_starred"),
            models.Index(fields=["binned_at"], condition=models.Q(binned_at__isnull=False), name="message_binned"),
            models.Index(fields=["thread", "id"], condition=models.Q(thread__isnull=False), name="message_thread"),
        )

    def __str__(self) -> str:
        return self.public_id

    def get_absolute_url(self) -> str:
        return reverse("message", args=[self.public_id])

    @staticmethod
    def defect_rows(defects: Iterable[Defect], mail_parameters: str) -> list[dict[str, str]]:
        """Return what `defects` keeps; what MAIL announced by SMTPUTF8 is no defect (RFC 6532)."""
        allowed = {"eight-bit-header"} if "SMTPUTF8" in mail_parameters.upper().split() else set()
        return [{"code": found.code, "text": found.text} for found in defects if found.code not in allowed]

    def raw(self) -> bytes:
        """Return the exact bytes; nothing where the message was deleted meanwhile."""
        return bytes(Body.objects.filter(pk=self.pk).values_list("raw", flat=True).first() or b"")

    @property
    def sender_name(self) -> str:
        name, address = self._sender()
        return name or address or self.mail_from

    @property
    def sender_address(self) -> str:
        return self._sender()[1]

    def _sender(self) -> tuple[str, str]:
        senders = self.addresses.get("From") or [["", ""]]
        return senders[0][0], senders[0][1]


class Body(models.Model):
    """The exact bytes that came after DATA, dots unstuffed, and nothing else (promise 1)."""

    message = models.OneToOneField(Message, primary_key=True, on_delete=models.CASCADE, related_name="body")
    raw = models.BinaryField()

    # Octets of a message that may be read together with others.
    SMALL: ClassVar[int] = 1 << 18

    def __str__(self) -> str:
        return str(self.message_id)

    @classmethod
    def of(cls, messages: Iterable[Message]) -> dict[int, bytes]:
        """Return the bytes of the small ones among the messages, by primary key."""
        keys = [message.pk for message in messages if message.size <= cls.SMALL]
        return {key: bytes(raw) for key, raw in cls.objects.filter(pk__in=keys).values_list("pk", "raw")}


class Recipient(models.Model):
    """One RCPT of a message's transaction, accepted or refused, with the reply that it got."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="recipients")
    address = models.TextField(db_index=True)
    parameters = models.TextField(default="")
    accepted = models.BooleanField(default=True)
    reply = models.TextField(default="")

    def __str__(self) -> str:
        return self.address

    @classmethod
    def of(cls, messages: Iterable[Message]) -> dict[int, list[tuple[str, bool]]]:
        """Return addresses in their order, and whether they were accepted, by the messages' primary keys."""
        found: dict[int, list[tuple[str, bool]]] = {message.pk: [] for message in messages}
        rows = cls.objects.filter(message__in=list(found)).order_by("pk")
        for key, address, accepted in rows.values_list("message_id", "address", "accepted"):
            found[key].append((address, accepted))
        return found


class MutedRule(models.Model):
    """A rule whose findings nobody wants to see."""

    rule = models.CharField(max_length=10, primary_key=True)

    def __str__(self) -> str:
        return self.rule


class AllowedSender(models.Model):
    """An address in From whose mail may load what lies on other servers, until somebody takes that back."""

    LONGEST: ClassVar[int] = 320  # characters: 64 before the @, 255 behind it (RFC 5321, section 4.5.3.1)

    address = models.CharField(max_length=LONGEST, primary_key=True)
    allowed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.address


class Counter(models.Model):
    """A figure kept in the same transaction as the rows it counts, because count(*) grows with the table."""

    MESSAGES = "messages"
    UNREAD = "unread"
    BYTES = "bytes"
    SESSIONS = "sessions"
    FAILED = "failed"
    NAMES = (MESSAGES, UNREAD, BYTES, SESSIONS, FAILED)

    name = models.CharField(max_length=20, primary_key=True)
    value = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} {self.value}"

    @classmethod
    def all(cls) -> dict[str, int]:
        counts = dict.fromkeys(cls.NAMES, 0)
        counts.update(cls.objects.values_list("name", "value"))
        return counts

    @classmethod
    def add(cls, **changes: int) -> None:
        """Change counters inside the caller's transaction; in SQL, because this is on the path to the commit."""
        changed = {name: change for name, change in changes.items() if change}
        if not changed:
            return
        cases = " ".join(["WHEN %s THEN %s"] * len(changed))
        names = ", ".join(["%s"] * len(changed))
        sql = f'UPDATE "{cls._meta.db_table}" SET value = value + CASE name {cases} END WHERE name IN ({names})'  # noqa: S608
        with connection.cursor() as cursor:
            cursor.execute(sql, [*(word for item in changed.items() for word in item), *changed])


def age_limit(days: int) -> datetime:
    return timezone.now() - timedelta(days=days)
