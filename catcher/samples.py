"""Varied messages to try Sandpost with: what applications send, and one that no application should."""

from __future__ import annotations

import struct
import zlib
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage, MIMEPart
from email.policy import SMTP, SMTPUTF8
from email.utils import format_datetime
from typing import NamedTuple

SHOP = "Maple Street Books <orders@maple.example.com>"


class Sample(NamedTuple):
    """A message with its envelope; `content` is sent byte for byte."""

    name: str
    mail_from: str
    rcpt_tos: list[str]
    content: bytes
    options: tuple[str, ...] = ()  # parameters of MAIL


def samples(now: datetime) -> list[Sample]:
    """Return every sample; the same `now`, which must know its time zone, gives the same bytes."""
    return [
        plain(now),
        inline_image(now),
        attachments(now),
        non_ascii(now),
        invitation(now),
        sign_in_code(now),
        digest(now),
        blind_copy(now),
        bounce(now),
        broken(),
    ]


def plain(now: datetime) -> Sample:
    message = _message("plain", now, "Deploy <deploy@ci.example.com>", "team@example.com", "Deployment finished")
    message.set_content(
        "Hello team,\n\n"
        "release 4.2.0 is live since a minute ago. All 1,284 tests passed.\n\n"
        "  https://ci.example.com/builds/4817\n\n"
        ".A line that starts with a dot arrives with that one dot.\n\n"
        "-- \nThe deployment robot\n"
    )
    return Sample("plain", "deploy@ci.example.com", ["team@example.com"], _bytes("plain", message))


def inline_image(now: datetime) -> Sample:
    message = _message("html", now, SHOP, "Ada Lovelace <ada@example.com>", "Your order 1043 is on its way")
    message.set_content(
        "Hello Ada,\n\nyour order 1043 left our shop today.\n\n"
        "  1 x Sketch of the Analytical Engine   24.00 EUR\n"
        "  1 x Pencils, set of twelve             9.50 EUR\n\n"
        "Follow it: https://maple.example.com/orders/1043\n"
    )
    message.add_alternative(_ORDER, subtype="html")
    html = message.get_payload(1)
    assert isinstance(html, MIMEPart)
    html.add_related(_gradient(120, 40), "image", "png", cid="<logo@maple.example.com>", filename="logo.png")
    return Sample("html", "bounces+1043@maple.example.com", ["ada@example.com"], _bytes("html", message))


def attachments(now: datetime) -> Sample:
    message = _message("attachments", now, SHOP, "Ada Lovelace <ada@example.com>", "Invoice 2024-118")
    message["Cc"] = "Accounting <accounting@example.com>"
    message.set_content("Hello Ada,\n\nyour invoice is attached, with the items as a table.\n")
    message.add_attachment(_pdf("Invoice 2024-118"), "application", "pdf", filename="invoice-2024-118.pdf")
    message.add_attachment(
        "item;quantity;price\r\nSketch of the Analytical Engine;1;24.00\r\nPencils;1;9.50\r\n",
        subtype="csv",
        filename="items.csv",
        cte="quoted-printable",
    )
    message.add_attachment(_gradient(240, 160), "image", "png", filename="Übersicht – März.png")
    recipients = ["ada@example.com", "accounting@example.com"]
    return Sample("attachments", "orders@maple.example.com", recipients, _bytes("attachments", message))


def non_ascii(now: datetime) -> Sample:
    """Headers and addresses in UTF-8, as RFC 6532 has them."""
    recipients = ["zażółć@example.test", "山田@example.test"]
    message = _message(
        "unicode",
        now,
        "Józef Łukasiewicz <jozef@example.test>",
        "Zażółć Gęślą <zażółć@example.test>, 山田太郎 <山田@example.test>",
        "Zażółć gęślą jaźń – ご確認ください ✅",
    )
    message.set_content("Dzień dobry!\n\nこんにちは。ご注文の確認です。\n\nNa zdrowie 🍏\n", cte="8bit")
    content = _bytes("unicode", message, utf8=True)
    return Sample("unicode", "jozef@example.test", recipients, content, ("SMTPUTF8", "BODY=8BITMIME"))


