"""Searching messages: QUERY -> tree -> what the index and the rows are asked -> messages."""

from __future__ import annotations

from catcher.search.messages.errors import Problem, QueryError
from catcher.search.messages.found import Count, count, matching, named
from catcher.search.messages.language import Query, parse

__all__ = ["Count", "Problem", "Query", "QueryError", "count", "matching", "named", "parse"]
