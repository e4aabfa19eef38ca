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


class _Waits(threading.local):
    seconds = 0.0


_waits = _Waits()


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
    began = time.monotonic()
    while _requests and time.monotonic() < began + LONGEST:
        time.sleep(STEP)
    _waits.seconds += time.monotonic() - began


def waited() -> float:
    """Return the seconds that this thread has made way for: it did not work in them."""
    return _waits.seconds
