"""ROWS, CONVERSATION -> JSON of the API: a session, and the lines of its dialog."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice
from typing import Any

from catcher.dialog import conversation as dialog
from catcher.dialog import explain, story
from catcher.dialog.conversation import Conversation, Step
from catcher.dialog.records import Kind, Record
from catcher.models import Session
from webui.dialog import note

# Records before the first one that is asked for, from which a reply and an answer to a challenge are told.
CONTEXT = 100


def moment(time: datetime | None) -> str | None:
    return time.isoformat(timespec="milliseconds").replace("+00:00", "Z") if time is not None else None


def session(row: Session, summary: str = "") -> dict[str, Any]:
    """Return what the API says of a session; `Ended` and `Findings` are null until they are known."""
    return {
        "ID": row.public_id,
        "Started": moment(row.started_at),
        "Ended": moment(row.ended_at),
        "Client": row.peer_host,
        "Ehlo": row.hello,
        "Outcome": row.outcome,
        "Stage": row.stage,
        "Close": row.close_reason,
        "Tls": row.tls_version,
        "User": row.auth_user,
        "Messages": row.messages_stored,
        "Findings": row.findings_count if row.examined else None,
        "Summary": summary or (row.summary if row.examined else "") or story.plain(story.tell(row)),
        "Duration": row.duration_us / 1000,
    }


def conversation(row: Session, after: int = 0, most: int | None = None) -> Conversation:
    """Return the conversation from shortly before a line on, up to `most` lines behind it."""
    records = row.records(max(0, after - CONTEXT))
    return dialog.read(records if most is None else islice(records, min(after, CONTEXT) + most))


def lines(spoken: Conversation, after: int = 0) -> list[dict[str, Any]]:
    """Return the lines behind a sequence number, in order."""
    codes, verbs = _codes(spoken.steps), _verbs(spoken.steps)
    kept = (record for record in spoken.records if record.seq > after)
    return [line(record, codes.get(record.seq), verbs.get(record.seq, "")) for record in kept]


def line(record: Record, code: int | None, verb: str) -> dict[str, Any]:
    """Return one line; `Offset` is in milliseconds since the connection was accepted."""
    return {
        "Seq": record.seq,
        "Offset": record.at_us / 1000,
        "Dir": record.direction.value,
        "Tls": record.tls,
        "Text": _text(record),
        "Code": code,
        "Verb": verb,
    }


def _text(record: Record) -> str:
    if record.kind is Kind.BODY:
        return _content(record)
    if record.kind is not Kind.LINE:
        return note(record)
    return f"{record.text} [cut: {record.length:,} octets in all]" if record.is_cut else record.text


def _content(record: Record) -> str:
    """Return message data in words: the octets lie with the message."""
    octets = record.info.get("bytes", record.length)
    told = f"message data, {octets:,} octets" if isinstance(octets, int) else "message data"
    return told if record.info.get("ended", True) else f"{told}, not ended"


def _codes(steps: Iterable[Step]) -> dict[int, int]:
    replies = [step.reply for step in steps if step.reply is not None and step.reply.code]
    return {record.seq: reply.code for reply in replies for record in reply.records}


def _verbs(steps: Iterable[Step]) -> dict[int, str]:
    return {step.said.seq: step.verb for step in steps if step.said is not None}


def explained(spoken: Conversation, told: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return lines with what there is to say about them: a lesson where a step begins, a remark where it ends."""
    lessons = {step.seq: explain.lesson(spoken, step) for step in spoken.steps}
    remarks = dict(_remarks(spoken))
    return [one | {"Lesson": lessons.get(one["Seq"], ""), "Remark": remarks.get(one["Seq"])} for one in told]


def _remarks(spoken: Conversation) -> Iterator[tuple[int, dict[str, str]]]:
    for step in spoken.steps:
        remark = explain.remark(spoken, step)
        if remark is not None:
            seq = step.reply.last.seq if step.reply is not None else step.seq
            yield seq, {"Title": remark.title, "Text": remark.text, "Source": remark.source}
