"""Sends one message with the standard library alone."""

import os
import smtplib
import sys
import traceback
from email.message import EmailMessage

env = os.environ
message = EmailMessage()
message["From"] = env["SMTP_FROM"]
message["To"] = env["SMTP_TO"].replace(",", ", ")
message["Subject"] = "Hello"
message.set_content("x" * int(env["SMTP_SIZE"]) + "\n")
try:
    client = smtplib.SMTP("localhost", int(env["SMTP_PORT"]), timeout=float(env["SMTP_TIMEOUT"]))
    if env["SMTP_TLS"]:
        import ssl

        client.starttls(context=ssl.create_default_context())
    if env["SMTP_USER"]:
        client.login(env["SMTP_USER"], env["SMTP_PASSWORD"])
    refused = client.send_message(message)
    if refused:
        print(f"send_message returned {refused}")
    if "no-quit" in sys.argv:
        client.close()
    else:
        client.quit()
except Exception as error:
    print("".join(traceback.format_exception_only(error)).strip())
