"""CONVERSATION -> JSON, in the style of the API: PascalCase keys, nothing left out, described by a JSON Schema."""

from __future__ import annotations

import json
from functools import cache
from importlib.resources import files
from typing import Any

from catcher.dialog.conversation import Conversation, Offer, Step, Transaction
from catcher.dialog.records import Direction, Kind, Record


def as_json(conversation: Conversation) -> dict[str, Any]:
    """Return the conversation as what `json.dumps` takes; `schema()` says what is in it."""
    of_reply: dict[int, int] = {}
    verbs: dict[int, str] = {}
    for step in conversation.steps:
        if step.said is not None:
            verbs[step.said.seq] = step.verb
        if step.reply is not None:
            of_reply.update((record.seq, step.reply.code) for record in step.reply.records)
    return {
        "Lines": [
            _line(record, of_reply.get(record.seq), verbs.get(record.seq, "")) for record in conversation.records
        ],
        "Steps": [_step(step) for step in conversation.steps],
        "Offers": [_offer(offer) for offer in conversation.offers],
        "Transactions": [_transaction(transaction) for transaction in conversation.transactions],
    }


@cache
def _schema_text() -> str:
    return files(__package__).joinpath("session.schema.json").read_text("utf-8")


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `as_json` gives."""
    return dict(json.loads(_schema_text()))


def _line(record: Record, code: int | None, verb: str) -> dict[str, Any]:
    return {
        "Seq": record.seq,
        "Offset": record.at_us / 1000,
        "Dir": record.direction.value,
        "Kind": record.kind.value,
        "Tls": record.tls,
        "Text": record.text,
        "Code": code if record.direction is Direction.SERVER and record.kind is Kind.LINE and code else None,
        "Verb": verb,
        "Length": record.length,
        "Terminator": record.terminator.value,
        "Read": record.read,
        "Transaction": record.transaction,
        "Masked": record.masked,
        "Cut": record.is_cut and record.kind is Kind.LINE,
        "Info": {name: _plain(value) for name, value in record.info.items()},
    }


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def _step(step: Step) -> dict[str, Any]:
    reply = step.reply
    return {
        "Role": step.role.value,
        "Said": step.said.seq if step.said is not None else None,
        "Verb": step.verb,
        "Argument": step.argument,
        "Reply": [record.seq for record in reply.records] if reply is not None else [],
        "Code": reply.code or None if reply is not None else None,
        "Enhanced": reply.enhanced if reply is not None else "",
        "Transaction": step.transaction,
        "Packet": step.packet,
    }


def _offer(offer: Offer) -> dict[str, Any]:
    return {
        "Said": offer.step.seq,
        "Tls": offer.tls,
        "Keywords": {keyword: list(parameters) for keyword, parameters in offer.keywords.items()},
    }


def _transaction(transaction: Transaction) -> dict[str, Any]:
    return {
        "Number": transaction.number,
        "Mail": transaction.mail.seq if transaction.mail is not None else None,
        "Recipients": [step.seq for step in transaction.recipients],
        "Accepted": [step.seq for step in transaction.accepted],
        "Refused": [step.seq for step in transaction.refused],
        "Data": transaction.data.seq if transaction.data is not None else None,
        "Content": transaction.content.seq if transaction.content is not None else None,
        "Delivered": transaction.is_delivered,
        "Message": transaction.message,
    }
