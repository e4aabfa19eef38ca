"""Mail as programs really write it: nothing is found but what is true."""

from __future__ import annotations

from datetime import UTC, datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import pytest
from django.core.mail import EmailMultiAlternatives

from catcher.dialog.lint import lint_message
from catcher.dialog.lint.examples import HEAD, open_example
from catcher.dialog.lint.opened import Envelope, open_message
from catcher.samples import Sample, samples

NOW = datetime(2024, 5, 1, 12, tzinfo=UTC)

KNOWN = {
    "html": {"M26"},  # EmailMessage writes quoted-printable lines of 78
    "invitation": {"M26"},
    "code": {"M26"},
    "bcc": {"M35"},
    "broken": {"M05", "M11", "M19", "M20", "M23", "M25", "M26", "M27", "S46"},
}
NODEMAILER = """\
! from=shop@example.com to=ada@example.com received=2024-05-01T12:00:00+00:00
Content-Type: multipart/mixed; boundary="--_NmP-6c0d7a3f0b0a0f3e-Part_1"
From: =?UTF-8?Q?B=C3=BCcher?= <shop@example.com>
To: ada@example.com
Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=
Message-ID: <3d0b2f6c-6c55-1b2a-6b7c-0a9b8c7d6e5f@example.com>
Date: Wed, 01 May 2024 12:00:00 +0000
MIME-Version: 1.0

----_NmP-6c0d7a3f0b0a0f3e-Part_1
Content-Type: multipart/alternative; boundary="--_NmP-6c0d7a3f0b0a0f3e-Part_2"

----_NmP-6c0d7a3f0b0a0f3e-Part_2
Content-Type: text/plain; charset=utf-8
Content-Transfer-Encoding: quoted-printable

Gr=C3=BC=C3=9Fe
----_NmP-6c0d7a3f0b0a0f3e-Part_2
Content-Type: text/html; charset=utf-8
Content-Transfer-Encoding: quoted-printable

<p>Gr=C3=BC=C3=9Fe</p>
----_NmP-6c0d7a3f0b0a0f3e-Part_2--

----_NmP-6c0d7a3f0b0a0f3e-Part_1
Content-Type: text/csv; name="=?UTF-8?Q?=C3=9Cbersicht=2Ecsv?="
Content-Disposition: attachment;
 filename*0*=utf-8''%C3%9Cbersicht.csv
Content-Transfer-Encoding: base64

YTtiCg==
----_NmP-6c0d7a3f0b0a0f3e-Part_1--
"""
PHPMAILER = """\
! from=shop@example.com to=ada@example.com received=2024-05-01T12:00:10+00:00
Date: Wed, 1 May 2024 14:00:00 +0200
To: Ada <ada@example.com>
From: Shop <shop@example.com>
Subject: Your order
Message-ID: <ZK2LrvNHyT0h3gYxXWb8pQ@example.com>
X-Mailer: PHPMailer 6.9.1 (https://github.com/PHPMailer/PHPMailer)
MIME-Version: 1.0
Content-Type: multipart/alternative;
 boundary="b1_ZK2LrvNHyT0h3gYxXWb8pQ"
Content-Transfer-Encoding: 8bit

--b1_ZK2LrvNHyT0h3gYxXWb8pQ
Content-Type: text/plain; charset=us-ascii

Hi

--b1_ZK2LrvNHyT0h3gYxXWb8pQ
Content-Type: text/html; charset=us-ascii

<p>Hi</p>

--b1_ZK2LrvNHyT0h3gYxXWb8pQ--
"""
SWAKS = """\
! from=shop@example.com to=ada@example.com received=2024-05-01T12:00:00+00:00
Date: Wed, 01 May 2024 12:00:00 +0000
To: ada@example.com
From: shop@example.com
Subject: test Wed, 01 May 2024 12:00:00 +0000
Message-Id: <20240501120000.004711@app.example.com>
X-Mailer: swaks v20240103.0 jetmore.org/john/code/swaks/

This is a test mailing

"""
# Uploaded by curl with the least of headers: what is missing is really missing.
CURL = """\
! from=shop@example.com to=ada@example.com
From: shop@example.com
To: ada@example.com
Subject: test

Hi
"""


@pytest.mark.parametrize("sample", samples(NOW), ids=lambda sample: sample.name)
def test_samples(sample: Sample) -> None:
    envelope = Envelope(sample.mail_from, sample.options, tuple(sample.rcpt_tos))
    found = lint_message(open_message(sample.content, envelope, NOW))
    assert {finding.id for finding in found} == KNOWN.get(sample.name, set())


@pytest.mark.parametrize(
    ("text", "ids"),
    [(NODEMAILER, set()), (PHPMAILER, set()), (SWAKS, set()), (CURL, {"M05", "M11"})],
    ids=["nodemailer", "phpmailer", "swaks", "curl"],
)
def test_other_programs(text: str, ids: set[str]) -> None:
    assert {finding.id for finding in lint_message(open_example(text))} == ids


def found_in(message: EmailMessage) -> set[tuple[str, str]]:
    message["From"] = "Józef Łukasiewicz <jozef@example.com>"
    message["To"] = "ada@example.com"
    message["Date"] = format_datetime(NOW)
    message["Message-ID"] = "<1@example.com>"
    envelope = Envelope("jozef@example.com", (), ("ada@example.com",))
    opened = open_message(message.as_bytes(), envelope, NOW)
    return {(finding.id, finding.severity.value) for finding in lint_message(opened)}


@pytest.mark.parametrize(
    "text", ["Hi\n", "Grüße\n" * 3, "ご確認ください。\n" * 20, ".dot\n..\n", "=\n\t\n", "From me\n"]
)
def test_email_message(text: str) -> None:
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Zażółć gęślą jaźń " * 4
    message.set_content(text)
    message.add_alternative(f"<p>{text}</p>", subtype="html")
    message.add_attachment(b"\0\xff" * 500, "application", "octet-stream", filename="Übersicht – März.bin")
    # Words of 77 and lines of 78 characters: a little more than the RFCs allow.
    small = {("M20", "info"), ("M26", "info")}
    # Under this policy text stays 8bit, and send_message() announces that only for addresses beyond ASCII.
    assert found_in(message) - small == (set() if text.isascii() else {("S46", "error")})


def test_email_message_with_lines_of_76() -> None:
    message = EmailMessage(policy=SMTP.clone(max_line_length=76))
    message["Subject"] = "Zażółć gęślą jaźń " * 4
    message.set_content("Zażółć gęślą jaźń, ale nie tylko, bo linia jest długa. " * 20)
    assert found_in(message) == set()


def test_django() -> None:
    django = EmailMultiAlternatives(
        "Your order", "Hi", "Shop <shop@example.com>", ["ada@example.com", "Bob <bob@example.com>"],
        headers={"Message-ID": "<1@example.com>", "Date": format_datetime(NOW)},
    )  # fmt: skip
    django.attach_alternative("<p>Hi</p>", "text/html")
    django.attach("report.csv", "a;b\n", "text/csv")
    raw = django.message().as_bytes().replace(b"\n", b"\r\n")
    envelope = Envelope("shop@example.com", (), ("ada@example.com", "bob@example.com"))
    assert lint_message(open_message(raw, envelope, NOW)) == []


def test_a_file_with_the_line_ends_of_its_system_is_no_mail_with_lone_line_feeds() -> None:
    raw = f"{HEAD}\n.\n".encode()
    assert lint_message(open_message(raw)) == []
    assert {"M02", "M04"} <= {finding.id for finding in lint_message(open_message(raw, Envelope("a@b.example")))}
