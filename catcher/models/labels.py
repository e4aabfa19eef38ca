"""What people and rules put on messages: tags, the rules that give them, saved searches; and how to take it back."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from hashlib import blake2b
from typing import TYPE_CHECKING, ClassVar

from django.db import models

if TYPE_CHECKING:
    from catcher.models import Message

# By name, for the colours themselves are the theme's (static/css/tags.css).
COLOURS = ("red", "orange", "amber", "lime", "green", "teal", "cyan", "blue", "indigo", "violet", "pink", "grey")
LONGEST_NAME = 100
_OTHER = re.compile(r"[^A-Za-z0-9 ._@-]+")


def clean_name(text: str) -> str:
    """Return a tag's name as it is kept, "" where nothing is left: Mailpit's characters, others become spaces."""
    return " ".join(_OTHER.sub(" ", text).split())[:LONGEST_NAME].strip()


class Tag(models.Model):
    """A word on messages; its first spelling stays, and `key` is what makes it the same word in another."""

    name = models.CharField(max_length=LONGEST_NAME)
    key = models.CharField(max_length=LONGEST_NAME, unique=True)
    # Chosen by somebody; "" for the one that the name comes to.
    chosen_colour = models.CharField(max_length=10, db_default="")
    # Messages that have it and are not binned; kept in the transaction that changes them, as a Counter is.
    total = models.IntegerField(db_default=0)

    def __str__(self) -> str:
        return self.name

    @property
    def colour(self) -> str:
        if self.chosen_colour or self.key in COLOURS:
            return self.chosen_colour or self.key
        return COLOURS[blake2b(self.key.encode(), digest_size=1).digest()[0] % len(COLOURS)]

    @classmethod
    def of(cls, messages: Iterable[Message]) -> dict[int, list[Tag]]:
        """Return the tags of messages by their primary keys, in the order of the names; in one query."""
        found: dict[int, list[Tag]] = {message.pk: [] for message in messages}
        rows = Tagging.objects.filter(message__in=list(found)).select_related("tag").order_by("tag__key")
        for row in rows:
            found[row.message_id].append(row.tag)
        return found

    @classmethod
    def named(cls, name: str) -> Tag:
        """Return the tag of that clean name, made where there is none, inside the caller's transaction."""
        return cls.objects.get_or_create(key=name.lower(), defaults={"name": name})[0]

    @classmethod
    def add(cls, messages: Collection[int], sign: int) -> None:
        """Count messages that come (1) or go (-1) with the tags that they have."""
        found = Tagging.objects.filter(message__in=messages).values_list("tag").annotate(models.Count("pk")).order_by()
        for pk, number in list(found):
            cls.count(pk, sign * number)

    @classmethod
    def count(cls, pk: int, change: int) -> None:
        cls.objects.filter(pk=pk).update(total=models.F("total") + change)

    @classmethod
    def prune(cls, pks: Collection[int]) -> int:
        """Remove those of the tags that nothing has or gives and nobody has given a colour; return how many."""
        held = models.Exists(Tagging.objects.filter(tag=models.OuterRef("pk")))
        given = models.Exists(TagRule.objects.filter(tag=models.OuterRef("pk")))
        return cls.objects.filter(~held, ~given, pk__in=pks, chosen_colour="").delete()[0]

    @classmethod
    def used(cls) -> list[Tag]:
        """Return the tags that some message has, in the order of the names."""
        return list(cls.objects.filter(total__gt=0).order_by("key"))


class Tagging(models.Model):
    """A tag on a message. The constraint's index gives the newest messages of a tag without a look at others."""

    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="taggings", db_index=False)
    message = models.ForeignKey("catcher.Message", on_delete=models.CASCADE, related_name="taggings")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tag", "message"], name="tagging_tag_message"),)

    def __str__(self) -> str:
        return f"{self.tag_id} {self.message_id}"


class TagRule(models.Model):
    """New messages that the query finds get the tag, behind the acknowledgement."""

    query = models.TextField()
    tag = models.ForeignKey(Tag, on_delete=models.CASCADE, related_name="rules")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tag", "query"], name="tag_rule"),)

    def __str__(self) -> str:
        return f"{self.query} -> {self.tag_id}"


class SavedSearch(models.Model):
    """A query with a name, for the page's side; lists go by `position`."""

    public_id = models.CharField(max_length=22, unique=True)
    name = models.CharField(max_length=100)
    query = models.TextField()
    position = models.IntegerField(db_default=0)

    class Meta:
        ordering: ClassVar[list[str]] = ["position", "pk"]

    def __str__(self) -> str:
        return self.name


class Undo(models.Model):
    """A change to many messages that can be taken back for a while; `parts` name those that it changed."""

    READ = "read"
    UNREAD = "unread"
    STAR = "star"
    UNSTAR = "unstar"
    TAG = "tag"
    UNTAG = "untag"
    BIN = "bin"

    # How long it can be taken back; what was binned is removed for good a little later.
    KEPT: ClassVar[timedelta] = timedelta(minutes=10)

    public_id = models.CharField(max_length=22, unique=True)
    kind = models.CharField(max_length=10)
    # The tag's name, where it is about one.
    argument = models.CharField(max_length=LONGEST_NAME, db_default="")
    made_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.kind} {self.argument}".strip()


class UndoPart(models.Model):
    """The primary keys that one transaction changed, packed."""

    undo = models.ForeignKey(Undo, on_delete=models.CASCADE, related_name="parts")
    keys = models.BinaryField()

    def __str__(self) -> str:
        return str(self.undo_id)

    @staticmethod
    def pack(keys: Sequence[int]) -> bytes:
        return zlib.compress(struct.pack(f"<{len(keys)}q", *keys), 1)

    @property
    def unpacked(self) -> list[int]:
        packed = zlib.decompress(bytes(self.keys))
        return list(struct.unpack(f"<{len(packed) // 8}q", packed))
