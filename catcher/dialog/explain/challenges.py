"""The lines of an AUTH exchange: what the server asks for, and what the client's answer is."""

from __future__ import annotations

import re
from base64 import b64decode
from binascii import Error
from dataclasses import dataclass
from typing import Final

from catcher.dialog.explain import keywords
from catcher.dialog.explain.model import Explanation
from catcher.dialog.records import Record

# RFC 4954 §4: no line of an exchange is longer than this; what is shown of it is shorter still.
_LONGEST = 12288
_SHOWN = 400

USER: Final = "user name"
PASSWORD: Final = "password"  # noqa: S105
CANCEL: Final = "cancels the login"
_ANSWERS: Final = {
    "PLAIN": ("authorization id, user name and password",),
    "LOGIN": (USER, PASSWORD),
    "CRAM-MD5": ("user name and keyed MD5 of the challenge",),
    "DIGEST-MD5": ("answer to the challenge", "confirmation"),
    "XOAUTH2": ("user name and access token", "confirmation of an error"),
    "OAUTHBEARER": ("user name and access token", "confirmation of an error"),
    "EXTERNAL": ("authorization id",),
    "ANONYMOUS": ("trace information",),
    "NTLM": ("negotiation", "answer to the challenge"),
    "SCRAM": ("user name and nonce", "proof of the password", "confirmation"),
}


_WORD = re.compile(rb"\S+")
_MASK: Final = b"***"


def arguments(record: Record, end: int) -> tuple[tuple[int, int] | None, tuple[int, int] | None]:
    """Return where the mechanism and the initial response of an AUTH command stand, whose verb ends at `end`."""
    data = record.data
    shown = len(data) - len(_MASK) if record.masked and data.endswith(_MASK) else len(data)
    word = _WORD.search(data, end, shown)
    if shown < len(data):
        return word.span() if word else None, (shown, len(data))
    initial = _WORD.search(data, word.end()) if word else None
    return word.span() if word else None, (initial.start(), len(data.rstrip())) if initial else None


@dataclass(slots=True)
class Exchange:
    """How far an exchange has come: the mechanism, and the answers that were given."""

    mechanism: str = ""
    answers: int = 0
    asked: str = ""  # the last challenge, decoded

    def answered(self, data: bytes) -> str:
        """Count an answer, and return what it is."""
        index = self.answers
        self.answers += 1
        if data.strip() == b"*":
            return CANCEL
        if self.mechanism == "LOGIN" and self.asked:
            # The challenges decide, not the order: some servers ask for the password alone.
            words = self.asked.lower()
            if "user" in words or "pass" in words:
                return USER if "user" in words else PASSWORD
        kinds = _ANSWERS.get("SCRAM" if self.mechanism.startswith("SCRAM-") else self.mechanism, ())
        return kinds[index] if index < len(kinds) else "a further answer"


def decoded(data: bytes) -> str | None:
    """Return what base64 holds as text; None where it is none, or too long to be."""
    word = data.strip()
    if word == b"=":  # RFC 4954 §4: an empty initial response
        return ""
    if len(word) > _LONGEST:
        return None
    try:
        octets = b64decode(word, validate=True)
    except (Error, ValueError):
        return None
    text = octets.decode("utf-8", "backslashreplace")
    return text if len(text) <= _SHOWN else text[:_SHOWN] + "…"


def asked(data: bytes, exchange: Exchange) -> Explanation:
    """Return what a 334 challenge asks for, and note it in the exchange."""
    text = decoded(data)
    exchange.asked = text or ""
    if text is None:
        return Explanation("Challenge", "This should be base64 and is not.", "334 SP base64", source="RFC 4954 §4")
    told = f"In base64 it says: {printable(text)}" if text else "It is empty: the client just goes on."
    return Explanation("Challenge", told, "334 SP base64", source="RFC 4954 §4")


def answer(what: str, masked: bool) -> Explanation:
    """Return the explanation of a client's answer, without what is in it."""
    if what == CANCEL:
        return _CANCELLED
    told = "Its content is masked in this recording." if masked else "It stands here in base64, which hides nothing."
    return Explanation(f"Answer: {what}", f"The client sends: {what}. {told}", "base64 / *", source="RFC 4954 §4")


_CANCELLED: Final = Explanation(
    "Cancelled", "A single * gives the login up; the server answers 501.", "*", source="RFC 4954 §4"
)
MASKED: Final = Explanation(
    "Masked",
    "A line near a login that may hold a secret; it is not kept.",
    advice="Set keep_credentials to record such lines as they are.",
    source="RFC 4954",
)


def printable(text: str) -> str:
    """Return text with what cannot be seen replaced: a NUL is shown as a middle dot."""
    return "".join(character if character.isprintable() else "·" for character in text)


def mechanism(name: str, offered: tuple[str, ...] | None) -> Explanation:
    """Return what a mechanism is, and whether the server had offered it; `offered` is None where that is not known."""
    about = keywords.mechanism(name)
    if offered is None or name.upper() in map(str.upper, offered):
        return about
    return Explanation(
        about.title,
        f"{about.text} The server did not offer it.",
        about.grammar,
        about.replies,
        f"Use one of those that are offered: {' '.join(offered)[:200]}." if offered else "Do not log in here.",
        about.source,
    )
