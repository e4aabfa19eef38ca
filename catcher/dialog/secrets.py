"""What may be shown of a client's line that carries a login."""

from __future__ import annotations

import re

MASK = b"***"
# Only known mechanisms: a client that forgets its own sends the secret in its place.
_AUTH_COMMAND = re.compile(
    rb"\s*AUTH(?:\s+(?:PLAIN|LOGIN|CRAM-MD5|DIGEST-MD5|SCRAM-SHA-[0-9]+(?:-PLUS)?|XOAUTH2?|OAUTHBEARER|NTLM|GSSAPI|EXTERNAL))?"
    rb"(?:\s+|$)",
    re.IGNORECASE,
)


def without_secret(data: bytes, is_command: bool) -> bytes:
    """Return a line of an AUTH exchange with the secret masked; an AUTH command that holds none stays as it is."""
    match = _AUTH_COMMAND.match(data) if is_command else None
    if match is None:
        return MASK
    return data if match.end() == len(data) else data[: match.end()] + MASK
