"""The page that compares two messages, and the one that asks which."""

from __future__ import annotations

import re
import time
from email.message import EmailMessage
from email.policy import SMTP
from html import unescape
from typing import Any

import pytest
from django.test import Client

from catcher.models import Message, Recipient
from tests.webui import rows
from webui.compare import choosing

MIB = 1 << 20


def mail(html: str = "", text: str = "Hello", subject: str = "Order 1", files: dict[str, bytes] | None = None) -> bytes:
    made = EmailMessage(SMTP)
    made["From"], made["To"], made["Subject"] = "a@b.test", "jane@example.com", subject
    made.set_content(text)
    if html:
        made.add_alternative(html, subtype="html")
    for name, content in (files or {}).items():
        made.add_attachment(content, maintype="application", subtype="pdf", filename=name)
    return made.as_bytes()


def page(client: Client, before: Message, after: Message, query: str = "") -> str:
    response = client.get(f"/compare/{before.public_id}/{after.public_id}/{query}")
    assert response.status_code == 200
    return response.content.decode()


def counts(html: str) -> dict[str, int]:
    """Return the number that each tab tells."""
    tabs = re.findall(r'id="tab-(\w+)".*?</button>', html)
    found = {name: re.search(rf'id="tab-{name}".*?>(\d+)<', html) for name in tabs}
    return {name: int(match[1]) for name, match in found.items() if match and name != "rendering"}


def section(html: str, name: str) -> str:
    return html.split(f'id="section-{name}"', 1)[1].split("</section>", 1)[0]


@pytest.mark.django_db
def test_differences_are_counted_by_section_and_marked(client: Client) -> None:
    before = rows.message(mail("<p>Pay 24.50 EUR</p>\n<p>same</p>", "Pay 24.50", files={"a.pdf": b"1", "b.pdf": b"2"}))
    after = rows.message(
        mail("<p>Pay 29.90 EUR</p>\n<p>same</p>", "Pay 29.90", "Order 2", {"a.pdf": b"9", "b.pdf": b"2"}),
        recipients=[("jane@example.com", True), ("hidden@example.com", False)],
    )
    html = page(client, before, after)
    assert counts(html) == {"html": 1, "text": 1, "headers": 1, "parts": 1, "envelope": 1}
    assert "5 differences" in html
    assert '<del class="word">24.50</del>' in section(html, "html")
    assert '<ins class="word">29.90</ins>' in section(html, "html")
    assert "a.pdf" in section(html, "parts")
    assert "hidden@example.com&gt; refused: 550 5.1.1 unknown" in section(html, "envelope")
    assert html.count("<iframe") == html.count('sandbox="allow-popups allow-popups-to-escape-sandbox"') == 2


@pytest.mark.django_db
def test_two_of_one_kind_have_no_difference(client: Client) -> None:
    one, other = rows.message(rows.RAW), rows.message(b"Message-ID: <1@x.test>\r\n" + rows.RAW)
    assert counts(page(client, one, other))["headers"] == 1
    same = page(client, one, rows.message(rows.RAW))
    assert "No difference" in same
    assert "The text is the same." in same
    assert 'id="tab-rendering"' not in same


@pytest.mark.django_db
def test_white_space_is_ignored_and_that_is_kept_when_sides_are_swapped(client: Client) -> None:
    one, other = rows.message(mail("<p>a  b</p>", "a  b")), rows.message(mail("<p>a b</p>", "a b"))
    html = page(client, one, other)
    assert counts(html)["html"] == counts(html)["text"] == 1
    html = page(client, one, other, "?space=ignore")
    assert "No difference but white space" in html
    assert f"/compare/{other.public_id}/{one.public_id}/?space=ignore" in html
    assert "The left one is the later" in page(client, other, one)


@pytest.mark.django_db
def test_what_senders_wrote_is_only_shown(client: Client) -> None:
    evil = '<script>alert(1)</script><img src=x onerror="alert(2)">\u202e"\'>'
    raw = mail(f"<p>{evil}</p>", evil, "x", {"</p><b>.pdf": b"1"}) + b"\r\n"
    before = rows.message(raw.replace(b"Subject: x", b"Subject: <b onclick=x>\r\nX-</dl><i>: <script>"), subject=evil)
    after = rows.message(mail("<p></p>"), mail_from="<u>@x", recipients=[("<s>@x", True)], subject=evil)
    Recipient.objects.filter(message=after).update(parameters="<em>")
    for html in (page(client, before, after), client.get(f"/compare/{after.public_id}/").content.decode()):
        assert "<script>" not in html
        assert not re.search(r"<(img|b onclick|u|s|em|i)[ >]", html.split("<main", 1)[1])
        assert "\u202e" not in html


