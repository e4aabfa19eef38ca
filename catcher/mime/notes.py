"""What a name or a type claims that is not so: noted beside the defects of a part, for those who look at it."""

from __future__ import annotations

from catcher.mime.defects import Defect


def name_notes(name: str, offset: int | None = None) -> list[Defect]:
    """Return what may fool a reader about a file name."""
    return []


def type_notes(declared: str, detected: str, name: str, offset: int | None = None) -> list[Defect]:
    """Return where content, declared type and the ending of the name contradict each other."""
    return []


def domain_notes(address: str) -> list[Defect]:
    """Return what may fool a reader about the domain of an address or the host of a link."""
    return []
