"""The parameters of MAIL and RCPT: what each asks for, and which extension allows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter; `extension` is the EHLO keyword that allows it."""

    keyword: str
    verbs: tuple[str, ...]
    extension: str
    text: str
    grammar: str
    source: str


_PARAMETERS = (
    Parameter(
        "SIZE",
        ("MAIL",),
        "SIZE",
        "How large the message will be, in octets, so that the server can refuse it before it is sent.",
        "SIZE=digits (at most 20)",
        "RFC 1870 §3, §6",
    ),
    Parameter(
        "BODY",
        ("MAIL",),
        "8BITMIME",
        "Which octets the message holds: 7BIT is ASCII, 8BITMIME is anything in lines, BINARYMIME is anything at all.",
        "BODY=7BIT / 8BITMIME / BINARYMIME",
        "RFC 6152; RFC 3030",
    ),
    Parameter(
        "SMTPUTF8",
        ("MAIL",),
        "SMTPUTF8",
        "The addresses or the header fields hold more than ASCII. Every server on the way must know this extension, "
        "so asking for it without need can stop a message.",
        "SMTPUTF8",
        "RFC 6531",
    ),
    Parameter(
        "AUTH",
        ("MAIL",),
        "AUTH",
        "Who submitted the message, as a relay knows it; <> means unknown. Servers ignore it unless they trust the "
        "client.",
        "AUTH=xtext / <>",
        "RFC 4954 §5",
    ),
    Parameter(
        "RET",
        ("MAIL",),
        "DSN",
        "How much of the message a bounce brings back: FULL is all of it, HDRS the header only.",
        "RET=FULL / HDRS",
        "RFC 3461 §4.3",
    ),
    Parameter(
        "ENVID",
        ("MAIL",),
        "DSN",
        "A name that the sender gives to this message, and finds again in every report about it.",
        "ENVID=xtext (at most 100 characters)",
        "RFC 3461 §4.4",
    ),
    Parameter(
        "NOTIFY",
        ("RCPT",),
        "DSN",
        "When a report about this recipient is wanted. Without it: on failure.",
        "NOTIFY=NEVER / SUCCESS, FAILURE, DELAY (any of these, by commas)",
        "RFC 3461 §4.1",
    ),
    Parameter(
        "ORCPT",
        ("RCPT",),
        "DSN",
        "The address that the sender had written, before lists and forwards changed it; reports name it.",
        "ORCPT=type;xtext, such as rfc822;jane@example.com",
        "RFC 3461 §4.2",
    ),
    Parameter(
        "MT-PRIORITY",
        ("MAIL",),
        "MT-PRIORITY",
        "How urgent the message is for the servers on the way: from -9 to 9, 0 is usual.",
        "MT-PRIORITY=-9 ... 9",
        "RFC 6710",
    ),
    Parameter(
        "REQUIRETLS",
        ("MAIL",),
        "REQUIRETLS",
        "Every hop must be encrypted and verified; where one cannot be, the message comes back.",
        "REQUIRETLS",
        "RFC 8689",
    ),
    Parameter(
        "HOLDFOR",
        ("MAIL",),
        "FUTURERELEASE",
        "Keep the message for this many seconds, then send it.",
        "HOLDFOR=seconds (at most 9 digits)",
        "RFC 4865",
    ),
    Parameter(
        "HOLDUNTIL",
        ("MAIL",),
        "FUTURERELEASE",
        "Keep the message until this moment, then send it.",
        "HOLDUNTIL=date and time in UTC",
        "RFC 4865",
    ),
    Parameter(
        "BY",
        ("MAIL",),
        "DELIVERBY",
        "Deliver within this many seconds. If that fails: R returns the message, N tells of the delay and goes on; "
        "T behind it asks for a trace.",
        "BY=seconds;R / N [T]",
        "RFC 2852",
    ),
    Parameter(
        "RRVS",
        ("RCPT",),
        "RRVS",
        "Deliver only if the mailbox has had the same owner since this moment; for password resets and the like.",
        "RRVS=date and time",
        "RFC 7293",
    ),
    Parameter(
        "TRANSID",
        ("MAIL",),
        "CHECKPOINT",
        "A name for the transaction, by which a broken one can be taken up again.",
        "TRANSID=<id>",
        "RFC 1845",
    ),
    Parameter(
        "CONPERM",
        ("MAIL",),
        "CONPERM",
        "The sender allows servers to convert the content for a recipient that could not take it otherwise.",
        "CONPERM",
        "RFC 4141",
    ),
    Parameter(
        "CONNEG",
        ("RCPT",),
        "CONNEG",
        "Asks what this recipient's device can show, so that the content can be fitted to it.",
        "CONNEG",
        "RFC 4141",
    ),
)

PARAMETERS: Final[Mapping[str, Parameter]] = {parameter.keyword: parameter for parameter in _PARAMETERS}


def extension(keyword: str, value: str) -> str:
    """Return the EHLO keyword that a parameter needs; an unknown parameter needs one of its own name."""
    if keyword == "BODY" and value.upper() == "BINARYMIME":
        return "BINARYMIME"
    known = PARAMETERS.get(keyword)
    return known.extension if known is not None else keyword
