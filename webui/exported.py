"""The forms in which a session leaves Sandpost, for the page and for the API: what writes each, and how much."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from itertools import islice

from catcher.dialog import chart, export
from catcher.dialog import conversation as dialog
from catcher.dialog.conversation import Conversation
from catcher.dialog.export import scripts
from catcher.dialog.export.scripts import Repetition
from catcher.dialog.records import Direction, Kind, Record
from catcher.dialog.timing import timing
from catcher.models import Body, Message, Session

# Of a longer session, its first lines are copied, or repeated: a clipboard is for what somebody reads.
COPIED = 5_000
EXPORTED = 100_000
# Octets of messages that one capture takes.
LARGEST_CAPTURE = 64_000_000

WRITERS: Mapping[str, Callable[[Conversation], str]] = {
    "text": export.text,
    "markdown": lambda spoken: export.markdown(spoken, redact=False),
    "json": lambda spoken: json.dumps(export.as_json(spoken), ensure_ascii=False, indent=2) + "\n",
    "svg": lambda spoken: chart.export(timing(spoken)),
}
SCRIPTS: Mapping[str, Callable[[Repetition], str]] = {
    "swaks": scripts.swaks,
    "curl": scripts.curl,
    "python": scripts.python,
    "nodemailer": scripts.nodemailer,
}


def written(form: str, spoken: Conversation) -> bytes:
    return octets(WRITERS[form](spoken))


def capture(session: Session, spoken: Conversation, with_messages: bool = True) -> bytes:
    """Return a session as packets, with as many of its messages as one capture takes."""
    return export.pcap(spoken, _Messages().octets if with_messages else None, session.started_at)


class _Messages:
    def __init__(self) -> None:
        self._left = LARGEST_CAPTURE

    def octets(self, public_id: str) -> bytes | None:
        found = Message.objects.filter(public_id=public_id).values_list("pk", "size").first()
        if found is None or found[1] > self._left:
            return None
        self._left -= found[1]
        raw = Body.objects.filter(pk=found[0]).values_list("raw", flat=True).first()
        return bytes(raw) if raw is not None else None


def bounded(session: Session, most: int) -> tuple[Conversation, str]:
    """Return the first lines of a session, and what to say where there are more: a note at its end says so, too."""
    records = list(islice(session.records(), most))
    if len(records) < most or session.lines <= most:
        return dialog.read(records), ""
    words = f"the first {most:,} of {session.lines:,} lines"
    last = records[-1]
    end = Record(last.seq + 1, last.at_us, Direction.NOTE, Kind.CUT, info={"why": f"these are {words}"})
    return dialog.read([*records, end]), words


def octets(text: str) -> bytes:
    return text.encode("utf-8", "backslashreplace")
