"""`sandpost export`: messages of the running Sandpost as a file."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from catcher.management.terminal import TerminalCommand
from catcher.remote import TIMEOUT
from catcher.terminal.paint import plain

FORMATS = ("mbox", "zip")


class Command(TerminalCommand):
    help = "Export messages with their exact bytes: as an mbox, or as a zip of .eml files; the oldest first."
    examples = """
Examples:
  sandpost export > all.mbox                                   all of them
  sandpost export from:shop after:yesterday -o shop.zip        those that a search finds, as the name says
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("query", nargs="*", metavar="QUERY", help="only messages that it finds, as on the page")
        parser.add_argument("--format", choices=FORMATS, metavar="FORMAT", help="mbox or zip [by --output, else mbox]")
        parser.add_argument("--output", "-o", type=Path, metavar="FILE", help="where to [standard output]")
        super().add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        output: Path | None = options["output"]
        form = options["format"] or ("zip" if output and output.suffix == ".zip" else "mbox")
        if output is None and sys.stdout.isatty():
            self.fail("mail is not for a terminal: give --output FILE, or lead it to a file or a program")
        parameters = {"query": " ".join(options["query"]), "format": form}
        pieces = self.remote(options).pieces("messages/export", TIMEOUT, **parameters)
        if output is None:
            for piece in pieces:
                sys.stdout.buffer.write(piece)
            sys.stdout.buffer.flush()
            return
        draft = output.with_name(f"{output.name}.part")
        try:
            with draft.open("wb") as file:
                file.writelines(pieces)
            draft.replace(output)
        except OSError as error:
            draft.unlink(missing_ok=True)
            self.fail(f"cannot write {plain(str(output))}: {error.strerror or error}")
