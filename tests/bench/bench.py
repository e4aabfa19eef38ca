"""What every section of the benchmark is given."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from http.client import HTTPException

from tests.bench.plan import Plan
from tests.bench.report import Section
from tests.bench.sandpost import Sandpost
from tests.bench.servers import Server
from tests.bench.smtp import BenchError
from tests.bench.tools import Source

CONNECTIONS = {False: "new", True: "kept"}


@dataclass
class Bench:
    plan: Plan
    source: Source
    sink: Server | None
    others: list[Server]

    def section(self, name: str, title: str, *columns: str) -> Section:
        """Start a table; where the load is not the standard one, every table says so."""
        section = Section(name, title, columns)
        if self.source.is_own:
            section.notes.append(
                f"no smtp-source on this machine: the load comes from {self.source.name}, which is slower"
            )
        return section

    @property
    def yardsticks(self) -> list[Server]:
        """The servers beside Sandpost: those named, then the physical limit."""
        return [*self.others, *([self.sink] if self.sink else [])]

    def verify(self, server: Sandpost, section: Section) -> None:
        """Hold Sandpost to its word: what it has accepted is stored."""
        try:
            complaint = server.lost()
        except (BenchError, OSError, HTTPException) as error:
            # The rows measured so far are still worth printing.
            complaint = f"Sandpost cannot be asked what it has stored: {error or type(error).__name__}"
        if complaint:
            section.failures.append(complaint)
        else:
            section.notes.append(f"all {server.sent:,} messages accepted by Sandpost are stored")
        if server.unsettled:
            section.notes.append(
                f"{len(server.unsettled)} times Sandpost still worked on messages {max(server.unsettled):g} s"
                " after its last reply: the next figure was taken all the same"
            )


def progress(text: str) -> None:
    print(f"   {text}", file=sys.stderr, flush=True)
