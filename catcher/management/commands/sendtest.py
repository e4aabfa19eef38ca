"""`sandpost sendtest`: send varied sample messages, to see at once what Sandpost makes of them."""

from __future__ import annotations

import argparse
import json
import smtplib
import ssl
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from typing import Any, NamedTuple, NoReturn, TypeVar

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from catcher.env import Address, address, count
from catcher.samples import Sample, samples

TIMEOUT = 30
HELLO = "sendtest.example.com"
GOOD = frozenset({250, 251})

Login = tuple[str, str]
T = TypeVar("T")


class Unreachable(Exception):
    """There is no server to talk to; the text says why."""


class Verdict(NamedTuple):
    accepted: bool
    text: str


class Command(BaseCommand):
    help = "Send sample messages: plain, HTML, attachments, non-ASCII, an invitation, a broken one, and more."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        names = [sample.name for sample in samples(datetime.now(UTC))]
        parser.add_argument(
            "--smtp",
            type=_option(address),
            metavar="HOST:PORT",
            help="the server [the Sandpost that runs with this data folder, else SANDPOST_SMTP]",
        )
        parser.add_argument("--data", metavar="DIR", help="data folder of the running Sandpost (SANDPOST_DATA)")
        parser.add_argument("--count", type=_option(count), default=1, metavar="N", help="send all of it N times [1]")
        parser.add_argument("--only", choices=names, metavar="NAME", help=f"send one of them: {', '.join(names)}")
        parser.add_argument("--starttls", action="store_true", help="encrypt first; any certificate will do")
        parser.add_argument("--login", type=_option(login), metavar="USER:PASSWORD", help="log in first")

    def handle(self, *args: Any, **options: Any) -> None:
        chosen = [sample for sample in samples(datetime.now(UTC)) if options["only"] in {None, sample.name}]
        places = [options["smtp"]] if options["smtp"] else addresses(settings.SANDPOST)
        refused = 0
        for sample in chosen * options["count"]:
            try:
                verdict = send(places, sample, options["login"], starttls=options["starttls"])
            except Unreachable as error:
                self._fail(str(error))
            self.stdout.write(f"{sample.name:<12} {verdict.text}")
            refused += not verdict.accepted
        if refused:
            self._fail(f"{refused} of {len(chosen) * options['count']} messages were not accepted.")

    def _fail(self, text: str) -> NoReturn:
        self.stderr.write(f"sandpost: {text}")
        sys.exit(1)


def _option(read: Callable[[str], T]) -> Callable[[str], T]:
    """Let argparse show the text of a ValueError, which it keeps to itself otherwise."""

    def read_option(text: str) -> T:
        try:
            return read(text)
        except ValueError as error:
            raise argparse.ArgumentTypeError(str(error)) from error

    return read_option


def login(text: str) -> Login:
    user, colon, password = text.partition(":")
    if not (user and colon and text.isascii()):
        raise ValueError("give it as USER:PASSWORD, in ASCII")
    return user, password


def addresses(configured: dict[str, Any]) -> list[Address]:
    """Return where Sandpost may be: where the one of this data folder says it listens, then what is configured."""
    places = [configured["smtp"]]
    with suppress(OSError, ValueError, TypeError, KeyError):
        announced = json.loads((configured["data"] / "ports.json").read_text(encoding="utf-8"))
        host, port = announced["smtp"]
        places.insert(0, Address(str(host), int(port)))
    return places


def send(
    places: Sequence[Address], sample: Sample, credentials: Login | None = None, *, starttls: bool = False
) -> Verdict:
    """Send one message in a connection of its own, and return the reply that decided about it."""
    try:
        with _connect(places) as client:
            if starttls:
                client.starttls(context=_any_certificate())
            client.ehlo_or_helo_if_needed()
            if credentials:
                client.login(*credentials)
            code, reply = _converse(client, sample)
            return Verdict(code == 250, f"{code} {_text(reply)}")
    except smtplib.SMTPNotSupportedError as error:
        return Verdict(False, f"not sent: {error}")
    except smtplib.SMTPResponseException as error:
        return Verdict(False, f"{error.smtp_code} {_text(error.smtp_error)}")
    except (smtplib.SMTPException, OSError) as error:
        raise Unreachable(f"the conversation broke off: {_reason(error)}.") from error


def _connect(places: Sequence[Address]) -> smtplib.SMTP:
    """Connect to the first place that answers: a Sandpost that was killed leaves its ports.json behind."""
    failure: Exception | None = None
    for place in places:
        try:
            return smtplib.SMTP(_reachable(place.host), place.port, local_hostname=HELLO, timeout=TIMEOUT)
        except smtplib.SMTPResponseException:
            raise  # it answers, if only to say no
        except (OSError, UnicodeError) as error:  # UnicodeError: no host can have such a name
            failure = error
    tried = " and ".join(map(str, dict.fromkeys(places)))
    reason = _reason(failure) if failure else "no address"
    raise Unreachable(f"cannot reach {tried}: {reason}. Start Sandpost, or name its address: --smtp HOST:PORT.")


def _converse(client: smtplib.SMTP, sample: Sample) -> tuple[int, bytes]:
    # Without SMTPUTF8 such a message cannot be sent at all, and smtplib says so; without 8BITMIME most servers cope.
    parameters = [name for name in sample.options if name != "BODY=8BITMIME" or client.has_extn("8bitmime")]
    if client.has_extn("size"):
        parameters.append(f"SIZE={len(sample.content)}")
    code, reply = client.mail(sample.mail_from, parameters)
    for recipient in sample.rcpt_tos:
        if code in GOOD:
            code, reply = client.rcpt(recipient)
    return client.data(sample.content) if code in GOOD else (code, reply)


def _any_certificate() -> ssl.SSLContext:
    """Return a context that checks nothing: Sandpost signs its certificate itself."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _reachable(host: str) -> str:
    """Return where to connect for a listening address; "all of them" is no destination everywhere."""
    return {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(host, host)  # noqa: S104 - recognised, not listened on


def _text(reply: bytes | str) -> str:
    text = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return " ".join(text.split())


def _reason(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {TIMEOUT} seconds"
    return (getattr(error, "strerror", None) or str(error)).rstrip(".").lower()
