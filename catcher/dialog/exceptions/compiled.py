"""Go's net/smtp and lettre."""

from __future__ import annotations

import json
from collections.abc import Iterator

from catcher.dialog.exceptions.said import Said, behind, first, is_single
from catcher.dialog.failure import Failure, Trouble


def go(failure: Failure) -> Iterator[Said]:
    reply = first(failure)
    match failure.trouble:
        case Trouble.DROPPED:
            yield Said("EOF")
        case Trouble.CERTIFICATE:
            yield Said("tls: failed to verify certificate: x509: certificate signed by unknown authority")
        case _ if reply is not None and is_single(reply):
            text = behind(reply)
            # Go 1.26 quotes the text; before it did not.
            yield Said(f"{reply.code:03d} {json.dumps(text, ensure_ascii=False)}")
            yield Said(f"{reply.code:03d} {text}", is_seen=False)


def lettre(failure: Failure) -> Iterator[Said]:
    reply = first(failure)
    match failure.trouble:
        case Trouble.TIMEOUT:
            yield Said("network error: Resource temporarily unavailable")
        case Trouble.DROPPED:
            yield Said("response error: incomplete response")
        case _ if reply is not None and is_single(reply):
            kind = "transient" if reply.code < 500 else "permanent"
            yield Said(f"{kind} error ({reply.code}): {behind(reply)}")
