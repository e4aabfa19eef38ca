"""`sandpost import`: mail from files into the running Sandpost."""

from __future__ import annotations

import sys
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, BinaryIO

from django.core.management.base import CommandParser

from catcher.mailbox.reading import files
from catcher.management.terminal import TerminalCommand
from catcher.remote import Remote
from catcher.terminal.paint import plain

LEFT_OUT = 1
POLL = 0.2
_SHOWN = 20
_FIRST_TIME = (1980, 1, 1, 0, 0, 0)


class Command(TerminalCommand):
    help = """\
Import mail from files: .eml, mbox, a zip of them, or folders (a Maildir among them). A file that was interrupted goes
on where it was, and one that is here already is left alone. The status is 1 where something could not be read."""
    examples = """
Examples:
  sandpost import mail.mbox              one mbox
  sandpost import *.eml Maildir          files and a folder
  sandpost import mail.mbox --again      once more, though it is here already
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", metavar="PATH", type=Path, help="files and folders")
        parser.add_argument("--again", action="store_true", help="also what was imported before")
        super().add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        for path in options["paths"]:
            if not path.exists():
                self.fail(f"there is no {plain(str(path))}")
        remote = self.remote(options)
        left_out = sum([self._import(remote, path, options["again"]) for path in options["paths"]])
        if left_out:
            sys.exit(LEFT_OUT)

    def _import(self, remote: Remote, path: Path, again: bool) -> int:
        name = path.name or path.resolve().name
        if path.is_dir():
            with TemporaryFile() as packed:
                if not _pack(path, packed):
                    self.stderr.write(f"{plain(name)}: there are no files in it")
                    return 1
                size = packed.seek(0, 2)
                found = self._send(remote, name, lambda: _from_the_beginning(packed), size, again)
        else:
            found = self._send(remote, name, lambda: path.open("rb"), path.stat().st_size, again)
        if found["State"] == "done":
            self.say([f"{plain(name)}: here already, {found['Stored']:,} messages (--again imports it once more)"])
            return 0
        return self._follow(remote, name, found)

    def _send(
        self, remote: Remote, name: str, body: Callable[[], AbstractContextManager[BinaryIO]], size: int, again: bool
    ) -> dict[str, Any]:
        try:
            found: dict[str, Any] = remote.send("import", body, size, name=name, again=int(again))
        except PermissionError as error:
            self.fail(f"cannot read {plain(name)}: {error.strerror}")
        return found

    def _follow(self, remote: Remote, name: str, found: dict[str, Any]) -> int:
        """Show how far it is until it has ended; return how much was left out."""
        while found["State"] == "waiting":
            self._progress(name, found)
            time.sleep(POLL)
            found = remote.json(f"import/{found['ID']}")
        self._progress(name, found, end=True)
        for problem in found["Problems"][:_SHOWN]:
            self.stderr.write(f"  left out: {plain(problem['Name'])}: {plain(problem['Reason'])}")
        if (more := found["Unreadable"] - _SHOWN) > 0:
            self.stderr.write(f"  and {more:,} more")
        if found["State"] != "done":
            self.stderr.write(f"{plain(name)}: {found['State']}. {plain(found['Error'])}".rstrip())
            return max(1, int(found["Unreadable"]))
        return int(found["Unreadable"])

    def _progress(self, name: str, found: dict[str, Any], end: bool = False) -> None:
        words = f"{plain(name)}: {found['Stored']:,} messages"
        if not sys.stdout.isatty():
            if end:
                self.say([words])
            return
        filled = found["Percent"] * 30 // 100
        self.stdout.write(f"\r\x1b[K[{'█' * filled}{'·' * (30 - filled)}] {words}", ending="\n" if end else "")
        self.stdout.flush()


def _pack(folder: Path, packed: BinaryIO) -> int:
    """Put the files of a folder into an archive, without compressing them; return how many there are."""
    count = 0
    with zipfile.ZipFile(packed, "w") as archive:
        for path in files(folder):
            # One time for all: the same folder makes the same archive, which is known when it comes again.
            archive.writestr(zipfile.ZipInfo(str(path.relative_to(folder)), _FIRST_TIME), path.read_bytes())
            count += 1
    return count


@contextmanager
def _from_the_beginning(file: BinaryIO) -> Iterator[BinaryIO]:
    """Hand out a file that is closed by whoever opened it."""
    file.seek(0)
    yield file
