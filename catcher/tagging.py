"""Tags: given by senders and rules behind the acknowledgement, named, coloured and deleted by people."""

from __future__ import annotations

import logging
from collections import Counter as Tally
from collections.abc import Collection, Iterable, Mapping
from itertools import islice

from catcher import actions, events, writer
from catcher.bulk import Done, add_tag
from catcher.mime.tags import MAX_TAGS
from catcher.models import COLOURS, Message, Tag, Tagging, TagRule, Undo, clean_name
from catcher.search.matching import QueryError, matching

logger = logging.getLogger(__name__)

# Mail makes no new tags where there are so many, or a sender could fill the page with them.
MOST_TAGS = 1000
# Each is asked about every new message.
MOST_RULES = 100
LONGEST_QUERY = 1000
NO_NAME = "A tag is made of letters, digits, spaces and . _ @ -"


class Refused(ValueError):
    """What was asked for cannot be done; the text says why, for the person who asked."""


def assign(given: Mapping[int, Iterable[str]]) -> bool:
    """Give messages (by primary key) these tags, inside the caller's transaction; return whether that was new."""
    wanted = {pk: _cleaned(names) for pk, names in given.items()}
    spelt: dict[str, str] = {}
    for names in wanted.values():
        spelt |= {key: name for key, name in names.items() if key not in spelt}
    tags = _found_or_made(spelt)
    here = dict(Message.everything.filter(pk__in=list(wanted)).values_list("pk", "binned_at"))
    had = set(Tagging.objects.filter(message__in=list(here)).values_list("tag_id", "message_id"))
    pairs = [(tags[key], pk) for pk in here for key in wanted[pk] if key in tags]
    rows = [Tagging(tag=tag, message_id=pk) for tag, pk in pairs if (tag.pk, pk) not in had]
    Tagging.objects.bulk_create(rows)
    for tag_pk, count in Tally(row.tag_id for row in rows if here[row.message_id] is None).items():
        Tag.count(tag_pk, count)
    return bool(rows)


def _cleaned(names: Iterable[str]) -> dict[str, str]:
    cleaned = ((name.lower(), name) for text in names if (name := clean_name(text)))
    found: dict[str, str] = {}
    for key, name in islice(cleaned, MAX_TAGS):
        found.setdefault(key, name)
    return found


def _found_or_made(names: Mapping[str, str]) -> dict[str, Tag]:
    if not names:
        return {}
    tags = {tag.key: tag for tag in Tag.objects.filter(key__in=list(names))}
    missing = [key for key in names if key not in tags]
    room = max(0, MOST_TAGS - Tag.objects.count()) if missing else 0
    return tags | {key: Tag.objects.create(key=key, name=names[key]) for key in missing[:room]}


def by_rules(messages: Collection[int]) -> dict[int, list[str]]:
    """Return the tags that rules give to messages, by primary keys; a rule that is not understood gives none."""
    found: dict[int, list[str]] = {}
    for rule in TagRule.objects.select_related("tag").order_by("pk"):
        try:
            pks = list(matching(rule.query).filter(pk__in=messages).values_list("pk", flat=True))
        except QueryError as error:
            logger.warning("the rule %r gives no tag: %s", rule.query, error)
            continue
        for pk in pks:
            found.setdefault(pk, []).append(rule.tag.name)
    return found


def rename(tag: Tag, name: str) -> None:
    """Give a tag another name, also for its rules; raises Refused."""
    cleaned = clean_name(name)
    if not cleaned:
        raise Refused(NO_NAME)

    def change() -> bool:
        if Tag.objects.filter(key=cleaned.lower()).exclude(pk=tag.pk).exists():
            return False
        before = Tag.objects.filter(pk=tag.pk).values_list("name", flat=True)
        Undo.objects.filter(argument__in=list(before)).update(argument=cleaned)
        Tag.objects.filter(pk=tag.pk).update(name=cleaned, key=cleaned.lower())
        return True

    if not writer.run(change):
        raise Refused(f"There is a tag {cleaned} already.")
    _tell_of_rows()


def recolour(tag: Tag, colour: str) -> None:
    """Give a tag a colour of the palette, or "" for the one that its name comes to; raises Refused."""
    if colour and colour not in COLOURS:
        raise Refused("There is no such colour.")
    writer.run(lambda: Tag.objects.filter(pk=tag.pk).update(chosen_colour=colour))
    _tell_of_rows()


def delete(tag: Tag) -> int:
    """Delete a tag with its rules; messages stay. Return how many had it."""
    rows = Tagging.objects.filter(tag=tag)

    def step(count: int) -> int:
        pks = list(rows.values_list("pk", flat=True)[:count])
        rows.filter(pk__in=pks)._raw_delete(using="default")
        return len(pks)

    writer.run(lambda: TagRule.objects.filter(tag=tag).delete())
    removed = actions.in_chunks(step)
    # What got it between the last chunk and now goes with it.
    writer.run(lambda: Tag.objects.filter(pk=tag.pk).delete())
    _tell_of_rows()
    return removed


def add_rule(query: str, name: str) -> TagRule:
    """Have new messages that the query finds tagged; raises Refused, also where the query is not understood."""
    query, cleaned = query.strip(), clean_name(name)
    if not cleaned:
        raise Refused(NO_NAME)
    check_query(query)
    if TagRule.objects.count() >= MOST_RULES:
        raise Refused(f"There are {MOST_RULES} rules already.")
    rule: TagRule = writer.run(lambda: TagRule.objects.get_or_create(query=query, tag=Tag.named(cleaned))[0])
    events.publish([events.Tags(type="tags")])
    return rule


def check_query(query: str) -> None:
    """Raise Refused where a query cannot be kept: because it is empty, too long or not understood."""
    if not query:
        raise Refused("Say which messages, in the words of the search.")
    if len(query) > LONGEST_QUERY:
        raise Refused(f"A search has at most {LONGEST_QUERY} characters.")
    try:
        matching(query)
    except QueryError as error:
        raise Refused(str(error)) from error


def delete_rule(rule: TagRule) -> None:
    """Delete a rule; what it has tagged stays so."""

    def change() -> None:
        TagRule.objects.filter(pk=rule.pk).delete()
        Tag.prune([rule.tag_id])

    writer.run(change)
    events.publish([events.Tags(type="tags")])


def apply_rule(rule: TagRule) -> Done:
    """Tag what is there already; raises QueryError where the query is not understood any more."""
    return add_tag(matching(rule.query), rule.tag.name)


def _tell_of_rows() -> None:
    events.publish([events.Tags(type="tags"), events.Changed(type="changed", ids=None)])
