"""What every section of the benchmark is given."""

from __future__ import annotations

import sys
from dataclasses import dataclass

from tests.bench.plan import Plan
from tests.bench.report import Section
from tests.bench.sandpost import Sandpost
from tests.bench.servers import Server
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
        if complaint := server.lost():
            section.failures.append(complaint)
        else:
            section.notes.append(f"all {server.sent:,} messages accepted by Sandpost are stored")


def progress(text: str) -> None:
    print(f"   {text}", file=sys.stderr, flush=True)
