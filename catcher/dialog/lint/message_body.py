"""Rules about text, page and pictures of a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final
from urllib.parse import unquote

from catcher.dialog.finding import Evidence, Severity
from catcher.dialog.lint.examples import HEAD
from catcher.dialog.lint.opened import Opened
from catcher.dialog.lint.places import evidence
from catcher.dialog.lint.registry import rule
from catcher.mime.part import Part

MAX_REFERENCES: Final = 1_000

# Only where it is the value of an attribute or in CSS: a page may well write about `cid:`.
_CID = re.compile(r"""(?:=\s*+["']?|url\(\s*+["']?)\s*+cid:([^"'\s<>)]{1,1000})""", re.IGNORECASE)
_TEXT = "--b\nContent-Type: text/plain\n\nHi\n"
_PAGE = "--b\nContent-Type: text/html\n\n<p>Hi</p>\n"
_PICTURE = "--b\nContent-Type: image/png\nContent-ID: <other@example.com>\n\nPNG\n"
_LOGO = '--b\nContent-Type: text/html\n\n<img src="cid:logo@example.com">\n'


@rule(
    "M28",
    Severity.WARNING,
    "HTML without a good text beside it",
    breaks="Readers of plain text, watches, previews and screen readers show nothing or the wrong part; filters"
    " count it.",
    source="RFC 2046 §5.1.4",
    fix="Send multipart/alternative with the plain text first and the HTML behind it, both with the same content.",
    fixes={
        "smtplib": 'set_content(text) first, then add_alternative(page, subtype="html").',
        "django": "Use EmailMultiAlternatives(body=text) and attach_alternative(page, 'text/html').",
        "nodemailer": "Give text besides html.",
        "phpmailer": "Set $mail->AltBody.",
        "symfony": "Call $email->text() besides html().",
        "rails": "Add a .text.erb view beside the .html.erb view.",
        "dotnet": "Put the text into Body and the page into AlternateViews; in MimeKit set BodyBuilder.TextBody too.",
    },
    example=f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/alternative; boundary=b\n\n{_PAGE}{_TEXT}--b--\n",
)
def text_alternative(mail: Opened) -> Iterator[Evidence]:
    page, plain = mail.html_part, mail.text_part
    if page is None:
        return
    place = page.start, page.end
    if plain is None:
        yield evidence("HTML only", place)
    elif not mail.content(plain)[0].strip():
        yield evidence("the text beside the HTML is empty", (plain.start, plain.end), place)
    elif _wrong_order(mail, page, plain):
        yield evidence("the HTML stands before the text: readers prefer the last", place, (plain.start, plain.end))


def _wrong_order(mail: Opened, page: Part, plain: Part) -> bool:
    if page.start > plain.start:
        return False
    parent = next(mail.ancestors(plain), None)
    if parent is None or parent.content_type != "multipart/alternative":
        return False
    return any(above is parent for above in mail.ancestors(page))


@rule(
    "M29",
    Severity.WARNING,
    "Picture and page do not meet",
    breaks="The page shows a broken picture, or a picture that belongs to the page is listed as an attachment.",
    source="RFC 2392 §2",
    fix='Use `<img src="cid:NAME">` for the part with `Content-ID: <NAME>`, the same NAME with its @ and domain.',
    fixes={
        "smtplib": 'Give add_related(..., cid="<NAME>") with the angle brackets, and write cid:NAME without them.',
        "nodemailer": "Set cid on the attachment to what stands behind cid: in the page.",
        "phpmailer": "The second argument of addEmbeddedImage() is what stands behind cid: in the page.",
    },
    example=f"{HEAD}MIME-Version: 1.0\nContent-Type: multipart/related; boundary=b\n\n{_LOGO}{_PICTURE}--b--\n",
)
def content_ids(mail: Opened) -> Iterator[Evidence]:
    if mail.html_part is None:
        return
    # The multipart/related in which the page lies: what stands beside it there is for the page only.
    related = {id(above) for above in mail.ancestors(mail.html_part) if above.content_type == "multipart/related"}
    known = {part.content_id: part for part in mail.parts if part.content_id}
    named = _references(mail.html)
    page = mail.html_part.start, mail.html_part.end
    for name in sorted(named - known.keys()):
        yield evidence(f"no part has the Content-ID <{name}>", page)
    for name, part in known.items():
        parent = next(mail.ancestors(part), None)
        if name not in named and id(parent) in related and _is_picture(mail, part):
            yield evidence(f"the page never uses <{name}>, {part.content_type}", (part.header_start, part.start))


def _references(page: str) -> set[str]:
    if "cid:" not in page.lower():
        return set()
    found: set[str] = set()
    for match in _CID.finditer(page):
        found.add(unquote(unescape(match[1])))
        if len(found) >= MAX_REFERENCES:
            break
    return found


def _is_picture(mail: Opened, part: Part) -> bool:
    """Tell whether only the page can have a use for a part that stands beside it."""
    if part is mail.html_part or part is mail.text_part or part.is_multipart or part.disposition == "attachment":
        return False
    return all(name.lower() != "content-location" for name, _ in part.fields)
