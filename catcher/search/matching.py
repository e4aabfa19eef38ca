"""Which messages a query finds: the one place that the page, the rules and "all that match" ask."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from catcher.models import Message


class QueryError(ValueError):
    """A query that cannot be understood; the text says what is wrong with it."""


def matching(text: str) -> QuerySet[Message]:
    """Return what a query finds, in no order; raises QueryError.

    Until the search language is here: words, each of which stands in subject, sender, recipient or snippet.
    """
    found: QuerySet[Message] = Message.objects.all()
    for word in text.split():
        found = found.filter(
            Q(subject__icontains=word)
            | Q(mail_from__icontains=word)
            | Q(recipient__icontains=word)
            | Q(addresses__icontains=word)
            | Q(snippet__icontains=word)
        )
    return found