def invitation(now: datetime) -> Sample:
    """An invitation after RFC 5545 and RFC 6047: the calendar is an alternative of the text."""
    message = _message(
        "invitation", now, "Grace Hopper <grace@example.com>", "ada@example.com", "Invitation: Review of the compiler"
    )
    start = (now + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    end = start + timedelta(minutes=45)
    message.set_content(f"Review of the compiler\n{start:%A, %d %B %Y, %H:%M %Z}\nRoom 7\n")
    calendar = "".join(
        f"{line}\r\n"
        for line in (
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "PRODID:-//Sandpost//Samples//EN",
            "METHOD:REQUEST",
            "BEGIN:VEVENT",
            f"UID:review-{start:%Y%m%d%H}@example.com",
            f"DTSTAMP:{_utc(now)}",
            f"DTSTART:{_utc(start)}",
            f"DTEND:{_utc(end)}",
            "SUMMARY:Review of the compiler",
            "LOCATION:Room 7",
            "ORGANIZER;CN=Grace Hopper:mailto:grace@example.com",
            "ATTENDEE;CN=Ada Lovelace;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:ada@example.com",
            "STATUS:CONFIRMED",
            "SEQUENCE:0",
            "END:VEVENT",
            "END:VCALENDAR",
        )
    )
    message.add_alternative(calendar, subtype="calendar", params={"method": "REQUEST"})
    return Sample("invitation", "grace@example.com", ["ada@example.com"], _bytes("invitation", message))


def sign_in_code(now: datetime) -> Sample:
    message = _message(
        "code", now, "Lighthouse <no-reply@lighthouse.example.com>", "ada@example.com", "481 907 is your sign-in code"
    )
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(
        "Your sign-in code is 481 907.\n\nIt is good for ten minutes. Or open this link:\n"
        "https://lighthouse.example.com/sign-in?token=5f1c9b7e2d\n\n"
        "You did not ask for it? Then somebody typed your address by mistake; there is nothing to do.\n"
    )
    message.add_alternative(_CODE, subtype="html")
    return Sample("code", "no-reply@lighthouse.example.com", ["ada@example.com"], _bytes("code", message))


def digest(now: datetime) -> Sample:
    """A list's digest: mails in a mail (RFC 2046, 5.2.1), with what RFC 2369 and RFC 8058 ask of a list."""
    message = _message(
        "digest", now, "Compilers <compilers@lists.example.com>", "compilers@lists.example.com", "Compilers, volume 12"
    )
    message["List-Id"] = "Talk about compilers <compilers.lists.example.com>"
    message["List-Post"] = "<mailto:compilers@lists.example.com>"
    message["List-Unsubscribe"] = "<mailto:leave@lists.example.com>, <https://lists.example.com/leave/8f3a>"
    message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["Precedence"] = "list"
    message.set_content("Today's topics:\n\n  1. Constant folding (Grace Hopper)\n  2. Re: Constant folding (Ada)\n")
    message.make_mixed()
    post = ("Grace Hopper <grace@example.com>", "compilers@lists.example.com", "Constant folding")
    answer = ("Ada Lovelace <ada@example.com>", "compilers@lists.example.com", "Re: Constant folding")
    for number, (sender, recipient, subject) in enumerate((post, answer), 1):
        inner = _message(f"post-{number}", now - timedelta(hours=5 - number), sender, recipient, subject)
        inner.set_content("Who folds the constants of the folded constants?\n" if number == 1 else "The folder.\n")
        message.attach(_wrapped(inner))
    mail_from = "compilers-bounces+ada=example.com@lists.example.com"
    return Sample("digest", mail_from, ["ada@example.com"], _bytes("digest", message))


def blind_copy(now: datetime) -> Sample:
    """Two of the recipients stand in the envelope only."""
    message = _message("bcc", now, "Grace Hopper <grace@example.com>", "ada@example.com", "Minutes of the meeting")
    message["Reply-To"] = "minutes@example.com"
    message.set_content("Hello Ada,\n\nthe minutes are done. Nobody sees who else got them.\n")
    recipients = ["ada@example.com", "archive@example.com", "boss@example.test"]
    return Sample("bcc", "grace@example.com", recipients, _bytes("bcc", message))


def bounce(now: datetime) -> Sample:
    """A report of failed delivery (RFC 6522, RFC 3464), from the empty sender as RFC 5321, 4.5.5 asks."""
    lost = _message("lost", now - timedelta(minutes=3), SHOP, "nobody@example.test", "Your order 1042")
    lost.set_content("Hello,\n\nyour order 1042 left our shop today.\n")
    content = _lines(
        "From: Mail Delivery System <MAILER-DAEMON@mx.example.com>",
        "To: orders@maple.example.com",
        "Subject: Undelivered Mail Returned to Sender",
        f"Date: {format_datetime(now)}",
        f"Message-ID: {_message_id('bounce', now)}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        "Content-Type: multipart/report; report-type=delivery-status;",
        ' boundary="=_bounce-0"',
        "",
        "This is a MIME-encapsulated message.",
        "",
        "--=_bounce-0",
        "Content-Type: text/plain; charset=us-ascii",
        "",
        "Your message could not be delivered to one recipient.",
        "",
        "<nobody@example.test>: 550 5.1.1 No such user here",
        "",
        "--=_bounce-0",
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; mx.example.com",
        f"Arrival-Date: {format_datetime(now - timedelta(minutes=3))}",
        "",
        "Final-Recipient: rfc822; nobody@example.test",
        "Action: failed",
        "Status: 5.1.1",
        "Diagnostic-Code: smtp; 550 5.1.1 No such user here",
        "",
        "--=_bounce-0",
        "Content-Type: message/rfc822",
        "",
    )
    content += _bytes("lost", lost) + _lines("", "--=_bounce-0--")
    return Sample("bounce", "", ["orders@maple.example.com"], content)


def broken() -> Sample:
    """Everything wrong at once: no Date, raw 8-bit in a header, a charset that lies, a boundary without an end."""
    content = (
        _lines("From: old-printer@example.test", "To: ada@example.com", "Subject: =?utf-8?Q?Toner_f=C3?= low")
        + b"X-Location: B\xfcro 7\r\n"
        + _lines(
            "MIME-Version: 1.0",
            "Content-Type: multipart/mixed; boundary=never-closed",
            "",
            "--never-closed",
            "Content-Type: text/plain; charset=us-ascii",
            "Content-Transfer-Encoding: 7bit",
            "",
        )
        + b"The toner in the B\xfcro is low; a new one costs \xa37.\r\n"
        + _lines(
            "",
            "--never-closed",
            "Content-Type: application/pdf; name=report.pdf",
            "Content-Transfer-Encoding: base64",
            "",
            "JVBERi0xLjQK*** not base64 ***",
        )
    )
    return Sample("broken", "old-printer@example.test", ["ada@example.com"], content)


def _message(name: str, now: datetime, sender: str, recipients: str, subject: str) -> EmailMessage:
    # An address beyond ASCII is admitted here; _bytes decides how it is written.
    message = EmailMessage(policy=SMTPUTF8)
    message["From"] = sender
    message["To"] = recipients
    message["Subject"] = subject
    message["Date"] = format_datetime(now)
    message["Message-ID"] = _message_id(name, now)
    return message


def _message_id(name: str, now: datetime) -> str:
    return f"<{name}.{now:%Y%m%d%H%M%S}.{now.microsecond}@sandpost.example.com>"


def _bytes(name: str, message: EmailMessage, *, utf8: bool = False) -> bytes:
    """Return the message with CRLF; its boundaries are chosen here, for the library's would differ each time."""
    multiparts = (part for part in message.walk() if part.get_content_maintype() == "multipart")
    for number, part in enumerate(multiparts):
        part.set_boundary(f"=_{name}-{number}")
    return message.as_bytes(policy=SMTPUTF8 if utf8 else SMTP)


def _wrapped(message: EmailMessage) -> EmailMessage:
    part = EmailMessage(policy=SMTPUTF8)
    part.set_content(message)
    return part


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("ascii")


def _utc(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _gradient(width: int, height: int) -> bytes:
    """Return a PNG (RFC 2083) that goes from amber to teal, with a lighter band across it."""
    rows = bytearray()
    for y in range(height):
        rows.append(0)  # no filter
        for x in range(width):
            share = x / width
            light = 40 if abs(y / height - share) < 0.12 else 0
            pixel = (235 - 200 * share, 150 - 20 * share, 50 + 90 * share)
            rows.extend(min(255, int(value) + light) for value in pixel)
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(bytes(rows), 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body)) for kind, body in chunks
    )


