"""AUTH (RFC 4954): PLAIN and LOGIN as aiosmtpd has them, with challenges read from our own lines."""

from __future__ import annotations

import binascii
import hmac
from base64 import b64decode, b64encode
from typing import Any

from aiosmtpd import smtp as aiosmtpd
from aiosmtpd.smtp import MISSING, AuthResult, LoginPassword

from catcher.dialog.outcome import Stage
from catcher.dialog.records import Kind
from catcher.smtp import replies
from catcher.smtp.connection import AUTH_LINE, Connection

MECHANISMS = ("PLAIN", "LOGIN")


class Authentication(Connection):
    """The AUTH verb of the protocol."""

    AuthLoginUsernameChallenge = "Username:"
    AuthLoginPasswordChallenge = "Password:"

    @aiosmtpd.syntax("AUTH <mechanism> [initial-response]")
    async def smtp_AUTH(self, arg: str) -> None:
        words = arg.split()
        mechanism = words[0].upper() if words else ""
        self.facts.stage = Stage.AUTH
        problem = self._auth_problem(words, mechanism)
        if problem is not None:
            self._refuse(Stage.AUTH, problem)
            return
        self.auth_mechanism = mechanism
        method = self.auth_PLAIN if mechanism == "PLAIN" else self.auth_LOGIN
        result = await method(self, words)
        if not result.success:
            self.facts.auth_failures += 1
            self.facts.fail(Stage.AUTH, self._last_error if result.handled else replies.AUTH_FAILED)
        self.tape.note(Kind.AUTH, mechanism=mechanism, user=self.auth_user, ok=result.success)
        if result.success:
            self.session.authenticated = self.facts.authenticated = True
            self._answer(replies.AUTH_OK)
        elif not result.handled:
            self._answer(replies.AUTH_FAILED)

    def _auth_problem(self, words: list[str], mechanism: str) -> str | None:
        if not self.session.host_name or not self.session.extended_smtp:
            return replies.HELLO_FIRST
        if self.session.authenticated:
            return replies.AUTHENTICATED
        if self.facts.in_transaction:
            return replies.AUTH_IN_TRANSACTION
        if not 1 <= len(words) <= 2:
            return replies.SYNTAX.format("AUTH mechanism [initial-response]")
        return None if mechanism in MECHANISMS else replies.UNKNOWN_MECHANISM

    async def challenge_auth(
        self, challenge: str | bytes, encode_to_b64: bool = True, log_client_response: bool = False
    ) -> Any:
        """Send a 334 challenge and return the decoded answer, or MISSING after an error that was answered."""
        octets = challenge.encode() if isinstance(challenge, str) else challenge
        self._answer("334 " + (b64encode(octets) if encode_to_b64 else octets).decode("ascii"))
        line = await self._next_line()
        if line is None:
            self._answer(replies.AUTH_LINE_TOO_LONG.format(AUTH_LINE))
            return MISSING
        answer = line.strip()
        if answer == b"*":
            self._answer(replies.AUTH_CANCELLED)
            return MISSING
        try:
            return b64decode(answer, validate=True)
        except binascii.Error:
            self._answer(replies.NOT_BASE64)
            return MISSING

    def _authenticate(self, mechanism: str, auth_data: Any) -> AuthResult:
        assert isinstance(auth_data, LoginPassword)
        self.auth_user = auth_data.login.decode("utf-8", "backslashreplace")[:1000].replace("\x00", "\ufffd")
        wanted = self.limits.login
        if wanted is None:
            return AuthResult(success=True)
        # Compared in constant time: this is the one secret that Sandpost may hold.
        ok = hmac.compare_digest(auth_data.login, wanted[0].encode()) & hmac.compare_digest(
            auth_data.password, wanted[1].encode()
        )
        return AuthResult(success=bool(ok), handled=False)
