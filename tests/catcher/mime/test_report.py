from __future__ import annotations

import pytest

from catcher.mime.outline import outline
from catcher.mime.report import MAX_RECIPIENTS, Report, report
from tests.catcher.mime.mails import leaf, mail, multipart

STATUS = (
    b"Reporting-MTA: dns; mail.x\r\n\r\n"
    b"Original-Recipient: rfc822;two@b.example\r\nFinal-Recipient: rfc822; one@b.example\r\nAction: failed\r\n"
    b"Status: 5.1.1 (unknown)\r\nRemote-MTA: dns; mx.b\r\nDiagnostic-Code: smtp; 550 5.1.1 no such\r\n user; sorry\r\n"
    b"\r\n\r\nFinal-Recipient: rfc822; ok@b.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n"
)
ORIGINAL = leaf("message/rfc822", b"Subject: sent\r\n\r\nhi")


def read(machine: bytes, subtype: str = "report; report-type=delivery-status") -> Report:
    found = report(outline(mail(multipart(subtype, leaf("text/plain", b"in words"), machine, ORIGINAL))))
    assert found is not None
    return found


def status(content: bytes) -> Report:
    return read(leaf("message/delivery-status", content))


def test_a_bounce_tells_what_became_of_each_recipient() -> None:
    found = status(STATUS)
    assert (found.kind, found.title) == ("delivery", "Delivery failed for 1 of 2 recipients")
    assert [field.name for field in found.fields] == ["Reporting-MTA"]
    failed, delivered = found.recipients
    assert (failed.recipient, failed.original) == ("one@b.example", "two@b.example")
    assert (failed.action, failed.status, failed.remote_mta) == ("failed", "5.1.1", "mx.b")
    assert failed.diagnostic == "550 5.1.1 no such user; sorry"
    assert (delivered.recipient, delivered.action) == ("ok@b.example", "delivered")
    assert found.explanation is not None
    assert found.machine is not None
    assert found.original is not None
    assert (found.explanation.path, found.machine.path, found.original.path) == ("1", "2", "3")


@pytest.mark.parametrize(
    ("actions", "title"),
    [
        ("delayed", "Delivery is delayed for 1 recipient"),
        ("delivered delivered", "Delivered for 2 recipients"),
        ("mangled", "Delivery report (mangled) for 1 recipient"),
        ("", "Delivery report that names no recipient"),
    ],
)
def test_the_title_says_it_in_words(actions: str, title: str) -> None:
    groups = (f"Final-Recipient: rfc822;a@b\r\nAction: {action}\r\n" for action in actions.split())
    assert status("\r\n".join(["Reporting-MTA: dns; x\r\n", *groups]).encode()).title == title


def test_a_bounce_without_its_first_group_is_read() -> None:
    found = status(b"Final-Recipient: rfc822; a@b\r\nAction: failed\r\n")
    assert (found.fields, len(found.recipients)) == ((), 1)


@pytest.mark.parametrize(
    ("machine", "kind", "title"),
    [
        (
            leaf("message/disposition-notification", b"Disposition: manual-action/MDN-sent-manually; displayed\r\n"),
            "disposition",
            "Receipt: displayed",
        ),
        (leaf("message/feedback-report", b"Feedback-Type: abuse\r\nVersion: 1\r\n"), "abuse", "Complaint: abuse"),
        (leaf("application/tlsrpt+json", b"{}"), "tls", "TLS report"),
        (leaf("application/x-own", b"x"), "other", "A report without a part that a machine can read"),
    ],
)
def test_other_reports_are_named(machine: bytes, kind: str, title: str) -> None:
    found = read(machine)
    assert (found.kind, found.title) == (kind, title)


def test_a_dmarc_report_is_known_by_its_file() -> None:
    file = leaf('application/gzip; name="mail.x!b.example!1700000000!1700086399.xml.gz"', b"\x1f\x8b")
    found = report(outline(mail(multipart("mixed", leaf("text/plain", b"x"), file))))
    assert found is not None
    assert (found.kind, found.title) == ("dmarc", "DMARC report for b.example")


def test_a_mail_that_encloses_a_bounce_is_none() -> None:
    bounce = multipart("report", leaf("message/delivery-status", STATUS), boundary="i")
    assert report(outline(mail(multipart("mixed", leaf("message/rfc822", bounce))))) is None
    assert report(outline(mail(leaf("text/plain", b"x")))) is None


@pytest.mark.parametrize("piece", [b"\r\n", b"x\n", b"a: b\n\n", b"Action: failed\n\n", b"Action: x\n", b":\n", b"\0"])
def test_hostile_reports_are_read_as_far_as_is_sane(piece: bytes) -> None:
    assert len(status(piece * 100_000).recipients) <= MAX_RECIPIENTS + 1
