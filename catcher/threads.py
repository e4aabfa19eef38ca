"""Threads: messages that name each other, or the same third one, belong together; the subject says nothing.

Every Message-ID that a message has or names leads, by its hash, to a thread: the primary key of the first message of
it that came. So a reply finds its root, a root that comes late finds the replies, and a lone message costs no column.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Count

from catcher.models import Message, ThreadKey

# A thread with more messages is not joined to another: all of them are written at once.
MOST_MOVED = 1000


def join(named: Mapping[int, Sequence[int]]) -> None:
    """Put new messages into threads, inside the caller's transaction.

    `named` are the hashes of the ids that each has and refers to, by primary keys in the order of arrival.
    """
    keys = {key for ids in named.values() for key in ids}
    known = dict(ThreadKey.objects.filter(key__in=keys).values_list("key", "thread"))
    new: dict[int, int] = {}
    moved: dict[int, int] = {}
    joined: dict[int, int] = {}
    for pk, ids in named.items():
        found = {_now(known[key], moved) for key in ids if key in known}
        thread = _united(found, moved) if found else pk
        if found:
            joined[pk] = thread
        for key in ids:
            if key not in known:
                known[key] = new[key] = thread
    _write(new, joined, moved)


def _now(thread: int, moved: Mapping[int, int]) -> int:
    while thread in moved:
        thread = moved[thread]
    return thread


def _united(threads: set[int], moved: dict[int, int]) -> int:
    """Return the thread that these become: the one that is too large to be moved, or else the oldest."""
    if len(threads) == 1:
        return min(threads)
    large = {thread for thread in threads if _is_large(thread)}
    into = min(large or threads)
    moved.update(dict.fromkeys(threads - large - {into}, into))
    return into


def _is_large(thread: int) -> bool:
    rows = Message.everything.filter(thread=thread).order_by("thread", "pk")
    return len(rows.values_list("pk", flat=True)[MOST_MOVED : MOST_MOVED + 1]) > 0


def _write(new: Mapping[int, int], joined: Mapping[int, int], moved: Mapping[int, int]) -> None:
    for old in moved:
        into = _now(old, moved)
        Message.everything.filter(thread=old).update(thread=into)
        Message.everything.filter(pk=old, thread=None).update(thread=into)
        ThreadKey.objects.filter(thread=old).update(thread=into)
    rows = [ThreadKey(key=key, thread=_now(thread, moved)) for key, thread in new.items()]
    ThreadKey.objects.bulk_create(rows, ignore_conflicts=True)
    for thread, pks in _by_thread(joined, moved).items():
        # Whoever was alone until now is the first of a thread.
        Message.everything.filter(pk=thread, thread=None).update(thread=thread)
        Message.everything.filter(pk__in=pks).update(thread=thread)


def _by_thread(joined: Mapping[int, int], moved: Mapping[int, int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for pk, thread in joined.items():
        found.setdefault(_now(thread, moved), []).append(pk)
    return found


def sizes(messages: Iterable[Message]) -> dict[int, int]:
    """Return how many messages that are there the threads of these have, by thread; one query for a page."""
    threads = {message.thread for message in messages if message.thread is not None}
    rows = Message.objects.filter(thread__in=threads).order_by().values_list("thread").annotate(Count("pk"))
    return {thread: count for thread, count in rows if thread is not None}