@pytest.mark.django_db
def test_the_one_without_html_is_named_and_text_is_taken_from_html(client: Client) -> None:
    html = page(client, rows.message(mail(text="Hello")), rows.message(b"Content-Type: text/html\r\n\r\n<p>Hello</p>"))
    assert "The one before has no HTML." in section(html, "rendering")
    assert "The one after has no text part" in section(html, "text")
    assert counts(html)["text"] == 0


@pytest.mark.django_db
def test_large_messages_are_cut_and_that_is_told(client: Client) -> None:
    lines = "".join(f"<p>line {number}</p>\r\n" for number in range(MIB // 20))
    start = b"Content-Type: text/html\r\n\r\n"
    before = rows.message(start + lines.encode())
    after = rows.message(start + lines.replace("line", "row").encode())
    began = time.process_time()
    html = page(client, before, after)
    # Measured at 1.1 s, most of it for the text of the HTML.
    assert time.process_time() - began < 3
    assert "more lines of this difference" in html
    assert "Only the first 1 MiB and 20,000 lines" in html
    assert len(html) < 2_500_000


@pytest.mark.django_db
def test_a_message_that_is_gone_is_not_found(client: Client) -> None:
    one = rows.message()
    gone = "0" * 22
    for path in (f"/compare/{one.public_id}/{gone}/", f"/compare/{gone}/{one.public_id}/", f"/compare/{gone}/"):
        assert client.get(path).status_code == 404


@pytest.mark.django_db
def test_the_previous_one_of_the_same_people_is_proposed_before_any_other() -> None:
    people = [("jane@example.com", True)]
    oldest = rows.message(subject="Your order 1041 is confirmed", recipients=people)
    rows.message(subject="Your order 1042 is confirmed", recipients=[("joe@example.com", True)])
    rows.message(subject="Your password", recipients=people)
    message = rows.message(subject="Re: your  Order 977 is confirmed", recipients=people)
    rows.message(subject="Your order 1043 is confirmed", recipients=people)
    assert choosing.previous(message) == oldest
    assert choosing.previous(oldest) is None


@pytest.mark.django_db
def test_without_one_of_the_same_people_the_newest_earlier_one_of_the_same_subject_is() -> None:
    rows.message(subject="Build 1", recipients=[("a1@example.com", True)])
    newest = rows.message(subject="Build 2", recipients=[("a2@example.com", True)])
    message = rows.message(subject="Build 3", recipients=[("a3@example.com", True)])
    assert choosing.previous(message) == newest


@pytest.mark.django_db
def test_no_subject_proposes_only_the_same_people() -> None:
    rows.message(subject="", recipients=[("joe@example.com", True)])
    message = rows.message(subject="")
    assert choosing.previous(message) is None


def listed(response: Any) -> list[str]:
    return re.findall(r"<b>(.*?)</b>", unescape(response.content.decode()).split('id="choices"')[-1])


@pytest.mark.django_db
def test_the_list_has_the_newest_and_is_searched_by_subject_and_address(client: Client) -> None:
    for number in range(25):
        rows.message(subject=f"Newsletter {number}")
    other = rows.message(subject="Invoice", addresses={"From": [["Zoë", "zoe@shop.test"]]})
    message = rows.message(subject="Invoice")
    path = f"/compare/{message.public_id}/"
    html = client.get(path).content.decode()
    assert f'href="/compare/{other.public_id}/{message.public_id}/"' in html
    assert listed(client.get(path)) == ["Invoice", *(f"Newsletter {number}" for number in range(24, 4, -1))]
    htmx = {"HX-Request": "true", "HX-Target": "choices"}
    assert listed(client.get(path + "?q=newsletter+3", headers=htmx)) == [
        "Newsletter 23",
        "Newsletter 13",
        "Newsletter 3",
    ]
    assert listed(client.get(path + "?q=ZOE@shop", headers=htmx)) == ["Invoice"]
    assert "No other message has “nothing”" in client.get(path + "?q=nothing", headers=htmx).content.decode()


@pytest.mark.django_db
def test_the_message_page_leads_to_it(client: Client) -> None:
    message = rows.message()
    assert f'href="/compare/{message.public_id}/"' in client.get(f"/messages/{message.public_id}/").content.decode()
    assert "This is the only message" in client.get(f"/compare/{message.public_id}/").content.decode()


@pytest.mark.django_db
def test_both_pages_hold_no_inline_script_or_style(client: Client) -> None:
    one, other = rows.message(mail("<p>1</p>")), rows.message(mail("<p>2</p>"))
    for html in (page(client, one, other), client.get(f"/compare/{one.public_id}/").content.decode()):
        assert not re.search(r"<style|<\w[^>]*\sstyle=|<\w[^>]*\son\w+=|javascript:", html)
