"""A pasted log: recognised, shown and checked like a session that was recorded, and forgotten."""

from __future__ import annotations

import time
from html import unescape
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from catcher.models import Message, MutedRule, Session, TapeChunk
from tests.webui import rows
from webui.pasted import Pasted
from webui.views import explain

SAMPLES = Path(__file__).parents[1] / "catcher" / "dialog" / "transcripts"
REFUSED = """\
220 mx.example.org ESMTP
EHLO app
250 mx.example.org
MAIL FROM:<app@example.com>
250 2.1.0 ok
RCPT TO:<jane@example.org>
550 5.1.1 no such user
QUIT
221 bye
"""
BEFORE = """\
S: 220 x
C: EHLO app.example.com
S: 250 x
C: MAIL FROM:<app@example.com>
S: 250 ok
C: RCPT TO:<jane@example.org>
S: 250 ok
"""
MESSAGE = """\
C: DATA
S: 354 go on
C: From: app@example.com
C: Subject: <b>Hi</b>
C:
C: text
C: .
S: 250 2.0.0 ok
"""

pytestmark = pytest.mark.django_db


def explained(client: Client, log: str) -> str:
    response = client.post("/explain/", {"log": log})
    assert response.status_code == 200
    return response.content.decode()


def test_the_page_says_what_to_paste_and_that_nothing_is_stored(client: Client) -> None:
    page = client.get("/explain/").content.decode()
    assert "Nothing of it is stored" in page
    assert "set_debuglevel(1)" in page
    assert 'id="dialog"' not in page


def test_a_log_is_told_explained_and_checked(client: Client) -> None:
    page = unescape(explained(client, REFUSED))
    assert "Recognised as" in page
    assert "rejected at RCPT, 550 5.1.1" in page
    assert "jane@example.org was refused (550 5.1.1)" in page
    assert 'data-x="' in page, "parts of lines are explained"
    assert "This recipient will never receive the message." in page
    assert "EHLO name is not a full domain name" in page
    assert "/rules/#S04" in page
    assert "SMTPRecipientsRefused" in page, "what smtplib raises for it"
    assert "<span>#7</span></a>" in page, "lines have their numbers where there are no times"
    assert "Timing</summary>" not in page, "a log without times tells nothing of them"


def test_times_are_told_where_the_log_has_them(client: Client) -> None:
    page = client.post("/explain/", {"example": "nodemailer"}).content.decode()
    assert "<span>1,000.0</span></a>" in page
    assert "no times" not in page
    assert "Timing</summary>" in page
    assert "Download the chart" not in page


def test_the_content_of_a_message_is_checked_with_its_envelope(client: Client) -> None:
    page = explained(client, BEFORE + MESSAGE)
    shown = unescape(page)
    assert "The message at" in page
    assert "Date missing" in shown
    assert "as far as the log shows it" in shown
    assert "not stored" not in page


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.txt")))
def test_logs_of_every_program_are_shown(client: Client, name: str) -> None:
    page = explained(client, (SAMPLES / f"{name}.txt").read_text())
    assert 'id="L1"' in page
    assert "Recognised as" in page


@pytest.mark.parametrize("name", explain.EXAMPLES)
def test_examples_need_one_click(client: Client, name: str) -> None:
    assert f'name="example" value="{name}"' in client.get("/explain/").content.decode()
    found = Pasted(explain.example(name))
    assert found.transcript.form == name
    assert found.told.failed
    page = client.post("/explain/", {"example": name}).content.decode()
    assert explain.example(name).splitlines()[0][:40] in unescape(page)


def test_what_is_not_understood_is_said(client: Client) -> None:
    page = explained(client, REFUSED.replace("EHLO app", "something else entirely\nEHLO app"))
    assert "not understood and left out" in page


def test_inferred_lines_are_marked(client: Client) -> None:
    page = client.post("/explain/", {"example": "postfix"}).content.decode()
    assert page.count('<span class="note">inferred</span>') >= 3
    assert "no TLS" not in page, "an ordinary log does not tell whether there was TLS"
    assert "without TLS" not in page


def test_a_text_without_structure_says_what_would_help(client: Client) -> None:
    page = explained(client, "hello\nworld\n")
    assert "No SMTP conversation found" in page
    assert "debug output" in page
    assert "hello\nworld" in page


@pytest.mark.parametrize("log", ["", "  \r\n\t"])
def test_nothing_pasted_is_said(client: Client, log: str) -> None:
    response = client.post("/explain/", {"log": log})
    assert response.status_code == 400
    assert explain.EMPTY in response.content.decode()


def test_nothing_is_stored(client: Client) -> None:
    explained(client, REFUSED)
    assert (Session.objects.count(), Message.objects.count(), TapeChunk.objects.count()) == (0, 0, 0)


def test_secrets_are_masked_in_what_is_shown(client: Client) -> None:
    page = explained(client, "220 x\nEHLO app.test\n250 AUTH PLAIN\nAUTH PLAIN AGFkYQBzM2NyZXQ=\n235 ok\n")
    dialog = page.split('id="dialog"', 1)[1].split('class="log-again"', 1)[0]
    assert "masked" in dialog
    assert "AGFkYQBzM2NyZXQ=" not in dialog


def test_hostile_text_stays_text(client: Client) -> None:
    page = explained(client, REFUSED.replace("EHLO app", "EHLO <img/src=x/onerror=alert(1)>\u202e\x1b[31m\x00"))
    assert "<img/src=x" not in page
    dialog = page.split('id="dialog"', 1)[1].split('class="log-again"', 1)[0]
    assert "\u202e" not in dialog
    page = explained(client, REFUSED + "</textarea><script>alert(1)</script>")
    assert "<script>alert" not in page


@pytest.mark.parametrize("extra", [1, 300_000, 2_000_000])
def test_a_log_that_is_too_large_is_refused_in_words(client: Client, extra: int) -> None:
    response = client.post("/explain/", {"log": "250 ok\n" * (explain.LARGEST // 7) + "x" * (extra + 7)})
    assert response.status_code == 413
    assert "2 MiB" in response.content.decode()


def test_a_log_of_the_largest_size_is_shown_in_part(client: Client) -> None:
    turn = "MAIL FROM:<a@b.example>\n250 ok\nRSET\n250 ok\n"
    log = "220 x\nEHLO a.example\n250 x\n" + turn * ((explain.LARGEST - 100) // len(turn))
    began = time.perf_counter()
    page = explained(client, log)
    assert time.perf_counter() - began < 20
    assert "The end is left out" in page
    assert page.count('<div class="line ') == 5000


def test_a_file_that_is_sent_along_is_not_read(client: Client) -> None:
    response = client.post("/explain/", {"log": "", "file": SimpleUploadedFile("x.log", REFUSED.encode())})
    assert response.status_code == 400


def test_a_muted_rule_is_silent_here_too(client: Client) -> None:
    MutedRule.objects.create(rule="S04")
    assert "/rules/#S04" not in explained(client, REFUSED)


def test_writing_needs_the_token_of_the_page() -> None:
    assert Client(enforce_csrf_checks=True).post("/explain/", {"log": REFUSED}).status_code == 403
    assert Client().put("/explain/").status_code == 405


def test_the_sessions_page_leads_here(client: Client) -> None:
    rows.session()
    assert 'href="/explain/"' in client.get("/sessions/").content.decode()
