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


def public_id() -> str:
    number = (
        (time.time_ns() // 1_000_000) << 80 | _VERSION_AND_VARIANT | int.from_bytes(os.urandom(10), "big") & _RANDOM
    )
    pairs = [""] * (LENGTH // 2)
    for index in range(LENGTH // 2 - 1, -1, -1):
        number, rest = divmod(number, 3844)
        pairs[index] = _PAIRS[rest]
    return "".join(pairs)
