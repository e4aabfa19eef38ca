"""Work that can wait makes way for people: while a request is answered, a backlog stands still between two items."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

# However many requests come, a backlog is worked off: each item waits this long at the most, in seconds.
LONGEST = 0.1
STEP = 0.001

_lock = threading.Lock()
_requests = 0


@contextmanager
def request() -> Iterator[None]:
    """Somebody waits for what is done inside."""
    global _requests
    with _lock:
        _requests += 1
    try:
        yield
    finally:
        with _lock:
            _requests -= 1


def make_way() -> None:
    """Return when nobody waits for an answer, or after LONGEST."""
    deadline = time.monotonic() + LONGEST
    while _requests and time.monotonic() < deadline:
        time.sleep(STEP)
