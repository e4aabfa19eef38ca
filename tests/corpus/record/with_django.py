"""Sends one message with Django's SMTP backend."""

import os
import traceback

from django.conf import settings
from django.core.mail import EmailMessage

env = os.environ
settings.configure(
    EMAIL_HOST="localhost",
    EMAIL_PORT=int(env["SMTP_PORT"]),
    EMAIL_USE_TLS=bool(env["SMTP_TLS"]),
    EMAIL_HOST_USER=env["SMTP_USER"],
    EMAIL_HOST_PASSWORD=env["SMTP_PASSWORD"],
    EMAIL_TIMEOUT=float(env["SMTP_TIMEOUT"]),
)
try:
    body = "x" * int(env["SMTP_SIZE"])
    EmailMessage("Hello", body, env["SMTP_FROM"], env["SMTP_TO"].split(",")).send()
except Exception as error:
    print("".join(traceback.format_exception_only(error)).strip())
