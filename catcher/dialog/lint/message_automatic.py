"""Rules about mail that machines send: to one person without being asked, or to a list."""

from __future__ import annotations

import re
from collections.abc import Iterator

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import Header, evidence
from catcher.dialog.lint.registry import rule

_NOBODY = re.compile(r"(?:no|do-?not)[-_.]?reply(?:[-_.+].*)?|mailer-daemon", re.IGNORECASE | re.DOTALL)
_HTTPS = re.compile(r"<\s*https://", re.IGNORECASE)
_ONE_CLICK = "List-Unsubscribe=One-Click"


@rule(
    "M36",
    Severity.INFO,
    "Machine's mail without Auto-Submitted",
    breaks="Holiday notices and ticket systems answer it, and two machines may answer each other.",
    source="RFC 3834 §5",
    fix="Add `Auto-Submitted: auto-generated` to mail that no person wrote.",
    fixes={
        "smtplib": 'message["Auto-Submitted"] = "auto-generated".',
        "django": 'Give headers={"Auto-Submitted": "auto-generated"}.',
        "nodemailer": "Give headers: { 'Auto-Submitted': 'auto-generated' }.",
        "phpmailer": "Call addCustomHeader('Auto-Submitted', 'auto-generated').",
        "symfony": "Call $email->getHeaders()->addTextHeader('Auto-Submitted', 'auto-generated').",
        "rails": "Give headers['Auto-Submitted'] = 'auto-generated' in the mailer.",
        "javamail": 'Call message.setHeader("Auto-Submitted", "auto-generated").',
    },
    example=HEAD.replace("orders@", "no-reply@") + "\nHi\n",
)
def auto_submitted_missing(mail: Opened) -> Iterator[Evidence]:
    if mail.first("auto-submitted") is not None or mail.is_list_mail:
        return
    for author in mail.mailboxes("from"):
        if _NOBODY.fullmatch(author.address.rpartition("@")[0]):
            yield evidence(f"From: {author.address}", *(header.place for header in mail.all("from")))
            return


@rule(
    "M37",
    Severity.WARNING,
    "List mail that one cannot leave by a click",
    breaks="Gmail and Yahoo ask bulk senders for it; readers press `spam` where no button to unsubscribe is shown.",
    source="RFC 2369 §3.2; RFC 8058 §3",
    fix=f"Add List-Unsubscribe with an https address and `List-Unsubscribe-Post: {_ONE_CLICK}`, both signed by DKIM.",
    example=f"{HEAD}List-Id: News <news.example.com>\n\nHi\n",
)
def unsubscribe(mail: Opened) -> Iterator[Evidence]:
    if not mail.is_list_mail:
        return
    leave, post = mail.first("list-unsubscribe"), mail.first("list-unsubscribe-post")
    if leave is None:
        yield evidence("no List-Unsubscribe field", *(header.place for header in mail.all("list-id")))
    else:
        yield from _one_click(leave, post)


def _one_click(leave: Header, post: Header | None) -> Iterator[Evidence]:
    if not _HTTPS.search(leave.value):
        yield evidence(f"no https address: {leave.value}", leave.place)
    elif post is None:
        yield evidence("no List-Unsubscribe-Post field", leave.place)
    elif post.value != _ONE_CLICK:
        yield evidence(f"not {_ONE_CLICK}: {post.value}", post.place)
