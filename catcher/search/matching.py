"""Which messages a query finds: the one place that the page, the rules and "all that match" ask."""

from __future__ import annotations

from django.db.models import QuerySet

from catcher.models import Message
from catcher.search import messages
from catcher.search.messages import QueryError

__all__ = ["QueryError", "matching"]


def matching(text: str) -> QuerySet[Message]:
    """Return what a query finds, in no order; raises QueryError."""
    return messages.matching(messages.parse(text))
