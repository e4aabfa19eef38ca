"""ROW -> TOKENS: what a session is found by that its columns tell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from catcher.models import Session
from catcher.search.terms import NUMBERS
from catcher.search.tokens import ALL, backwards, both, magnitude, token


class Known(Protocol):
    """What an examined session is known by beside its row."""

    @property
    def client(self) -> str: ...

    @property
    def client_name(self) -> str: ...

    @property
    def findings(self) -> tuple[str, ...]: ...

    @property
    def findings_count(self) -> int: ...

    @property
    def worst(self) -> str: ...


def tokens(session: Session, known: Known) -> Iterable[str]:
    """Return the tokens of an ended session."""
    yield ALL
    yield token("is", "failed" if session.failed else "ok")
    for key, value in (("outcome", session.outcome), ("stage", session.stage), ("close", session.close_reason)):
        yield token(key, value)
    for key, value in (
        ("client", session.peer_host),
        ("client", known.client),
        ("client", known.client_name),
        ("ehlo", session.hello),
        ("user", session.auth_user),
    ):
        yield from both(key, value)
    yield from _security(session)
    yield from _findings(session, known)
    for key, column in NUMBERS.items():
        yield magnitude(key, known.findings_count if key == "findings" else getattr(session, column))


def _security(session: Session) -> Iterable[str]:
    version = session.tls_version.removeprefix("TLSv")
    yield token("tls", "1.0" if version == "1" else version or "none")
    if version:
        yield token("tls", "any")
        yield token("has", "tls")
    yield from both("auth", session.auth_mechanism or "none")
    if session.auth_mechanism:
        yield token("auth", "any")
        yield backwards("auth", "any")
        yield token("has", "auth")


def _findings(session: Session, known: Known) -> Iterable[str]:
    if session.messages_stored:
        yield token("has", "messages")
    if known.findings:
        yield token("has", "findings")
        yield token("worst", known.worst)
    for rule in known.findings:
        yield from both("finding", rule)
