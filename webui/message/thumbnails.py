"""Small pictures of the pictures in a mail: worked out once each, two at a time, and kept while there is room."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections import OrderedDict
from pathlib import Path

from catcher.mime.node import Node
from webui.message.parts import is_picture

LARGEST = 20_000_000  # octets of a picture that is looked at
TIMEOUT = 6.0  # seconds, on a busy machine
KEPT = 200
LARGEST_SMALL = 500_000

_SHRINK = str(Path(__file__).with_name("shrink.py"))
_turns = threading.BoundedSemaphore(2)
_lock = threading.Lock()
_kept: OrderedDict[tuple[str, str], bytes] = OrderedDict()


def thumbnail(public_id: str, node: Node) -> bytes:
    """Return a picture of a part as PNG, or b'' where it cannot be drawn within the limits."""
    key = (public_id, node.path)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    made = _made(node)
    with _lock:
        _kept[key] = made
        while len(_kept) > KEPT:
            _kept.popitem(last=False)
    return made


def _made(node: Node) -> bytes:
    if node.encoded_size > 2 * LARGEST or not is_picture(node) or node.decoded_size > LARGEST:
        return b""
    with _turns:
        return shrunk(node.decoded)


def shrunk(picture: bytes) -> bytes:
    # -I: nothing of the folder it is started in, nor of the environment, becomes code.
    command = [sys.executable, "-I", _SHRINK]
    try:
        done = subprocess.run(command, input=picture, capture_output=True, timeout=TIMEOUT, check=False)  # noqa: S603
    except (subprocess.TimeoutExpired, OSError):
        return b""
    return done.stdout if done.returncode == 0 and len(done.stdout) <= LARGEST_SMALL else b""
