"""What the commands share that talk to a running Sandpost: options, one line for what is wrong, pipes that close."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Callable, Iterable
from typing import Any, NoReturn, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser, DjangoHelpFormatter

from catcher import remote
from catcher.__main__ import USAGE_ERROR
from catcher.remote import Absent, Refusal, Remote
from catcher.terminal.paint import Paint, plain, wants_colour

T = TypeVar("T")
QUERY = """
A QUERY is what the page Sessions takes: is:failed, code>=500 verb=RCPT, client=10.0.0.*, "mailbox full", since=1h.
Quote it, for the shell has a use of its own for > and *. Write NOT is:live for -is:live.
"""


class Formatter(DjangoHelpFormatter, argparse.RawDescriptionHelpFormatter):
    """Leaves the lines of the description and the examples as they are written."""


class TerminalCommand(BaseCommand):
    """A command whose trouble is one line and status 2."""

    requires_system_checks = ()
    suppressed_base_arguments = {"--version", "--verbosity", "-v", "--settings", "--pythonpath", "--traceback"}
    examples = ""

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        return super().create_parser(
            prog_name, subcommand, formatter_class=Formatter, epilog=self.examples.strip(), **kwargs
        )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--data", metavar="DIR", help="data folder of the running Sandpost (SANDPOST_DATA)")
        parser.add_argument(
            "--url",
            type=option(remote.url),
            metavar="URL",
            help="its web address [that of the Sandpost that runs with this data folder, else SANDPOST_HTTP]",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        for stream in (sys.stdout, sys.stderr):
            if reconfigure := getattr(stream, "reconfigure", None):
                reconfigure(errors="backslashreplace")
        try:
            self.perform(options)
        except (Absent, Refusal) as error:
            self.fail(str(error))
        except BrokenPipeError:  # `| head` has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def perform(self, options: dict[str, Any]) -> None:
        raise NotImplementedError

    def fail(self, text: str) -> NoReturn:
        self.stderr.write(f"sandpost: {text}")
        sys.exit(USAGE_ERROR)

    def remote(self, options: dict[str, Any]) -> Remote:
        configured = settings.SANDPOST
        given: str | None = options["url"]
        return Remote(lambda: [given] if given else remote.places(configured["data"], configured["http"]))

    def paint(self, options: dict[str, Any]) -> Paint:
        return Paint(wants_colour(sys.stdout, os.environ, options["no_color"], options["force_color"]))

    def say(self, lines: Iterable[str]) -> None:
        """Print lines, and let them be seen at once."""
        for line in lines:
            self.stdout.write(line)
        self.stdout.flush()


def width(default: int = 100) -> int:
    return shutil.get_terminal_size((default, 24)).columns


def option(read: Callable[[str], T]) -> Callable[[str], T]:
    """Let argparse show the text of a ValueError, which it keeps to itself otherwise."""

    def read_option(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(plain(str(error))) from error

    return read_option


def asked(options: dict[str, Any]) -> str:
    """Return the query; `--only-failed` is one of its terms."""
    terms = [*options["query"], *(["is:failed"] if options["only_failed"] else [])]
    return " ".join(terms)


def add_query(parser: CommandParser) -> None:
    parser.add_argument("query", nargs="*", metavar="QUERY", help="only sessions that it finds")
    parser.add_argument("--only-failed", action="store_true", help="only sessions that failed, like is:failed")
