"""The inbox and the reading pane, as pages and as the partials that arrival and paging fetch."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client

from catcher.env import Address
from catcher.models import Message
from catcher.options import SETTINGS
from tests.webui import rows
from webui.views import listing

HTMX = {"HX-Request": "true", "HX-Target": "pane"}


def shown(response: Any) -> list[int]:
    return [int(row) for row in re.findall(r'data-row="(\d+)"', response.content.decode())]


@pytest.mark.django_db
def test_the_empty_inbox_teaches_how_to_connect(client: Client) -> None:
    html = client.get("/").content.decode()
    assert "Waiting for the first message" in html
    assert "EMAIL_PORT = 1025" in html
    assert "data-empty" in html


@pytest.mark.django_db
def test_first_page_next_page_and_arrivals_are_one_query_by_cursor(client: Client) -> None:
    made = [rows.message().pk for _ in range(120)][::-1]
    first = client.get("/")
    assert shown(first) == made[:50]
    assert "data-more" in first.content.decode()
    second = client.get(f"/messages/?before={made[49]}")
    assert shown(second) == made[50:100]
    third = client.get(f"/messages/?before={made[99]}")
    assert shown(third) == made[100:]
    assert [answer["X-More"] for answer in (second, third)] == ["1", "0"]


@pytest.mark.django_db
def test_arrivals_come_without_a_gap_however_many_there_are(client: Client) -> None:
    cursor = rows.message().pk
    made = [rows.message().pk for _ in range(listing.CATCH_UP + 30)]
    first = client.get(f"/messages/?after={cursor}")
    assert shown(first) == made[: listing.CATCH_UP][::-1]
    assert first["X-More"] == "1"
    rest = client.get(f"/messages/?after={max(shown(first))}")
    assert shown(rest) == made[listing.CATCH_UP :][::-1]
    assert rest["X-More"] == "0"
    assert shown(client.get(f"/messages/?after={made[-1]}")) == []


@pytest.mark.django_db
def test_named_rows_come_back_and_gone_ones_do_not(client: Client) -> None:
    kept, gone = rows.message(), rows.message()
    Message.objects.filter(pk=gone.pk).delete()
    assert shown(client.get(f"/messages/rows/?ids={kept.public_id},{gone.public_id},nonsense,")) == [kept.pk]


@pytest.mark.django_db
@pytest.mark.parametrize("size", [1, 30])
def test_a_list_costs_the_same_queries_however_long_it_is(
    client: Client, django_assert_num_queries: Any, size: int
) -> None:
    for _ in range(size):
        rows.message()
    with django_assert_num_queries(5) as asked:  # rows, their tags; counters, saved searches and tags of the rail
        client.get("/")
    assert not any("catcher_body" in query["sql"] for query in asked.captured_queries)
    with django_assert_num_queries(2):
        client.get("/messages/?after=0")


@pytest.mark.django_db
def test_a_row_says_who_to_whom_what_and_how_big(client: Client) -> None:
    rows.message(
        subject="<b>Hi</b> \u202egnp", snippet="text", attachments=2, size=4200,
        recipients=[("jane@example.com", True), ("b@x.test", True), ("c@x.test", True)],
    )  # fmt: skip
    html = client.get("/").content.decode()
    assert "Acme Shop" in html
    assert "jane@example.com" in html
    assert "+2" in html
    assert "4.2 kB" in html
    assert "2 attachments" in html
    assert "Unread." in html
    assert "&lt;b&gt;Hi&lt;/b&gt;" in html
    assert "\u202e" not in html
    assert r"\u202e" in html


@pytest.mark.django_db
def test_opening_a_message_marks_it_read_but_a_prefetch_or_a_tab_does_not(client: Client) -> None:
    message = rows.message()
    path = f"/messages/{message.public_id}/"

    def is_read() -> bool:
        return Message.objects.get(pk=message.pk).read

    client.get(path, headers={"Sec-Purpose": "prefetch;prerender"})
    client.head(path)
    client.get(path + "header/")
    client.get(path + "source/", headers={"HX-Request": "true", "HX-Target": "tabs"})
    assert not is_read()
    client.get(path)
    assert is_read()


@pytest.mark.django_db
def test_htmx_gets_the_pane_and_a_browser_the_page(client: Client) -> None:
    message = rows.message()
    pane = client.get(f"/messages/{message.public_id}/", headers=HTMX).content.decode()
    assert "<html" not in pane
    assert f'data-pane="{message.public_id}"' in pane
    page = client.get(f"/messages/{message.public_id}/").content.decode()
    assert "<html" in page
    assert 'aria-current="true"' in page
    assert f'data-pane="{message.public_id}"' in page


@pytest.mark.django_db
def test_the_pane_shows_the_envelope_beside_the_header(client: Client) -> None:
    session = rows.session(tls_version="TLSv1.3", tls_cipher="X", hello="nodemailer", duration_us=38_000)
    message = rows.message(
        session=session,
        recipients=[("jane@example.com", True), ("audit@acme.test", True), ("gone@acme.test", False)],
        defects=[{"code": "missing-date", "text": "There is no Date header."}],
    )
    html = client.get(f"/messages/{message.public_id}/").content.decode()
    assert "bounce@acme.test" in html
    assert re.search(r'audit@acme\.test <span class="chip"[^>]*>Bcc', html)
    assert re.search(r"gone@acme\.test <span class=\"chip bad\">refused 550 5\.1\.1", html)
    assert "TLS 1.3" in html
    assert "38 ms" in html
    assert f"/sessions/{session.public_id}/" in html
    assert "There is no Date header." in html


@pytest.mark.django_db
@pytest.mark.parametrize("tab", ["text", "headers", "source", "parts", "envelope"])
def test_tabs_are_partials_for_htmx_and_pages_for_a_browser(client: Client, tab: str) -> None:
    message = rows.message()
    path = f"/messages/{message.public_id}/{tab}/"
    partial = client.get(path, headers={"HX-Request": "true", "HX-Target": "tabs"}).content.decode()
    assert "<html" not in partial
    assert f'class="panel {tab}"' in partial
    assert re.search(rf'id="tab-{tab}"[^>]*aria-selected="true"', partial)
    assert f'class="panel {tab}"' in client.get(path).content.decode()


@pytest.mark.django_db
def test_text_is_the_first_tab_where_there_is_no_html(client: Client) -> None:
    html = client.get(f"/messages/{rows.message().public_id}/").content.decode()
    assert 'class="panel text"' in html
    assert "tab-html" not in html


@pytest.mark.django_db
def test_links_in_text_are_safe_and_the_rest_is_escaped(client: Client) -> None:
    raw = b"Subject: x\r\n\r\nSee <script> (https://a.test/x?b=1&c=2), https://b.test/(y).\r\njavascript:alert(1)\r\n"
    path = f"/messages/{rows.message(raw).public_id}"
    html = client.get(f"{path}/text/").content.decode()
    link = f'<a href="{path}/links/text/1/" data-asks title="https://a.test/x?b=1&amp;c=2" target="_blank"'
    assert link in html
    assert 'title="https://b.test/(y)"' in html
    assert 'href="https://b.test/(y)"' in client.get(f"{path}/links/text/2/").content.decode()
    assert client.get(f"{path}/links/text/3/").status_code == 404
    assert "&lt;script&gt;" in html
    assert 'href="javascript' not in html


@pytest.mark.django_db
def test_headers_are_all_there_in_order_decoded_and_raw(client: Client) -> None:
    raw = b"X-A: 1\r\nSubject: =?utf-8?q?caf=C3=A9?=\r\nX-A: 2\r\n\r\n"
    html = client.get(f"/messages/{rows.message(raw).public_id}/headers/").content.decode()
    assert re.findall(r"<dt>(X-A|Subject)</dt>", html) == ["X-A", "Subject", "X-A"]
    assert "café" in html
    assert "=?utf-8?q?caf=C3=A9?=" in html


@pytest.mark.django_db
@pytest.mark.parametrize(
    "raw", [b"", b"\x00" * 500, b"\xff\xfe", b"Content-Type: multipart/mixed\r\n\r\n", b":\r\n\r\n:"]
)
@pytest.mark.parametrize("tab", ["", "text/", "headers/", "source/", "parts/", "envelope/"])
def test_damaged_mail_has_every_tab(client: Client, raw: bytes, tab: str) -> None:
    message = rows.message(raw, recipients=[], addresses={}, subject="")
    assert client.get(f"/messages/{message.public_id}/{tab}").status_code == 200


@pytest.mark.django_db
def test_an_unknown_message_is_a_calm_pane_beside_the_list(client: Client) -> None:
    rows.message()
    page = client.get(f"/messages/{'0' * 22}/")
    assert page.status_code == 404
    assert "This message is gone." in page.content.decode()
    assert shown(page)
    assert "This message is gone." in client.get(f"/messages/{'0' * 22}/", headers=HTMX).content.decode()
    assert client.get(f"/messages/{'0' * 22}/header/").status_code == 204


@pytest.mark.django_db
def test_writes_of_the_pane_and_of_the_list(client: Client) -> None:
    first, second = rows.message(), rows.message()
    htmx = {"HX-Request": "true"}
    read = client.post(f"/messages/{first.public_id}/read/", headers=htmx)
    assert read.status_code == 204
    assert first.public_id in read["HX-Trigger"]
    assert Message.objects.get(pk=first.pk).read
    client.post(f"/messages/{first.public_id}/unread/", headers=htmx)
    assert not Message.objects.get(pk=first.pk).read
    client.post("/messages/read-all/", headers=htmx)
    assert not Message.objects.unread().exists()
    assert client.post(f"/messages/{first.public_id}/delete/").headers["Location"] == "/"
    assert list(Message.objects.values_list("pk", flat=True)) == [second.pk]
    assert "1 message deleted" in client.post("/messages/delete-all/", headers=htmx)["HX-Trigger"]
    assert not Message.objects.exists()
    assert Message.everything.count() == 2


@pytest.mark.django_db
def test_settings_show_every_setting_and_no_secret(client: Client, settings: Any) -> None:
    settings.SANDPOST = settings.SANDPOST | {"smtp_login": ("app", "hunter2")}
    html = client.get("/settings/").content.decode()
    for setting in SETTINGS:
        assert setting.variable in html
        assert setting.option in html
    assert "hunter2" not in html
    assert "50 MiB" in html


@pytest.mark.django_db
def test_the_guide_names_the_host_of_the_page_where_smtp_listens_on_all(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("catcher.addresses.smtp", lambda: Address("0.0.0.0", 2525))
    html = client.get("/connect/", headers={"host": "10.0.0.5:8025"}).content.decode()
    assert "EMAIL_HOST = &quot;10.0.0.5&quot;" in html
    assert "EMAIL_PORT = 2525" in html
