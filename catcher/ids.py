"""Public identifiers: 22 characters of base 62, as Mailpit's clients expect, in the order of their making.

They are the 128 bits of a UUID version 7 (RFC 9562 §5.7): 48 bits of milliseconds, then random ones. Identifiers that
grow keep the unique index on them dense; random ones would cost the path from socket to commit a page of it a row.
"""

from __future__ import annotations

import os
import re
import time

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 22
PATTERN = re.compile(r"[0-9A-Za-z]{22}")
_VERSION_AND_VARIANT = (7 << 76) | (2 << 62)
_RANDOM = (1 << 76) - 1 & ~(3 << 62)
# Two characters at once: half the divisions.
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]
_pool: list[bytes] = []


def _random_octets() -> bytes:
    """Return ten octets of the system's randomness, which is asked for many at a time."""
    while True:
        try:
            return _pool.pop()
        except IndexError:
            octets = os.urandom(10 * 200)
            _pool.extend(octets[start : start + 10] for start in range(0, len(octets), 10))


def public_id() -> str:
    random = int.from_bytes(_random_octets(), "big") & _RANDOM
    number = (time.time_ns() // 1_000_000) << 80 | _VERSION_AND_VARIANT | random
    pairs = [""] * (LENGTH // 2)
    for index in range(LENGTH // 2 - 1, -1, -1):
        number, rest = divmod(number, 3844)
        pairs[index] = _PAIRS[rest]
    return "".join(pairs)
