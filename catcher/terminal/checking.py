"""A message or a session -> REPORT: octets are checked here, what has an id by the Sandpost that holds it."""

from __future__ import annotations

from collections.abc import Iterable

from catcher.dialog import report
from catcher.dialog.finding import Rule
from catcher.dialog.lint import lint_message, registry
from catcher.dialog.lint.opened import open_message
from catcher.dialog.report import Report
from catcher.remote import Refusal, Remote

NOT_FOUND = 404
LATEST = "latest"


def octets(name: str, raw: bytes, muted: frozenset[str]) -> Report:
    """Check a message of which nothing but its octets is known."""
    found = [report.entry(one) for one in lint_message(open_message(raw), muted)]
    return Report(name, found, raw, registry.MESSAGE, muted)


def stored(remote: Remote, public_id: str, muted: frozenset[str]) -> Report:
    """Check what has this id: a message with its envelope, or else a session; `latest` is the newest message."""
    if public_id == LATEST:
        public_id = _newest(remote)
    try:
        entries = _asked(remote, f"message/{public_id}", muted)
    except Refusal as error:
        if error.status != NOT_FOUND:
            raise
        return _session(remote, public_id, muted)
    raw = remote.octets(f"message/{public_id}/raw")
    return Report(f"{remote.url}/messages/{public_id}/", entries, raw, registry.MESSAGE, muted)


def _newest(remote: Remote) -> str:
    messages = remote.json("messages", limit=1)["messages"]
    if not messages:
        raise Refusal(NOT_FOUND, "there is no message yet")
    return str(messages[0]["ID"])


def _session(remote: Remote, public_id: str, muted: frozenset[str]) -> Report:
    try:
        entries = _asked(remote, f"session/{public_id}", muted)
    except Refusal as error:
        if error.status != NOT_FOUND:
            raise
        raise Refusal(NOT_FOUND, f"there is no file, no message and no session {public_id}") from error
    return Report(f"{remote.url}/sessions/{public_id}/", entries, None, registry.SESSION, muted)


def _asked(remote: Remote, what: str, muted: frozenset[str]) -> list[report.Entry]:
    answer = remote.json(f"{what}/findings", mute=",".join(sorted(muted)))
    return [report.from_json(one) for one in answer["findings"]]


def rules(text: str) -> frozenset[str]:
    """Return the rules named in a list; raises ValueError for one that there is not."""
    named = {name.strip().upper() for name in text.split(",") if name.strip()}
    unknown = sorted(named - registry.by_id.keys())
    if unknown:
        raise ValueError(f"there is no rule {unknown[0]}; rules have names like {_example(registry.MESSAGE)}")
    return frozenset(named)


def _example(known: Iterable[Rule]) -> str:
    return next((rule.id for rule in known), "M01")
