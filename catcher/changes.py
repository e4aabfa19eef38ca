"""Changes to the rows of messages, with what is counted of them, inside the caller's transaction.

Each takes primary keys and returns those of the messages that it changed.
"""

from __future__ import annotations

from collections.abc import Collection

from django.db import connection
from django.utils import timezone

from catcher import actions
from catcher.models import Counter, Message, Tag, Tagging
from catcher.rows import Insert

_taggings = Insert(Tagging, "tag", "message")


def set_read(read: bool, keys: Collection[int]) -> list[int]:
    changed = list(Message.objects.filter(pk__in=keys, read=not read).values_list("pk", flat=True))
    Message.objects.filter(pk__in=changed).update(read=read)
    Counter.add(unread=-len(changed) if read else len(changed))
    return changed


def set_starred(starred: bool, keys: Collection[int]) -> list[int]:
    changed = list(Message.objects.filter(pk__in=keys, starred=not starred).values_list("pk", flat=True))
    Message.objects.filter(pk__in=changed).update(starred=starred)
    return changed


def add_tag(name: str, keys: Collection[int]) -> list[int]:
    here = Message.objects.filter(pk__in=keys)
    changed = list(here.exclude(taggings__tag__key=name.lower()).values_list("pk", flat=True))
    if changed:
        tag = Tag.named(name)
        with connection.cursor() as cursor:
            _taggings.run(cursor, [(tag.pk, pk) for pk in changed])
        Tag.count(tag.pk, len(changed))
    return changed


def remove_tag(name: str, keys: Collection[int]) -> list[int]:
    tag = Tag.objects.filter(key=name.lower()).first()
    if tag is None:
        return []
    rows = Tagging.objects.filter(tag=tag, message__in=keys, message__binned_at=None)
    changed = list(rows.values_list("message_id", flat=True))
    Tagging.objects.filter(tag=tag, message__in=changed)._raw_delete(using="default")
    Tag.count(tag.pk, -len(changed))
    Tag.prune([tag.pk])
    return changed


def discard(keys: Collection[int]) -> list[int]:
    rows = list(Message.objects.filter(pk__in=keys).values_list("pk", "size", "read"))
    changed = [pk for pk, _, _ in rows]
    Message.objects.filter(pk__in=changed).update(binned_at=timezone.now())
    actions.count_messages(rows, -1)
    return changed


def restore(keys: Collection[int]) -> list[int]:
    rows = list(Message.everything.filter(pk__in=keys, binned_at__isnull=False).values_list("pk", "size", "read"))
    changed = [pk for pk, _, _ in rows]
    Message.everything.filter(pk__in=changed).update(binned_at=None)
    actions.count_messages(rows, 1)
    return changed
