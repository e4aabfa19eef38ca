"""What a new message is filed under, behind the acknowledgement: its thread and its tags."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.conf import settings

from catcher import tagging, threads
from catcher.mime import sameness, tags
from catcher.mime.headers import split
from catcher.mime.references import hashed, references
from catcher.models import Message

HEADER, PLUS = "x-tags", "plus"


@dataclass(frozen=True, slots=True)
class Filing:
    """The tags that the sender gives, and the hashes of the ids that the message has and refers to."""

    tags: tuple[str, ...]
    ids: tuple[int, ...]


def look(message: Message, content: bytes, people: Iterable[tuple[str, bool]]) -> Filing:
    fields, _, _ = split(content)
    ids = [message.message_id] if message.message_id else []
    return Filing(
        tuple(_tags(message, tags.in_header(fields), people)),
        tuple(dict.fromkeys(hashed(one) for one in [*ids, *references(fields)])),
    )


def _tags(message: Message, listed: Iterable[str], people: Iterable[tuple[str, bool]]) -> Iterable[str]:
    sources = settings.SANDPOST["tags_from"]
    if HEADER in sources:
        yield from listed
    if PLUS in sources:
        yield from tags.in_addresses(_recipients(message, people))


def _recipients(message: Message, people: Iterable[tuple[str, bool]]) -> Iterable[str]:
    yield from (address for address, accepted in people if accepted)
    for field in ("To", "Cc", "Bcc"):
        yield from (address for _, address in message.addresses.get(field) or [])


def same_key(message: Message, people: Iterable[tuple[str, bool]], text: str) -> int:
    accepted = [address for address, was_accepted in people if was_accepted]
    return sameness.same_key(message.sender_address or message.mail_from, accepted, message.subject, text)


def file(filings: Mapping[int, Filing]) -> bool:
    """File messages, by primary keys, inside the transaction that digests them; return whether any got a tag.

    The rules are asked last: they may look at all that a digest finds.
    """
    if not filings:
        return False
    here = set(Message.everything.filter(pk__in=list(filings)).values_list("pk", flat=True))
    threads.join({pk: filing.ids for pk, filing in filings.items() if pk in here and filing.ids})
    given = tagging.assign({pk: filing.tags for pk, filing in filings.items() if pk in here and filing.tags})
    return tagging.assign(tagging.by_rules(here)) or given
