"""`sandpost sessions`: the newest sessions as a table."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from catcher.env import count
from catcher.management.terminal import QUERY, TerminalCommand, add_query, asked, option, width
from catcher.remote import TIMEOUT, Remote
from catcher.terminal.table import table

PAGE = 500


class Command(TerminalCommand):
    help = "List SMTP sessions, the newest first: every connection, whether it delivered anything or not."
    examples = f"""
Examples:
  sandpost sessions                         the newest 20
  sandpost sessions --only-failed           those that failed
  sandpost sessions 'code>=500 since=1h'    those of the last hour that were refused something
  sandpost sessions --json --limit 0        all of them, one object a line
{QUERY}"""

    def add_arguments(self, parser: CommandParser) -> None:
        add_query(parser)
        parser.add_argument(
            "--limit", type=option(count), default=20, metavar="N", help="how many at the most; 0 for all [20]"
        )
        parser.add_argument("--json", action="store_true", help="one object a line")
        super().add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        found = listed(self.remote(options), asked(options), options["limit"])
        if options["json"]:
            self.say(json.dumps(session) for session in found)
            return
        sessions = list(found)
        if not sessions:
            self.stderr.write("There are no such sessions." if asked(options) else "There are no sessions yet.")
            return
        # What goes into a file or a filter is not cut.
        fitted = sys.stdout.isatty() or "COLUMNS" in os.environ
        self.say(table(sessions, self.paint(options), width() if fitted else None))


def listed(remote: Remote, query: str, limit: int) -> Iterator[dict[str, Any]]:
    """Yield sessions, newest first, by pages."""
    before: dict[str, str] = {}
    left = limit
    while True:
        page = remote.json("sessions", TIMEOUT, query=query, limit=min(PAGE, left) if limit else PAGE, **before)
        yield from page["sessions"]
        left -= page["count"]
        if not page["more"] or (limit and left <= 0):
            return
        before = {"before": page["before"]}
