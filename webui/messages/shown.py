"""What a list of messages shows: the query, the threads, and its pages by keyset: down, up and around a message."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlencode

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest

from catcher.models import Message, Tag
from catcher.search.messages import QueryError, matching, parse
from webui.messages.problems import Marked, marked
from webui.preferences import Preferences
from webui.views.listing import CATCH_UP, PAGE

# Counting ends here: more than so many is all that anyone wants to know.
MOST_COUNTED = 300
# Above a message that is opened far down there are this many others.
ABOVE = 20
# What a row is made of; the rest of a message stays where it is.
_COLUMNS = (
    "public_id", "mail_from", "recipient", "recipients_count", "received_at", "size", "subject", "addresses", "snippet",
    "attachments", "defects", "read", "starred", "findings_count", "worst", "thread", "same",
)  # fmt: skip


class Thread(NamedTuple):
    """How many messages of a thread there are, and how many of them are unread."""

    total: int
    unread: int


class Tally(NamedTuple):
    """How many there are, as far as they are counted: `more` says that there are others."""

    number: int
    more: bool

    def __str__(self) -> str:
        return f"{self.number:,}{'+' if self.more else ''}"


def wanted(text: str) -> tuple[str, ...]:
    """Return what to mark in a message that a query found; nothing of one that is not understood."""
    try:
        return parse(text).highlights
    except QueryError:
        return ()


@dataclass(frozen=True, slots=True)
class Rows:
    """Messages, newest first, with what their rows say of them; `newer` and `older`: others lie beyond them."""

    messages: Sequence[Message]
    newer: bool = False
    older: bool = False
    tags: Mapping[int, Sequence[Tag]] = field(default_factory=dict)
    threads: Mapping[int, Thread] = field(default_factory=dict)

    @property
    def newest(self) -> int:
        return self.messages[0].pk if self.messages else 0

    @property
    def oldest(self) -> int:
        return self.messages[-1].pk if self.messages else 0


@dataclass(frozen=True, slots=True)
class Shown:
    """A list as it is asked for: a query, which may not be understood, and whether threads are one row each."""

    text: str
    found: QuerySet[Message]
    problem: str
    likes: Preferences
    problems: tuple[Marked, ...] = ()
    # What to mark in the rows.
    highlights: tuple[str, ...] = ()

    @classmethod
    def of(cls, request: HttpRequest) -> Shown:
        asked = request.POST if request.method == "POST" else request.GET
        return cls.query(asked.get("q", "").strip(), Preferences.of(request))

    @classmethod
    def query(cls, text: str, likes: Preferences) -> Shown:
        try:
            query = parse(text)
        except QueryError as error:
            return cls(text, Message.objects.none(), str(error), likes, marked(text, error.problems))
        return cls(text, matching(query), "", likes, highlights=query.highlights)

    @property
    def is_active(self) -> bool:
        return bool(self.text)

    @property
    def is_threaded(self) -> bool:
        """A search finds messages, wherever they stand in their threads."""
        return self.likes.is_threaded and not self.is_active

    @property
    def search(self) -> str:
        """Return what stands behind the path in the address of a message."""
        return f"?{urlencode({'q': self.text})}" if self.text else ""

    @property
    def tally(self) -> Tally:
        found = len(self.found.order_by("-pk").values_list("pk", flat=True)[: MOST_COUNTED + 1])
        return Tally(min(found, MOST_COUNTED), found > MOST_COUNTED)

    def first(self) -> Rows:
        messages, older = self._down(self._rows(), PAGE)
        return self._told(messages, older=older)

    def before(self, pk: int) -> Rows:
        messages, older = self._down(self._rows().filter(pk__lt=pk), PAGE)
        return self._told(messages, older=older)

    def after(self, pk: int, most: int = CATCH_UP) -> Rows:
        messages, newer = self._up(self._rows().filter(pk__gt=pk), most)
        return self._told(messages, newer=newer)

    def around(self, public_id: str) -> Rows:
        """Return the first page, or the one around a message that lies further down; that one is there in any case."""
        here = Message.objects.filter(public_id=public_id).only(*_COLUMNS).first()
        rows = self._rows()
        if here is None:
            return self.first()
        above, newer = self._up(rows.filter(pk__gt=here.pk), ABOVE)
        if not newer:
            first = self.first()
            if any(message.pk == here.pk for message in first.messages):
                return first
        below, older = self._down(rows.filter(pk__lt=here.pk), PAGE - len(above) - 1)
        return self._told([*above, here, *below], newer, older)

    def named(self, ids: Sequence[str]) -> Rows:
        return self._told(list(self._rows().filter(public_id__in=ids).order_by("-pk").only(*_COLUMNS)))

    def _rows(self) -> QuerySet[Message]:
        if not self.is_threaded:
            return self.found
        newer = Message.objects.filter(thread=OuterRef("thread"), pk__gt=OuterRef("pk"))
        return self.found.filter(Q(thread=None) | ~Exists(newer))

    def _down(self, rows: QuerySet[Message], most: int) -> tuple[list[Message], bool]:
        found = list(rows.order_by("-pk").only(*_COLUMNS)[: most + 1])
        return found[:most], len(found) > most

    def _up(self, rows: QuerySet[Message], most: int) -> tuple[list[Message], bool]:
        """Oldest first: what does not fit comes with the next request, and no row between is skipped."""
        found = list(rows.order_by("pk").only(*_COLUMNS)[: most + 1])
        return found[:most][::-1], len(found) > most

    def _told(self, messages: Sequence[Message], newer: bool = False, older: bool = False) -> Rows:
        tags = Tag.of(messages) if messages and "tags" in self.likes.columns else {}
        return Rows(messages, newer, older, tags, _threads(messages) if self.is_threaded else {})


def _threads(messages: Sequence[Message]) -> dict[int, Thread]:
    keys = {message.thread for message in messages if message.thread is not None}
    if not keys:
        return {}
    counted = Message.objects.filter(thread__in=keys).values_list("thread").order_by()
    found = counted.annotate(total=Count("pk"), unread=Count("pk", filter=Q(read=False)))
    return {thread: Thread(total, unread) for thread, total, unread in found if thread is not None}
