"""Every write but the arrival of mail: one function each, in chunks, which also says what changed."""

from __future__ import annotations

import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial
from typing import Any

from django.db import connection
from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from catcher import events, writer
from catcher.models import (
    AllowedSender,
    Body,
    Counter,
    Message,
    MutedRule,
    Recipient,
    Session,
    Tag,
    Tagging,
    TapeChunk,
    ThreadKey,
)
from catcher.search import groups, index
from catcher.search.messages import index as message_index

logger = logging.getLogger(__name__)

# A chunk starts with this many rows and is then fitted to the time that the writer may be held.
FIRST_CHUNK = 100
LEAST = 20
HOLD = 0.015
# Octets of messages that one chunk deletes at the most, if it is not a single message.
FREED_AT_ONCE = 16 << 20
# Lines of sessions, likewise: each is taken out of the index, too.
LINES_AT_ONCE = 5000
# Keys of rows that are read at once.
KEYS_AT_ONCE = 5000


def in_chunks(step: Callable[[int], int]) -> int:
    """Run `step(rows)` in transactions of about `HOLD` seconds until it finds nothing more to do; return the sum."""

    def counted(rows: int) -> tuple[int, int]:
        done = step(rows)
        return done, done

    return sum_in_chunks(counted)


def sum_in_chunks(
    step: Callable[[int], tuple[int, int]], tell: Callable[[int], object] | None = None, least: int | None = None
) -> int:
    """Do the same for a step that returns how many rows it looked at and how many it changed; `tell` the sum so far.

    `least` is for rows that cost little: on a slow disk, where each commit takes long, fewer would take for ever.
    """
    total, rows = 0, FIRST_CHUNK
    while True:
        started = time.perf_counter()
        looked, done = writer.run(partial(step, rows))
        # With the commit and the wait before it: what slows us down slows senders down, too.
        took = time.perf_counter() - started
        total += done
        if tell is not None:
            tell(total)
        if not looked:
            return total
        rows = max(least or LEAST, min(2 * rows, int(rows * HOLD / took)))


def delete_messages(ids: Iterable[str] | None) -> int:
    """Delete messages (public ids; None for all that are here now) at once and for good; return how many were."""
    named = None if ids is None else list(ids)
    if named is not None:
        chosen = Message.objects.filter(public_id__in=named)
    else:
        newest = Message.objects.order_by("-pk").values_list("pk", flat=True).first()
        chosen = Message.objects.filter(pk__lte=newest or 0)
    deleted = in_chunks(lambda rows: remove_messages(bounded(chosen.order_by("pk"), rows)))
    if deleted:
        events.publish([events.Deleted(type="deleted", ids=named)])
    return deleted


def delete_sessions(
    chosen: Iterable[str] | QuerySet[Session] | None, tell: Callable[[int], object] | None = None
) -> int:
    """Delete ended sessions (public ids, what a filter matches, or None for all); their messages stay.

    Return how many were deleted, and `tell` so between the chunks. What begins to match meanwhile stays.
    """
    if chosen is None:
        sessions: QuerySet[Session] = Session.objects.all()
    elif isinstance(chosen, QuerySet):
        sessions = chosen
    else:
        sessions = Session.objects.filter(public_id__in=list(chosen))
    deleted = remove_in_chunks(sessions.exclude(ended_at=None).order_by("pk").values_list("pk", "lines"), tell)
    if deleted:
        events.publish([events.SessionsDeleted(type="sessions-deleted")])
    return deleted


def remove_in_chunks(sessions: Iterable[tuple[int, int]], tell: Callable[[int], object] | None = None) -> int:
    """Remove sessions (keys and lines), a chunk at a time; return how many there still were."""
    left = deque(sessions)

    def step(rows: int) -> tuple[int, int]:
        chunk: list[int] = []
        room = LINES_AT_ONCE
        while left and len(chunk) < rows and (room > 0 or not chunk):
            pk, lines = left.popleft()
            room -= lines
            chunk.append(pk)
        return len(chunk), remove_sessions(chunk) if chunk else 0

    return sum_in_chunks(step, tell)


def bounded(messages: QuerySet[Message], rows: int) -> list[int]:
    """Return the keys of at most so many messages, fewer where they are large: bytes take time to delete, too."""
    chosen: list[int] = []
    room = FREED_AT_ONCE
    for pk, size in messages.values_list("pk", "size")[:rows]:
        room -= size
        if room < 0 and chosen:
            break
        chosen.append(pk)
    return chosen


