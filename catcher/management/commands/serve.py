"""`sandpost serve`: capture mail and show it."""

from __future__ import annotations

import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from catcher import options
from catcher.__main__ import USAGE_ERROR


class Command(BaseCommand):
    help = "Capture every message sent to the SMTP address and show it on the web page. This is the default command."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        options.add_options(parser)

    def handle(self, *args: Any, **kwargs: Any) -> None:
        from catcher.server import Server, StartError

        try:
            server = Server.prepare(say=self.stdout.write)
        except StartError as error:
            self.stderr.write(f"sandpost: {error}")
            sys.exit(USAGE_ERROR)
        server.run()
