"""`sandpost tail`: follow dialogs as they go on."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandParser

from catcher.env import count
from catcher.management.terminal import QUERY, TerminalCommand, add_query, asked, option
from catcher.remote import Absent, Refusal, Remote
from catcher.terminal.follow import Follower, News
from catcher.terminal.stream import Stream

FIRST_PAUSE = 0.1
LONGEST_PAUSE = 1.0


class Command(TerminalCommand):
    help = "Follow SMTP dialogs live: each line of each session, as it is said. Ctrl-C stops."
    examples = f"""
Examples:
  sandpost tail                          every session from now on, after the last 10 lines
  sandpost tail --only-failed            whole sessions, as soon as they have failed
  sandpost tail ehlo=app* NOT is:ok      those of one application that are not over and well
  sandpost tail --json | jq .Text        a line an object; what a session came to follows its last line
{QUERY}"""

    def add_arguments(self, parser: CommandParser) -> None:
        add_query(parser)
        parser.add_argument(
            "--lines", type=option(count), default=10, metavar="N", help="lines from before to begin with [10]"
        )
        parser.add_argument("--json", action="store_true", help="one object a line")
        super().add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        remote = self.remote(options)
        follower = Follower(remote, asked(options), options["lines"])
        stream = Stream(self.paint(options))
        show = _objects if options["json"] else stream.show
        try:
            for news in follower.begin():
                self.say(show(news))
            self.stderr.write(f"sandpost: following {remote.url}; Ctrl-C stops.")
            while True:
                self._step(follower, remote, show)
        except KeyboardInterrupt:
            return

    def _step(self, follower: Follower, remote: Remote, show: Any) -> None:
        try:
            for news in follower.step():
                self.say(show(news))
        except (Absent, Refusal) as error:
            if isinstance(error, Refusal) and error.status < 500:
                raise
            self._wait_for(follower, remote)

    def _wait_for(self, follower: Follower, remote: Remote) -> None:
        """Sandpost stopped or is being started again: wait until it is there."""
        self.stderr.write("sandpost: Sandpost is gone; waiting for it to come back.")
        pause = FIRST_PAUSE
        while True:
            time.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE)
            try:
                follower.resume()
            except (Absent, Refusal):
                continue
            self.stderr.write(f"sandpost: Sandpost is back at {remote.url}.")
            return


def _objects(news: News) -> Iterator[str]:
    yield from (json.dumps({"ID": news.session["ID"]} | line, ensure_ascii=True) for line in news.lines)
    if news.over:
        yield json.dumps(news.session, ensure_ascii=True)
