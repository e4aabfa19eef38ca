"""Commands for a POSIX shell. Nothing of the conversation stands there unquoted, nor in a comment."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from urllib.parse import quote

from catcher.dialog.export.scripts.repetition import Delivery, Repetition

_PASSWORD = '"${SMTP_PASSWORD:?set SMTP_PASSWORD to the password of this login}"'  # noqa: S105 - the name of a variable
_USER = '"${SMTP_USER:?set SMTP_USER to the user of this login}"'
_DASH = "# swaks takes no value that begins with a dash: a blank stands before it here.\n"
_HEAD = "#!/bin/sh\n# Repeats an SMTP session that was recorded by Sandpost.\n"


def swaks(repetition: Repetition) -> str:
    """Return a script with a swaks command for each transaction."""
    commands = [_swaks(repetition, delivery) for delivery in repetition.deliveries]
    values = [repetition.hello, repetition.user]
    for delivery in repetition.deliveries:
        values += [delivery.sender, *delivery.addresses[:1]]
    return _script(repetition, commands or [_swaks(repetition, None)], _DASH if _any_dash(values) else "")


def _swaks(repetition: Repetition, delivery: Delivery | None) -> str:
    parts = [f"swaks --server {shlex.quote(repetition.host)} --port {repetition.port}"]
    parts.append(f"{'--ehlo' if repetition.extended else '--protocol SMTP --helo'} {_value(repetition.hello)}")
    if repetition.tls:
        parts.append("--tls")
    if repetition.auth:
        parts.append(f"--auth {repetition.mechanism}".rstrip())
        parts.append(f"--auth-user {_value(repetition.user) if repetition.user else _USER}")
        parts.append(f"--auth-password {_PASSWORD}")
    parts += _swaks_envelope(repetition, delivery)
    return " \\\n  ".join(parts)


def _swaks_envelope(repetition: Repetition, delivery: Delivery | None) -> Iterator[str]:
    if delivery is None:
        yield f"--quit-after {'AUTH' if repetition.auth else 'TLS' if repetition.tls else 'HELO'}"
        return
    yield f"--from {_value(delivery.sender or '<>')}"
    if delivery.addresses:
        yield f"--to {_value(','.join(delivery.addresses))}"
    if delivery.file:
        yield f"--data @{shlex.quote(delivery.file)}"
    else:
        yield f"--quit-after {'MAIL' if delivery.last == 'MAIL' else 'RCPT'}"


def _value(value: str) -> str:
    """Return an option's value; swaks would take one that begins with a dash for the next option."""
    return shlex.quote(f" {value}" if value.startswith("-") else value)


def _any_dash(values: list[str]) -> bool:
    return any(value.startswith("-") for value in values)


def curl(repetition: Repetition) -> str:
    """Return a script with a curl command for each transaction; curl always sends a message."""
    commands = [_curl(repetition, delivery) for delivery in repetition.deliveries if delivery.file]
    return _script(repetition, commands or [_curl(repetition, None)])


def _curl(repetition: Repetition, delivery: Delivery | None) -> str:
    host = f"[{repetition.host}]" if ":" in repetition.host else quote(repetition.host, safe=".")
    url = f"smtp://{host}:{repetition.port}/{quote(repetition.hello, safe='')}"
    parts = [f"curl --verbose --globoff --url {shlex.quote(url)}"]
    if repetition.tls:
        parts.append("--ssl-reqd --insecure")
    if repetition.auth:
        user = shlex.quote(repetition.user) if repetition.user else _USER
        parts.append(f"--user {user}:{_PASSWORD}")
        if repetition.mechanism:
            parts.append(f"--login-options AUTH={repetition.mechanism}")
    if delivery is None:
        parts.append("--request NOOP")
    else:
        parts.append(f"--mail-from {shlex.quote(delivery.sender)}")
        parts += [f"--mail-rcpt {shlex.quote(address)}" for address in delivery.addresses]
        parts.append(f"--upload-file {shlex.quote(delivery.file)}")
    return " \\\n  ".join(parts)


def _script(repetition: Repetition, commands: list[str], remark: str = "") -> str:
    files = "".join(f"# Needs beside it: {name}\n" for name in repetition.files)
    return _HEAD + files + remark + "\n" + "\n\n".join(commands) + "\n"