def _pdf(title: str) -> bytes:
    """Return a PDF of one page with one line, and the cross-reference table that readers insist on."""
    drawing = f"BT /F1 24 Tf 72 720 Td ({title}) Tj ET".encode("ascii")
    objects = (
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> >>",
        b"<< /Length %d >>\nstream\n%b\nendstream" % (len(drawing), drawing),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    )
    pdf = bytearray(b"%PDF-1.4\n")
    table = bytearray(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    for number, content in enumerate(objects, 1):
        table += b"%010d 00000 n \n" % len(pdf)
        pdf += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    trailer = b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(pdf))
    return bytes(pdf + table + trailer)


_ORDER = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your order is on its way</title></head>
<body style="margin:0;background:#f5f1ea;font:16px/1.5 Georgia,serif;color:#2b2620">
<div style="max-width:520px;margin:0 auto;padding:32px 24px">
<img src="cid:logo@maple.example.com" width="120" height="40" alt="Maple Street Books">
<h1 style="font-size:26px;line-height:1.25;margin:28px 0 8px">On its way to you, Ada</h1>
<p style="margin:0 0 20px">Your order <b>1043</b> left our shop today.</p>
<table style="width:100%;border-collapse:collapse;background:#fff;border:1px solid #e2d9ca">
<tr><td style="padding:12px 16px">1 &times; Sketch of the Analytical Engine</td>
<td style="padding:12px 16px;text-align:right">24.00&nbsp;&euro;</td></tr>
<tr><td style="padding:12px 16px;border-top:1px solid #e2d9ca">1 &times; Pencils, set of twelve</td>
<td style="padding:12px 16px;border-top:1px solid #e2d9ca;text-align:right">9.50&nbsp;&euro;</td></tr>
</table>
<p style="margin:24px 0"><a href="https://maple.example.com/orders/1043"
style="background:#0f6b62;color:#fff;padding:12px 22px;text-decoration:none;border-radius:4px">Follow it</a></p>
<p style="font-size:13px;color:#7a6f60">A picture from elsewhere, which Sandpost shows only when you ask for it:<br>
<img src="https://images.maple.example.com/spring.png?order=1043" width="240" height="60" alt="Spring reading"></p>
</div></body></html>
"""

_CODE = """\
<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Your sign-in code</title></head>
<body style="margin:0;padding:40px 16px;background:#eef2f7;color:#16202e;
font:16px/1.55 system-ui,Segoe UI,Helvetica,Arial,sans-serif">
<div style="max-width:440px;margin:0 auto;background:#fff;border-radius:14px;padding:36px 32px;text-align:center">
<div style="width:44px;height:44px;line-height:44px;margin:0 auto 18px;border-radius:12px;background:#2f5bea;
color:#fff;font-weight:700;font-size:20px">L</div>
<h1 style="font-size:21px;margin:0 0 6px">Your sign-in code</h1>
<p style="margin:0 0 22px;color:#56657a">It is good for ten minutes.</p>
<div style="font:700 34px/1 ui-monospace,Menlo,Consolas,monospace;letter-spacing:.18em;background:#eef2f7;
border-radius:10px;padding:20px 0 20px .18em">481 907</div>
<p style="margin:26px 0 0"><a href="https://lighthouse.example.com/sign-in?token=5f1c9b7e2d"
style="display:block;background:#2f5bea;color:#fff;border-radius:10px;padding:13px;text-decoration:none;
font-weight:600">Or sign in with this link</a></p>
<p style="margin:24px 0 0;font-size:13px;color:#56657a">You did not ask for it? Then somebody typed your address by
mistake; there is nothing to do.</p>
</div></body></html>
"""
