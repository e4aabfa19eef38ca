"""Rules about single fields: Message-ID, Subject, Received, Return-Path (RFC 5322, section 3.6)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import evidence
from catcher.dialog.lint.registry import rule

MAX_HOPS: Final = 100
MAX_SUBJECT: Final = 78  # characters

_COMMENT = re.compile(r"\([^()]*+\)")
_MESSAGE_ID = re.compile(r'<(?:[^\s<>@"(),;\\]++|"[^"\s]++")@([^\s<>@"(),;\\]++)>')
_LOCAL_HOST = re.compile(r"(?:.*\.)?(?:localhost\d?|localdomain)|[0-9a-f]{12}", re.IGNORECASE)
_TEMPLATE = re.compile(
    r"\{\{[^{}]{1,80}\}\}|\{%[^%]{1,80}%\}|<%[^%]{1,80}%>|[$#]\{[\w.]{1,80}\}|%\(\w{1,80}\)s|\[object Object\]"
)
_CHARSET = re.compile(rb"=\?([^?*\s]{1,80})(?:\*[^?\s]{0,40})?\?[bBqQ]\?")


@rule(
    "M11",
    Severity.WARNING,
    "Message-ID missing",
    breaks="Replies do not join the thread, duplicates are not recognised, and spam filters count it.",
    source="RFC 5322 §3.6.4",
    fix="Add a Message-ID that no other message has, with your own domain behind the @.",
    fixes={
        "smtplib": 'message["Message-ID"] = email.utils.make_msgid(domain="your-domain").',
        "aiosmtplib": 'message["Message-ID"] = email.utils.make_msgid(domain="your-domain").',
        "go": "Write the field yourself; net/smtp adds none.",
        "curl": "Write the Message-ID line into the uploaded file.",
    },
    example=HEAD.replace("Message-ID: <1043@example.com>\n", "") + "\nHi\n",
)
def message_id_missing(mail: Opened) -> Iterator[Evidence]:
    if mail.first("message-id") is None:
        yield evidence("no Message-ID field")


@rule(
    "M12",
    Severity.WARNING,
    "Odd Message-ID",
    breaks="Threads and duplicate checks fail where it cannot be read; a host that is no domain tells filters"
    " that the mail"
    " comes from a container or a laptop.",
    source="RFC 5322 §3.6.4",
    fix="Use the form <unique@your-domain>, without blanks, with a domain that you own.",
    fixes={
        "smtplib": 'email.utils.make_msgid(domain="your-domain"); without domain it takes the name of the machine.',
        "django": "Django takes the name of the machine: set headers={'Message-ID': make_msgid(domain=...)}.",
        "phpmailer": "Set $mail->Hostname to your domain.",
        "javamail": "Set the property mail.from, or override updateMessageID().",
    },
    example=HEAD.replace("<1043@example.com>", "<1043@localhost>") + "\nHi\n",
)
def message_id_odd(mail: Opened) -> Iterator[Evidence]:
    for header in mail.all("message-id"):
        value = _COMMENT.sub("", header.value).strip()
        match = _MESSAGE_ID.fullmatch(value)
        if match is None:
            yield evidence(f"not <left@right>: {value}", header.place)
        elif _LOCAL_HOST.fullmatch(match[1]):
            yield evidence(f"the host is {match[1]}", header.place)


@rule(
    "M31",
    Severity.WARNING,
    "Return-Path in the header",
    breaks="It is written at the final delivery; one that was sent is removed or, worse, believed: bounces go astray.",
    source="RFC 5321 §4.4",
    fix="Leave it out and give the address for bounces as the envelope sender (MAIL FROM).",
    fixes={
        "smtplib": "Give it as from_addr to sendmail() or send_message().",
        "django": "Give it as from_email, and the visible author as headers={'From': ...}.",
        "phpmailer": "Set $mail->Sender.",
        "nodemailer": "Set envelope: { from, to } on the message.",
        "symfony": "Give $mailer->send() an Envelope with that sender; $email->returnPath() writes the field, too.",
    },
    example=f"Return-Path: <bounces@example.com>\n{HEAD}\nHi\n",
)
def return_path(mail: Opened) -> Iterator[Evidence]:
    for header in mail.all("return-path"):
        yield evidence(f"Return-Path: {header.value}", header.place)


@rule(
    "M38",
    Severity.ERROR,
    "100 hops or more",
    breaks="Servers count Received fields to detect loops and refuse the message.",
    source="RFC 5321 §6.3",
    fix="Look for two forwardings that point at each other, or a program that sends what it received with its header.",
    example="Received: from a.example.com by b.example.com; Wed, 01 May 2024 12:00:00 +0000\n" * 100 + f"{HEAD}\nHi\n",
)
def loop(mail: Opened) -> Iterator[Evidence]:
    hops = mail.all("received")
    if len(hops) >= MAX_HOPS:
        yield evidence(f"{len(hops)} Received fields", (hops[0].start, hops[-1].end))


@rule(
    "M39",
    Severity.INFO,
    "Subject that reads badly",
    breaks="An empty or cut-off subject is overlooked; a placeholder that was not filled in looks like spam.",
    source="RFC 5322 §3.6.5",
    fix="Give every message a short subject, and test templates with all their variables.",
    example=HEAD.replace("Your order", "Your order {{ order.number }}") + "\nHi\n",
)
def subject_quality(mail: Opened) -> Iterator[Evidence]:
    header = mail.first("subject")
    if header is None:
        yield evidence("no Subject field")
        return
    subject = header.decoded
    placeholder = _TEMPLATE.search(subject)
    charsets = {charset.lower() for charset in _CHARSET.findall(header.raw)}
    if not subject:
        yield evidence("the Subject is empty", header.place)
    elif placeholder is not None:
        yield evidence(f"placeholder left: {placeholder[0]}", header.place)
    elif len(subject) > MAX_SUBJECT:
        yield evidence(f"{len(subject):,} characters: {subject}", header.place)
    if len(charsets) > 1:
        yield evidence(f"{len(charsets)} charsets: {b', '.join(sorted(charsets)).decode('latin-1')}", header.place)
