"""Sends one message with aiosmtplib."""

# It runs in an environment of its own, where the library is.
# mypy: ignore-errors

import asyncio
import os
import traceback
from email.message import EmailMessage

import aiosmtplib

env = os.environ
message = EmailMessage()
message["From"] = env["SMTP_FROM"]
message["To"] = env["SMTP_TO"].replace(",", ", ")
message["Subject"] = "Hello"
message.set_content("x" * int(env["SMTP_SIZE"]) + "\n")


async def send() -> None:
    refused, _ = await aiosmtplib.send(
        message,
        hostname="localhost",
        port=int(env["SMTP_PORT"]),
        start_tls=bool(env["SMTP_TLS"]),
        username=env["SMTP_USER"] or None,
        password=env["SMTP_PASSWORD"] or None,
        timeout=float(env["SMTP_TIMEOUT"]),
    )
    if refused:
        print(f"send returned {refused}")


try:
    asyncio.run(send())
except Exception as error:
    print("".join(traceback.format_exception_only(error)).strip())
