"""A Node program that sends the same messages with nodemailer."""

from __future__ import annotations

import json
from typing import Any

from catcher.dialog.export.scripts.repetition import Delivery, Repetition

_PROGRAM = """\
// Repeats an SMTP session that was recorded by Sandpost. Needs: npm install nodemailer
const fs = require("node:fs");
const path = require("node:path");
const nodemailer = require("nodemailer");

const transport = nodemailer.createTransport({{
  ...{options},
{auth}  logger: true,
  debug: true,
}});
// The files lie beside this program.
const messages = {messages};

async function main() {{
{body}  transport.close();
}}

main().catch((error) => {{
  console.error(error);
  process.exitCode = 1;
}});
"""
_SEND = """\
  for (const { envelope, file } of messages) {
    await transport.sendMail({ envelope, raw: fs.readFileSync(path.join(__dirname, file)) });
  }
"""


def nodemailer(repetition: Repetition) -> str:
    """Return a CommonJS program; nodemailer always sends a message, so what sent none becomes a login."""
    messages = [_message(delivery) for delivery in repetition.deliveries if delivery.file]
    return _PROGRAM.format(
        options=_literal(_options(repetition), 2),
        auth=_auth(repetition),
        messages=_literal(messages, 0),
        body=_SEND if messages else "  await transport.verify();\n",
    )


def _options(repetition: Repetition) -> dict[str, Any]:
    options: dict[str, Any] = {
        "host": repetition.host,
        "port": repetition.port,
        "name": repetition.hello,
        "secure": False,
    }
    if repetition.tls:
        # Sandpost's certificate is its own, which no client knows.
        options |= {"requireTLS": True, "tls": {"rejectUnauthorized": False}}
    else:
        options["ignoreTLS"] = True
    if repetition.auth and repetition.mechanism:
        options["authMethod"] = repetition.mechanism
    return options


def _auth(repetition: Repetition) -> str:
    if not repetition.auth:
        return ""
    user = _literal(repetition.user, 0) if repetition.user else "process.env.SMTP_USER"
    return f"  auth: {{ user: {user}, pass: process.env.SMTP_PASSWORD }},\n"


def _message(delivery: Delivery) -> dict[str, Any]:
    return {"envelope": {"from": delivery.sender, "to": list(delivery.addresses)}, "file": delivery.file}


def _literal(value: Any, indent: int) -> str:
    """Return a value as JavaScript, of ASCII alone."""
    return json.dumps(value, indent=2).replace("\n", "\n" + " " * indent)
