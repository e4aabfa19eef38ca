"""Every reply that Sandpost gives, with its enhanced status code.

RFC 2034 §4 exempts the greeting, the answers to HELO and EHLO, and 3xx from enhanced codes. RFC 5248 lists which
enhanced code goes with which basic one.
"""

from __future__ import annotations

from typing import Final

BYE: Final = "221 2.0.0 Bye"
OK: Final = "250 2.0.0 OK"
SENDER_OK: Final = "250 2.1.0 Sender ok"
RECIPIENT_OK: Final = "250 2.1.5 Recipient ok"
STORED: Final = "250 2.0.0 Stored as {}"
CANNOT_VERIFY: Final = "252 2.5.0 Cannot verify, but will take mail for it"
START_TLS: Final = "220 2.0.0 Ready to start TLS"
START_DATA: Final = "354 End data with <CRLF>.<CRLF>"
HELP: Final = "214 2.0.0 Commands: {}"
HELP_TOPIC: Final = "214 2.0.0 Syntax: {}"
AUTH_OK: Final = "235 2.7.0 Authentication successful"

SHUTDOWN: Final = "421 4.3.2 Sandpost is shutting down"
TOO_MANY_CONNECTIONS: Final = "421 4.3.2 Too many connections (limit {}, setting max_connections)"
IDLE: Final = "421 4.4.2 Nothing heard for {:g} s, closing (setting idle_timeout)"
TOO_MANY_ERRORS: Final = "421 4.7.0 Too many errors in a row (limit {}, setting max_errors)"
TOO_MUCH_DATA: Final = "421 4.7.0 Far more than the limit was sent, closing"
NOT_STORED: Final = "451 4.3.0 The message could not be stored, try again: {}"
TOO_MANY_RECIPIENTS: Final = "452 4.5.3 Too many recipients (limit {}, setting max_recipients)"
TLS_UNAVAILABLE: Final = "454 4.7.0 TLS is not available here"

UNKNOWN_COMMAND: Final = "500 5.5.1 Command not recognised"
BAD_SYNTAX: Final = "500 5.5.2 This is not a command"
LINE_TOO_LONG: Final = "500 5.5.2 Command line too long (limit {} octets, setting max_command_length)"
AUTH_LINE_TOO_LONG: Final = "500 5.5.6 Authentication line too long (limit {} octets)"
NO_ARGUMENT: Final = "501 5.5.4 {} takes no argument"
SYNTAX: Final = "501 5.5.4 Syntax: {}"
BAD_PARAMETER: Final = "501 5.5.4 Parameter {} is not valid"
BAD_ADDRESS: Final = "501 5.1.3 This is not an address"
BAD_SENDER: Final = "501 5.1.7 This is not an address"
NOT_BASE64: Final = "501 5.5.2 This is not base64"
BAD_PLAIN: Final = "501 5.5.2 PLAIN takes authorization id, user and password, each ended by a NUL"
AUTH_CANCELLED: Final = "501 5.7.0 Authentication cancelled"
NOT_IMPLEMENTED: Final = "502 5.5.1 {} is not implemented"
HELLO_FIRST: Final = "503 5.5.1 Send EHLO first"
MAIL_FIRST: Final = "503 5.5.1 Send MAIL first"
RCPT_FIRST: Final = "503 5.5.1 Send RCPT first"
NESTED_MAIL: Final = "503 5.5.1 A transaction is open already; RSET ends it"
TLS_ACTIVE: Final = "503 5.5.1 TLS is active already"
AUTHENTICATED: Final = "503 5.5.1 Authenticated already"
AUTH_IN_TRANSACTION: Final = "503 5.5.1 AUTH is not allowed during a transaction"
UNKNOWN_MECHANISM: Final = "504 5.5.4 This mechanism is not offered"
AUTH_FAILED: Final = "535 5.7.8 Authentication credentials invalid"
TOO_BIG: Final = "552 5.3.4 Message too big (limit {} octets, setting max_message_size)"
NO_RECIPIENTS: Final = "554 5.5.1 No valid recipients"
LONG_LINE: Final = "554 5.6.0 A line of the message is too long (limit {} octets, setting max_line_length)"
NOT_SMTP: Final = "554 5.5.1 This is an SMTP server and that was not SMTP"
UNKNOWN_PARAMETER: Final = "555 5.5.4 Parameter {} was not offered"
