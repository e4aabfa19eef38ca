"""Public identifiers: 22 characters of base 62, as Mailpit's clients expect, from 128 random bits."""

from __future__ import annotations

import os
import re

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
LENGTH = 22
PATTERN = re.compile(r"[0-9A-Za-z]{22}")
# Two characters at once: half the divisions on the path from socket to commit.
_PAIRS = [a + b for a in ALPHABET for b in ALPHABET]


def public_id() -> str:
    number = int.from_bytes(os.urandom(16), "big")
    pairs = []
    for _ in range(LENGTH // 2):
        number, rest = divmod(number, 3844)
        pairs.append(_PAIRS[rest])
    return "".join(pairs)
