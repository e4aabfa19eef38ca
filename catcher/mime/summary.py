"""The fast look at a message before it is acknowledged: its header block and nothing else."""

from typing import Final, NamedTuple

from catcher.mime.addresses import Address, addresses
from catcher.mime.charsets import one_line
from catcher.mime.defects import Defect, defect
from catcher.mime.headers import Field, field_text, split
from catcher.mime.words import decode_words

MAX_SUBJECT: Final = 1_000  # characters
MAX_MESSAGE_ID: Final = 500  # characters
MAX_DEFECTS: Final = 50
_MAX_RAW: Final = 100_000  # octets of one field that are looked at

# Each may occur only once in a message (RFC 5322, section 3.6).
ONCE: Final = frozenset(
    (
        "date",
        "from",
        "sender",
        "reply-to",
        "to",
        "cc",
        "bcc",
        "message-id",
        "in-reply-to",
        "references",
        "subject",
    )
)


class Summary(NamedTuple):
    """What a row of the inbox needs; message_id is without angle brackets, texts are clean and bounded."""

    subject: str
    message_id: str
    from_: list[Address]
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    reply_to: list[Address]
    defects: list[Defect]


def summarize(raw: bytes) -> Summary:
    """Read the top header block; takes microseconds whatever the size of the body, never raises."""
    fields, _, defects = split(raw)
    defects += header_defects(fields)
    found: dict[str, list[bytes]] = {}
    for name, value in fields:
        found.setdefault(name.lower(), []).append(value)
    return Summary(
        subject=_text(found.get("subject"))[:MAX_SUBJECT],
        message_id=_message_id(found.get("message-id")),
        from_=_sender(found.get("from")),
        to=_mailboxes(found.get("to")),
        cc=_mailboxes(found.get("cc")),
        bcc=_mailboxes(found.get("bcc")),
        reply_to=_mailboxes(found.get("reply-to")),
        defects=defects[:MAX_DEFECTS],
    )


def header_defects(fields: list[Field]) -> list[Defect]:
    """Return what is missing from, or doubled in, the header of a whole message."""
    names = [name.lower() for name, _ in fields]
    defects = [defect(f"missing-{name}") for name in ("from", "date") if name not in names]
    single = [name for name in names if name in ONCE]
    if len(single) != len(set(single)):
        defects.append(defect("duplicate-header"))
    return defects


def _text(values: list[bytes] | None) -> str:
    return one_line(decode_words(field_text(values[0][:_MAX_RAW]))) if values else ""


def _message_id(values: list[bytes] | None) -> str:
    text = _text(values)
    inner = text.partition("<")[2].partition(">")[0].strip()
    return (inner or text.strip("<> "))[:MAX_MESSAGE_ID]


def _mailboxes(values: list[bytes] | None) -> list[Address]:
    if values is None:
        return []
    if len(values) == 1:
        return addresses(field_text(values[0]))
    return addresses(", ".join(field_text(value) for value in values))


def _sender(values: list[bytes] | None) -> list[Address]:
    """Return the authors; a From without any address is kept as a name: the row shows what was sent."""
    found = _mailboxes(values)
    if any(mailbox.address for mailbox in found):
        return found
    raw = _text(values)[:MAX_SUBJECT]
    return [Address(raw, "")] if raw else []
