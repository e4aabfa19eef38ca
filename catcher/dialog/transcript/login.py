"""AUTH in a pasted text: the secrets masked as the recorder masks them, and the user told beside them."""

from __future__ import annotations

from base64 import b64decode
from typing import Any

from catcher.dialog.conversation import VERBS
from catcher.dialog.secrets import MASK, without_secret


class Login:
    """Where an AUTH exchange stands (RFC 4954 §4); `continues`: the client's next line answers a challenge."""

    def __init__(self) -> None:
        self.continues = False
        self._suspects = False  # behind AUTH, lines that are no command may be its secrets
        self._mechanism = self._user = ""
        self._answers = 0

    def said(self, line: bytes, verb: str) -> tuple[bytes, bool]:
        """Return what may be shown of a client's line, and whether that is less than all."""
        if self.continues:
            self._answers += 1
            self._learn(line.strip())
            return MASK, True
        if verb == "AUTH" or line.lstrip()[:4].upper() == b"AUTH":
            self._suspects = True
            shown = without_secret(line, is_command=True)
            self._begin(line.split(), shown.removesuffix(MASK).split())
            return shown, shown != line or line.endswith(MASK)
        if self._suspects and verb not in VERBS:
            return MASK, True
        return line, False

    def _begin(self, words: list[bytes], shown: list[bytes]) -> None:
        self._mechanism = shown[1].decode("ascii", "replace").upper() if len(shown) > 1 else ""
        self._user = ""
        self._answers = 0
        if len(words) > 2:
            self._answers = 1
            self._learn(words[2])

    def _learn(self, answer: bytes) -> None:
        """Take the user's name from an answer that holds it in the open."""
        try:
            decoded = b64decode(answer, validate=True)
        except ValueError:
            return
        fields = decoded.split(b"\0")
        if self._mechanism == "PLAIN" and len(fields) == 3:
            self._user = fields[1].decode("utf-8", "backslashreplace")[:1000]
        elif self._mechanism == "LOGIN" and self._answers == 1:
            self._user = decoded.decode("utf-8", "backslashreplace")[:1000]

    def replied(self, code: int, to_login: bool) -> None:
        self.continues = to_login and code == 334
        if 200 <= code < 300:
            self._suspects = False

    def result(self, code: int) -> dict[str, Any] | None:
        """Return the facts of a login that the reply decides; None where no credentials were judged."""
        if code != 235 and code != 535:
            return None
        return {"mechanism": self._mechanism, "user": self._user, "ok": code == 235}
