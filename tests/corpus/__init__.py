"""Recordings of real clients against Sandpost; README.md says how they were made and what stands in a file."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catcher.dialog.records import Direction, Kind, Record, Terminator

FOLDER = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Recording:
    """One run of one client."""

    client: str
    version: str
    family: str
    situation: str
    # What the program printed of the exception that it caught: for libraries only.
    printed: tuple[str, ...]
    # The message as it was stored, if it was.
    message: bytes
    sessions: tuple[list[Record], ...]

    @property
    def name(self) -> str:
        return f"{self.client}-{self.situation}"


def load(path: Path) -> Recording:
    content = json.loads(path.read_text(encoding="ascii"))
    return Recording(
        content["client"],
        content["version"],
        content["family"],
        content["situation"],
        tuple(content["printed"]),
        "".join(content["message"]).encode("latin-1"),
        tuple([_record(number, *row) for number, row in enumerate(tape, 1)] for tape in content["sessions"]),
    )


def recordings() -> list[Recording]:
    """Return all of them, by name."""
    return [load(path) for path in sorted(FOLDER.glob("*-*.json"))]


def rows(tape: Sequence[Record]) -> list[list[Any]]:
    """Return records as they stand in a file: [ms, direction + kind, text, and what is not as usual]."""
    return [
        [record.at_us / 1000, record.direction + record.kind, record.data.decode("latin-1"), *_more(record)]
        for record in tape
    ]


def _more(record: Record) -> list[dict[str, Any]]:
    usual = Terminator.CRLF if record.kind is Kind.LINE else Terminator.NONE
    more: dict[str, Any] = {
        "read": record.read,
        "transaction": record.transaction,
        "tls": record.tls,
        "masked": record.masked,
        "length": record.length if record.length != len(record.data) else 0,
        "terminator": str(record.terminator) if record.terminator is not usual else None,
        "info": record.info,
    }
    kept = {name: value for name, value in more.items() if value or value == ""}
    return [kept] if kept else []


def _record(seq: int, at_ms: float, what: str, text: str, more: dict[str, Any] | None = None) -> Record:
    data = text.encode("latin-1")
    values = dict(more or {})
    kind = Kind(what[1:])
    usual = Terminator.CRLF if kind is Kind.LINE else Terminator.NONE
    terminator = Terminator(values.pop("terminator", usual))
    length = values.pop("length", len(data))
    return Record(seq, round(at_ms * 1000), Direction(what[0]), kind, data, length, terminator, **values)
