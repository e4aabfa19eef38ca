"""Deleting many sessions takes a while: it is done in a thread, which a page asks how far it is."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from dataclasses import dataclass, field

from django.db import connection
from django.db.models import QuerySet

from catcher import actions, ids
from catcher.models import Session

logger = logging.getLogger(__name__)

# Deletions that a page can still ask about.
_KEPT = 20
# A page waits so long for the end before it shows a progress, seconds.
PATIENCE = 0.4


@dataclass(slots=True)
class Deletion:
    """A deletion that runs, or has ended."""

    id: str
    total: int
    done: int = 0
    failed: bool = False
    ended: threading.Event = field(default_factory=threading.Event)

    @property
    def is_running(self) -> bool:
        return not self.ended.is_set()

    def tell(self, done: int) -> None:
        self.done = done


_deletions: OrderedDict[str, Deletion] = OrderedDict()
_lock = threading.Lock()


def begin(chosen: QuerySet[Session] | None, total: int) -> Deletion:
    """Delete what is chosen, or all, in a thread; return at once, or with the end where it comes soon."""
    made = Deletion(ids.public_id(), total)
    with _lock:
        _deletions[made.id] = made
        while len(_deletions) > _KEPT:
            _deletions.popitem(last=False)
    threading.Thread(target=_run, args=(made, chosen), name="sandpost-deletion", daemon=True).start()
    made.ended.wait(PATIENCE)
    return made


def find(public_id: str) -> Deletion | None:
    with _lock:
        return _deletions.get(public_id)


def _run(deletion: Deletion, chosen: QuerySet[Session] | None) -> None:
    try:
        deletion.done = actions.delete_sessions(chosen, deletion.tell)
    except Exception:
        logger.exception("sessions could not be deleted")
        deletion.failed = True
    finally:
        connection.close()
        deletion.ended.set()
