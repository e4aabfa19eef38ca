"""DIALOG -> WORDS: what each command, parameter, keyword and code means where it stands, and what to do about it.

    spans(conversation)         record -> its parts and what they are
    remark(conversation, step)  the box under a step that went wrong
    lesson(conversation, step)  one sentence a step
    offers(conversation)        the extensions offered, and what the client made of them
    auth_steps(conversation)    each login, step by step

Everything is linear and raises on no tape.
"""

from __future__ import annotations

from catcher.dialog.explain.annotate import spans
from catcher.dialog.explain.lessons import lesson
from catcher.dialog.explain.logins import auth_steps
from catcher.dialog.explain.model import (
    AuthExchange,
    AuthStep,
    Explanation,
    OfferRow,
    OfferTable,
    Remark,
    Span,
    Use,
)
from catcher.dialog.explain.offered import offers
from catcher.dialog.explain.remarks import remark

__all__ = [
    "AuthExchange", "AuthStep", "Explanation", "OfferRow", "OfferTable", "Remark", "Span", "Use", "auth_steps",
    "lesson", "offers", "remark", "spans",
]  # fmt: skip
