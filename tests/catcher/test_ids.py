from __future__ import annotations

import time
from itertools import pairwise

import pytest

from catcher import ids


def number(public_id: str) -> int:
    """Return the 128 bits of an identifier."""
    value = 0
    for character in public_id:
        value = value * 62 + ids.ALPHABET.index(character)
    return value


def test_they_look_as_clients_expect() -> None:
    for public_id in {ids.public_id() for _ in range(2000)}:
        assert ids.PATTERN.fullmatch(public_id)
        assert len(public_id) == ids.LENGTH == 22


def test_none_comes_twice() -> None:
    assert len({ids.public_id() for _ in range(20_000)}) == 20_000


def test_they_are_uuids_of_version_7() -> None:
    before = time.time_ns() // 1_000_000
    value = number(ids.public_id())
    after = time.time_ns() // 1_000_000
    assert before <= value >> 80 <= after
    assert value >> 76 & 0xF == 7
    assert value >> 62 & 3 == 2


def test_later_ones_are_greater(monkeypatch: pytest.MonkeyPatch) -> None:
    times = [1, 1_000, 1_700_000_000_000, 1_700_000_000_001, (1 << 48) - 1]
    made = []
    for milliseconds in times:
        monkeypatch.setattr(time, "time_ns", lambda now=milliseconds: now * 1_000_000)
        made.append([ids.public_id() for _ in range(20)])
    for earlier, later in pairwise(made):
        assert max(earlier) < min(later)
