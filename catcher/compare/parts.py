"""Two lists of parts -> which were added, removed, renamed or hold something else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

MAX_PARTS: Final = 500

Kind = Literal["same", "changed", "renamed", "declared", "added", "removed"]


class Part(NamedTuple):
    """What two parts are compared by; `body` is "text" or "html" for what the message says, else ""."""

    path: str
    name: str
    content_type: str
    declared: str  # charset, encoding and disposition as the header has them
    size: int
    checksum: str
    body: str = ""


class Pair(NamedTuple):
    kind: Kind
    before: Part | None = None
    after: Part | None = None

    @property
    def counts(self) -> bool:
        return self.kind != "same"


@dataclass(frozen=True, slots=True)
class Parts:
    pairs: tuple[Pair, ...] = ()
    is_cut: bool = False

    @property
    def count(self) -> int:
        return sum(pair.counts for pair in self.pairs)


# By what parts belong together: the surest sign first.
_SIGNS: Final[tuple[Callable[[Part], object], ...]] = (
    lambda part: part.body or None,
    lambda part: (part.name, part.content_type, part.checksum),
    lambda part: part.name or None,
    lambda part: part.checksum,
)


def compare(before: Sequence[Part], after: Sequence[Part]) -> Parts:
    """Pair parts by what they are for, by name, then by content; of a body, only what its header says counts."""
    left, right = list(before[:MAX_PARTS]), list(after[:MAX_PARTS])
    found: dict[int, int] = {}
    for sign in _SIGNS:
        _pair(left, right, found, sign)
    taken = set(found.values())
    pairs = [_judged(part, right[found[at]]) if at in found else Pair("removed", part) for at, part in enumerate(left)]
    pairs += [Pair("added", None, part) for at, part in enumerate(right) if at not in taken]
    return Parts(tuple(pairs), len(before) > MAX_PARTS or len(after) > MAX_PARTS)


def _pair(left: list[Part], right: list[Part], found: dict[int, int], sign: Callable[[Part], object]) -> None:
    taken = set(found.values())
    free: dict[object, list[int]] = {}
    for at in range(len(right) - 1, -1, -1):
        if at not in taken and (key := sign(right[at])) is not None:
            free.setdefault(key, []).append(at)
    for at, part in enumerate(left):
        if at not in found and (key := sign(part)) is not None and free.get(key):
            found[at] = free[key].pop()


def _judged(before: Part, after: Part) -> Pair:
    if not before.body and before.checksum != after.checksum:
        return Pair("changed", before, after)
    if not before.body and before.name != after.name:
        return Pair("renamed", before, after)
    if (before.content_type, before.declared) != (after.content_type, after.declared):
        return Pair("declared", before, after)
    return Pair("same", before, after)
