"""Figures -> the tables and the JSON of a run: pure, so that it has a test of its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

Cell = str | int | float | None


@dataclass
class Section:
    """One table of the report, and what has to be said about it."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: list[tuple[Cell, ...]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)

    def add(self, *cells: Cell) -> None:
        self.rows.append(cells)

    @property
    def missed(self) -> int:
        return sum(row.count("missed") for row in self.rows)

    def as_json(self) -> dict[str, object]:
        rows = [dict(zip(self.columns, row, strict=True)) for row in self.rows]
        return {"title": self.title, "rows": rows, "notes": self.notes, "failures": self.failures}


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the nearest-rank percentile: always a value that was measured, never one between two."""
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(0, math.ceil(len(values) * percent / 100) - 1)]


def reached(value: float | None, *, at_least: float = -math.inf, below: float = math.inf) -> str | None:
    """Return the verdict on a figure that must reach a bound; None where the figure is not known."""
    if value is None:
        return None
    return "reached" if at_least <= value < below else "missed"


def shown(cell: Cell) -> str:
    """Return a cell as text, a number with the three or four digits that a measurement is good for."""
    if cell is None:
        return "-"
    if isinstance(cell, str):
        return cell
    if isinstance(cell, int) or abs(cell) >= 100:
        return f"{cell:,.0f}"
    return f"{cell:.1f}" if abs(cell) >= 10 else f"{cell:.2f}" if abs(cell) >= 1 else f"{cell:.3f}"


def lines(section: Section) -> list[str]:
    """Return the section as text: title, aligned table (numbers to the right), notes, failures."""
    table = [section.columns, *(tuple(shown(cell) for cell in row) for row in section.rows)]
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    is_text = [
        all(cell is None or isinstance(cell, str) for cell in column) for column in zip(*section.rows, strict=True)
    ] or [True] * len(widths)
    text = [
        "  ".join(
            cell.ljust(width) if left else cell.rjust(width)
            for cell, width, left in zip(row, widths, is_text, strict=True)
        ).rstrip()
        for row in table
    ]
    text.insert(1, "  ".join("-" * width for width in widths))
    text = text if section.rows else []
    notes = [f"note: {note}" for note in section.notes]
    failures = [f"FAILED: {failure}" for failure in section.failures]
    return [f"== {section.title}", *text, *notes, *failures]
