"""`sandpost session`: one session, what happened in it and what every line means."""

from __future__ import annotations

import json
import sys
from typing import Any

from django.core.management.base import CommandParser

from catcher.dialog import report
from catcher.management.terminal import TerminalCommand, width
from catcher.terminal import story

FORMATS = ("text", "markdown", "json", "pcap", "svg", "swaks", "curl", "python", "nodemailer")
BINARY = {"pcap"}


class Command(TerminalCommand):
    help = "Show one SMTP session: what happened, the facts, and its dialog with a remark where something went wrong."
    examples = """
Examples:
  sandpost session latest-failed            what went wrong last
  sandpost session latest --explain         every step explained, and what the rules find
  sandpost session latest --export pcap > session.pcap
  sandpost session latest-failed --export markdown --redact    for a bug report: no names, no addresses
"""

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("id", metavar="ID", help="id of a session, or latest, or latest-failed")
        parser.add_argument("--explain", action="store_true", help="say what each step does, and what the rules find")
        parser.add_argument("--json", action="store_true", help="as one object on one line")
        parser.add_argument("--export", choices=FORMATS, metavar="FORMAT", help=f"as a file: {', '.join(FORMATS)}")
        parser.add_argument("--redact", action="store_true", help="export without addresses, names and credentials")
        super().add_arguments(parser)

    def perform(self, options: dict[str, Any]) -> None:
        if options["export"]:
            self._export(options)
        elif options["redact"]:
            self.fail("--redact goes with --export")
        else:
            self._show(options)

    def _show(self, options: dict[str, Any]) -> None:
        remote, explain = self.remote(options), options["explain"]
        session = remote.json(f"session/{options['id']}", explain=int(explain or not options["json"]))
        if options["json"]:
            self.say([json.dumps(session)])
            return
        paint, room = self.paint(options), width()
        self.say(story.tell(session, paint, room))
        self.say(story.dialog(session["Lines"], paint, room, lessons=explain))
        if explain:
            found = remote.json(f"session/{session['ID']}/findings")["findings"]
            self.say(story.findings([report.from_json(one) for one in found], room))

    def _export(self, options: dict[str, Any]) -> None:
        form = options["export"]
        if form in BINARY and sys.stdout.isatty():
            self.fail(f"{form} is no text: send it into a file, > session.{form}")
        octets = self.remote(options).octets(f"session/{options['id']}/export/{form}", redact=int(options["redact"]))
        sys.stdout.flush()
        sys.stdout.buffer.write(octets)
        sys.stdout.buffer.flush()
