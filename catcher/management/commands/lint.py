"""`sandpost lint`: check messages and sessions against the rules, for people and for CI."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from catcher import __version__
from catcher.dialog import report
from catcher.dialog.finding import Severity
from catcher.dialog.report import Report
from catcher.dialog.report.junit import fails
from catcher.ids import PATTERN
from catcher.management.terminal import TerminalCommand, option, width
from catcher.terminal import checking

FOUND = 1
NEVER = "never"
LEVELS = ("error", "warning", "info", "security", NEVER)
FORMATS = ("text", "json", "sarif", "junit")


class Command(TerminalCommand):
    help = """\
Check messages: files, standard input (-), or what a running Sandpost holds: the id of a message or a session, or
latest for the newest message. Files are checked here, without a server. The status is 1 where something is found that
is at least as bad as --fail-on says, and 2 where something cannot be checked."""
    examples = """
Examples:
  sandpost lint mail.eml                            what is wrong with a message, and how to mend it
  ./print-mail | sandpost lint - --fail-on warning
  sandpost lint latest --mute M05,S04               the newest message of the running Sandpost, without two rules
  sandpost lint mails/*.eml --format sarif > mails.sarif
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("what", nargs="+", metavar="FILE|ID|-", help="message files, ids, or - for standard input")
        parser.add_argument(
            "--fail-on",
            choices=LEVELS,
            default="error",
            metavar="LEVEL",
            help=f"which findings make the status 1: {', '.join(LEVELS)} [error]; security is worse than error",
        )
        parser.add_argument(
            "--format", choices=FORMATS, default="text", metavar="FORMAT", help=f"{', '.join(FORMATS)} [text]"
        )
        parser.add_argument(
            "--mute",
            type=option(checking.rules),
            default=frozenset(),
            metavar="RULES",
            help="rules to leave out: M05,S04",
        )
        super().add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        reports = [self._check(what, options) for what in options["what"]]
        fail_on = None if options["fail_on"] == NEVER else Severity(options["fail_on"])
        self.say(written(reports, options["format"], fail_on).splitlines())
        if any(fails(one, fail_on) for checked in reports for one in checked.entries):
            sys.exit(FOUND)

    def _check(self, what: str, options: dict[str, Any]) -> Report:
        if what == "-":
            return checking.octets("stdin", sys.stdin.buffer.read(), options["mute"])
        path = Path(what)
        if not path.exists() and (what == checking.LATEST or PATTERN.fullmatch(what)):
            return checking.stored(self.remote(options), what, options["mute"])
        try:
            return checking.octets(what, path.read_bytes(), options["mute"])
        except (OSError, ValueError) as error:
            self.fail(f"cannot read {report.plain(what)}: {getattr(error, 'strerror', None) or error}")


def written(reports: list[Report], form: str, fail_on: Severity | None) -> str:
    """Return the reports in one of the forms."""
    match form:
        case "json":
            return "\n".join(json.dumps(_object(one)) for one in reports)
        case "sarif":
            return json.dumps(report.sarif(reports, __version__), indent=2)
        case "junit":
            return report.junit(reports, fail_on)
    return report.text(reports, width())


def _object(checked: Report) -> dict[str, Any]:
    worst = report.worst(checked.entries)
    return {
        "Name": checked.name,
        "Worst": worst.value if worst else "",
        "Findings": [report.as_json(one) for one in checked.entries],
    }