def remove_messages(pks: Sequence[int]) -> int:
    """Delete these rows with all that hangs on them, inside the caller's transaction, without loading any."""
    rows = Message.everything.filter(pk__in=pks)
    known = list(rows.values_list("pk", "size", "read", "binned_at", "thread"))
    count_messages([(pk, size, read) for pk, size, read, binned_at, _ in known if binned_at is None], -1)
    message_index.remove(pks)
    Body.objects.filter(pk__in=pks)._raw_delete(using="default")
    Recipient.objects.filter(message__in=pks)._raw_delete(using="default")
    taggings = Tagging.objects.filter(message__in=pks)
    tags = set(taggings.values_list("tag", flat=True))
    taggings._raw_delete(using="default")
    rows._raw_delete(using="default")
    if tags:
        Tag.prune(tags)
    forget_threads({pk if thread is None else thread for pk, *_, thread in known})
    return len(known)


def count_messages(rows: Sequence[tuple[int, int, bool]], sign: int) -> None:
    """Count messages (key, size, read) that come (1) or go (-1), in the counters and with their tags."""
    Counter.add(
        messages=sign * len(rows),
        unread=sign * sum(not read for _, _, read in rows),
        bytes=sign * sum(size for _, size, _ in rows),
    )
    Tag.add([pk for pk, _, _ in rows], sign)


def forget_threads(threads: Collection[int]) -> None:
    """Forget what led to threads that nobody is left in."""
    if threads:
        left = Message.everything.filter(thread=OuterRef("thread"))
        ThreadKey.objects.filter(~Exists(left), thread__in=threads)._raw_delete(using="default")


def remove_sessions(pks: Sequence[int]) -> int:
    """Delete these rows and their tapes, inside the caller's transaction; their messages lose the link only."""
    rows = Session.objects.filter(pk__in=pks)
    failures = list(rows.values_list("failed", flat=True))
    TapeChunk.objects.filter(session__in=pks)._raw_delete(using="default")
    groups.count_out(pks)
    index.current().remove(pks)
    Message.everything.filter(session__in=pks).update(session=None)
    rows._raw_delete(using="default")
    Counter.add(sessions=-len(failures), failed=-sum(failures))
    return len(failures)


def allow_remote(address: str, allowed: bool) -> None:
    """Let mail from an address load remote content, or no longer."""
    address = address.casefold()
    if not address or len(address) > AllowedSender.LONGEST:
        return

    def change() -> None:
        if allowed:
            AllowedSender.objects.get_or_create(address=address, defaults={"allowed_at": timezone.now()})
        else:
            AllowedSender.objects.filter(address=address).delete()

    writer.run(change)


def mute(rule: str, silent: bool) -> None:
    """Mute a rule, or let it speak again; rows that it concerns are looked at anew behind the scenes."""
    if _set_muted(rule, silent):
        _spread(rule, silent)


def mute_at_once(rule: str, silent: bool) -> None:
    """Do the same, but do not wait until all rows are marked that are to be looked at: there may be many."""
    if _set_muted(rule, silent):
        threading.Thread(target=_spread_alone, args=(rule, silent), name="sandpost-muting", daemon=True).start()


def _set_muted(rule: str, silent: bool) -> bool:
    """Return whether that changed anything."""

    def change() -> bool:
        if silent:
            return MutedRule.objects.get_or_create(rule=rule)[1]
        return MutedRule.objects.filter(rule=rule).delete()[0] > 0

    return writer.run(change)


def _spread_alone(rule: str, silent: bool) -> None:
    try:
        _spread(rule, silent)
    except Exception:
        logger.exception("what rule %s concerns could not all be marked", rule)
    finally:
        connection.close()


def _spread(rule: str, silent: bool) -> None:
    _look_again(Message.everything.filter(digested=True), "digested", rule, silent)
    _look_again(Session.objects.filter(examined=True), "examined", rule, silent)


def _look_again(rows: QuerySet[Any], flag: str, rule: str, silent: bool) -> None:
    """Send rows back to the queue of those that are yet to be looked at: all, or those where the rule has spoken.

    They are chosen outside of the writer, each once: what is looked at again meanwhile knows of the change.
    """
    chosen = rows.filter(findings__icontains=f'"{rule}"') if silent else rows
    last = 0
    while left := deque(chosen.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:KEYS_AT_ONCE]):
        last = left[-1]
        in_chunks(partial(_flag, rows, left, flag))


def _flag(rows: QuerySet[Any], left: deque[int], flag: str, count: int) -> int:
    pks = [left.popleft() for _ in range(min(count, len(left)))]
    rows.filter(pk__in=pks).update(**{flag: False})
    return len(pks)
