"""The page of one message: preview, links, parts, source and envelope, and what each hands out."""

from __future__ import annotations

import asyncio
import base64
import io
import re
import zipfile
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any, cast

import pytest
from django.http import StreamingHttpResponse
from django.test import Client

from catcher import actions
from catcher.models import AllowedSender, Message
from tests.catcher.mime import torture
from tests.e2e.mailing import PIXEL
from tests.webui import rows

TABS = {"HX-Request": "true", "HX-Target": "tabs"}
PAGE = (
    "<style>@media (prefers-color-scheme: dark) { p { color: #eee } }</style>"
    '<p>Hello <a href="https://evil.test/x?a=1&amp;b=2">https://acme.test/account</a> <a href="#top">top</a></p>'
    '<img src="cid:logo@x" alt="Our logo"><img src="https://cdn.test/a.png" alt="Banner">'
)


def mail(html: str = PAGE) -> EmailMessage:
    made = EmailMessage(SMTP)
    made["From"] = "Acme Shop <no-reply@acme.test>"
    made["To"] = "Jane <jane@example.com>"
    made["Subject"] = "Order"
    made.set_content("See https://acme.test/text.\n")
    made.add_alternative(html, subtype="html")
    cast(EmailMessage, made.get_payload(1)).add_related(PIXEL, "image", "png", cid="<logo@x>", disposition="inline")
    return made


def enclosing() -> bytes:
    outer = mail()
    inner = mail('<p>Inner <a href="https://inner.test/">link</a></p>')
    inner.add_attachment(b"deep", "application", "octet-stream", filename="deep.bin")
    outer.add_attachment(PIXEL, "image", "png", filename="real.png")
    outer.add_attachment(b"PK\x03\x04" + bytes(40), "image", "png", filename="zip.png")
    outer.add_attachment(inner)
    return outer.as_bytes()


def get(client: Client, message: Message, path: str = "", **headers: str) -> str:
    response = client.get(f"/messages/{message.public_id}/{path}", headers=headers)
    assert response.status_code == 200, path
    return response.content.decode()


@pytest.mark.django_db
def test_links_in_the_frame_lead_to_a_page_that_asks_and_never_redirects(client: Client) -> None:
    message = rows.message(mail().as_bytes())
    frame = get(client, message, "body/")
    path = f"/messages/{message.public_id}/links/1/"
    assert f'href="{path}" data-to="https://evil.test/x?a=1&amp;b=2"' in frame
    assert not re.search(r'href="https?:', frame)
    assert re.search(r'<a href="#top"[^>]* target="_self">', frame)
    asked = client.get(path).content.decode()
    assert "The text says acme.test, but the link leads to evil.test." in asked
    assert (
        '<a class="button primary" href="https://evil.test/x?a=1&amp;b=2" target="_blank" rel="noopener noreferrer"'
        in asked
    )
    assert "<html" not in client.get(path, headers={"HX-Request": "true"}).content.decode()
    assert client.get(f"/messages/{message.public_id}/links/2/").status_code == 404
    assert client.get(f"/messages/{message.public_id}/links/0/").status_code == 404


@pytest.mark.django_db
def test_the_scheme_that_a_mail_asks_for_is_the_one_chosen(client: Client) -> None:
    message = rows.message(mail().as_bytes())
    light, dark = get(client, message, "body/"), get(client, message, "body/?scheme=dark")
    assert "@media (max-width:0)" in light
    assert "@media (min-width:0)" in dark
    assert "color-scheme: dark only" in dark
    assert "prefers-color-scheme" not in light + dark


@pytest.mark.django_db
def test_without_images_none_has_an_address(client: Client) -> None:
    message = rows.message(mail().as_bytes())
    response = client.get(f"/messages/{message.public_id}/body/?images=0&remote=1")
    assert "<img" in response.content.decode()
    assert not re.search(r"<img[^>]* src=", response.content.decode())
    assert "img-src 'none'" in response["Content-Security-Policy"]
    assert "http" not in response["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_a_sender_is_allowed_listed_and_taken_back(client: Client) -> None:
    message = rows.message(mail().as_bytes())
    assert "Always for no-reply@acme.test" in get(client, message)
    allowed = client.post(f"/messages/{message.public_id}/remote/allow/", headers=TABS).content.decode()
    assert "allowed for no-reply@acme.test" in allowed
    other = rows.message(mail().as_bytes(), addresses={"From": [["X", "No-Reply@ACME.test"]]})
    assert "https:" in client.get(f"/messages/{other.public_id}/body/")["Content-Security-Policy"]
    stranger = rows.message(mail().as_bytes(), addresses={"From": [["Acme Shop", "no-reply@acme.test.evil.test"]]})
    assert "https:" not in client.get(f"/messages/{stranger.public_id}/body/")["Content-Security-Policy"]
    nobody = rows.message(mail().as_bytes(), addresses={})
    assert "https:" not in client.get(f"/messages/{nobody.public_id}/body/")["Content-Security-Policy"]
    assert "no-reply@acme.test" in client.get("/settings/").content.decode()
    assert client.post("/settings/senders/block/", {"address": "no-reply@acme.test"}).status_code == 302
    assert not AllowedSender.objects.exists()
    assert "https:" not in client.get(f"/messages/{other.public_id}/body/")["Content-Security-Policy"]


@pytest.mark.django_db(transaction=True)
def test_nobody_is_allowed_without_an_address() -> None:
    actions.allow_remote("", True)
    assert not AllowedSender.objects.exists()


@pytest.mark.django_db
def test_an_enclosed_message_is_opened_as_a_message(client: Client) -> None:
    message = rows.message(enclosing())
    part = get(client, message, "parts/4/", **TABS)
    assert "Enclosed message" in part
    assert f"/messages/{message.public_id}/body/?at=4" in part
    assert "deep.bin" in part
    frame = get(client, message, "body/?at=4")
    assert "Inner" in frame
    asking = re.search(r'href="([^"]*/links/1/\?at=4)"', frame)
    assert asking is not None
    assert "inner.test" in client.get(asking[1]).content.decode()
    assert client.get(f"/messages/{message.public_id}/body/?at=2").status_code == 404


@pytest.mark.django_db
def test_parts_are_told_by_what_they_are(client: Client) -> None:
    message = rows.message(enclosing())
    tree = get(client, message, "parts/")
    assert re.findall(r'data-part="([\d.]+)"', tree)[:4] == ["0", "1", "1.1", "1.2"]
    lying = get(client, message, "parts/3/", **TABS)
    assert "It says image/png, but is application/zip." in lying
    assert "thumbnail.png" not in lying
    assert "SHA-256" in lying
    assert client.get(f"/messages/{message.public_id}/parts/3/thumbnail.png").status_code == 404
    honest = get(client, message, "parts/2/", **TABS)
    assert "thumbnail.png" in honest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "body/", "print/", "source.eml", "message.html", "message.txt", "parts/2/file/", "parts/2/file/?form=encoded",
        "parts/2/file/?form=whole", "parts/2/view/", "parts/3/view/", "parts/4/file/", "parts/2/thumbnail.png",
        "attachments.zip",
    ],
)  # fmt: skip
def test_what_a_sender_wrote_has_no_origin_no_script_and_no_other_type(client: Client, path: str) -> None:
    message = rows.message(enclosing())
    response = client.get(f"/messages/{message.public_id}/{path}")
    assert response.status_code == 200
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    if path not in {"body/", "print/"}:
        opened = path in {"parts/2/view/", "parts/2/thumbnail.png"}
        assert response["Content-Disposition"].startswith("inline" if opened else "attachment")
        assert not response["Content-Type"].startswith("text/html")


@pytest.mark.django_db
def test_a_part_is_handed_out_decoded_and_as_it_came(client: Client) -> None:
    message = rows.message(enclosing())
    base = f"/messages/{message.public_id}/parts/2/file/"
    assert client.get(base).content == PIXEL
    encoded = client.get(f"{base}?form=encoded").content
    assert base64.b64decode(encoded) == PIXEL
    whole = client.get(f"{base}?form=whole").content
    assert whole.endswith(encoded)
    assert whole in enclosing() or b"Content-Type: image/png" in whole
    assert client.get(f"/messages/{message.public_id}/parts/4/file/")["Content-Disposition"].endswith('.eml"')


@pytest.mark.django_db
def test_all_attachments_come_as_one_zip(client: Client) -> None:
    message = rows.message(enclosing())
    response = client.get(f"/messages/{message.public_id}/attachments.zip")

    async def read() -> bytes:
        return b"".join([piece async for piece in cast(Any, cast(StreamingHttpResponse, response).streaming_content)])

    with zipfile.ZipFile(io.BytesIO(asyncio.run(read()))) as archive:
        assert archive.namelist()[:2] == ["real.png", "zip.png"]
        assert archive.read("real.png") == PIXEL
    plain = rows.message()
    assert client.get(f"/messages/{plain.public_id}/attachments.zip").status_code == 404


@pytest.mark.django_db
def test_the_cleaned_page_as_a_file_brings_its_policy_and_pictures_along(client: Client) -> None:
    message = rows.message(mail().as_bytes())
    page = get(client, message, "message.html")
    assert "default-src 'none'" in page
    assert "data:image/png;base64," in page
    assert 'href="https://evil.test/x?a=1&amp;b=2"' in page
    assert not re.search(r'\ssrc="https?:', page)


@pytest.mark.django_db
def test_a_source_comes_in_windows_and_is_searched_as_a_whole(client: Client) -> None:
    raw = b"Subject: x\r\n\r\n" + b"".join(b"line %d <b>\r\n" % number for number in range(20_000))
    message = rows.message(raw)
    first = get(client, message, "source/")
    assert len(first) < 200_000
    assert 'data-n="1"' in first
    assert "rows/source/?page=2" in first
    found = get(client, message, "rows/source/?find=LINE+19999&hit=1")
    assert '<mark class="here" id="hit">line 19999</mark> &lt;b&gt;' in found
    assert "1 of 1" in found
    assert "10 of 11" in get(client, message, "rows/source/?find=line+1999&hit=10")
    assert "not found" in get(client, message, "rows/source/?find=nowhere")
    assert 'data-n="15000"' in get(client, message, "source/?line=15000")
    assert "line-row here" in get(client, message, "source/?line=15000")


@pytest.mark.django_db
def test_the_envelope_is_held_against_the_header(client: Client) -> None:
    people = {"From": [["A", "a@acme.test"]], "To": [["", "Jane@Example.com"], ["", "lost@x.test"], ["", "no@x.test"]]}
    message = rows.message(
        addresses=people | {"Cc": [["", "ü@bücher.test"]], "Bcc": [["", "seen@x.test"]]},
        recipients=[
            ("jane@example.com", True), ("secret@x.test", True), ("no@x.test", False),
            ("ü@xn--bcher-kva.test", True), ("seen@x.test", True),
        ],
    )  # fmt: skip
    html = get(client, message, "envelope/", **TABS)
    table, _, unsent = html.partition("In the header but never sent")
    assert re.search(r"secret@x\.test</td><td><span[^>]*>no: Bcc", table)
    assert re.search(r"jane@example\.com</td><td>To<", table)
    assert re.search(r"xn--bcher-kva\.test</td><td>Cc<", table)
    assert re.search(r"seen@x\.test</td><td><span[^>]*>Bcc, for all to see", table)
    assert re.search(r"lost@x\.test</td><td>To</td><td><span[^>]*>no RCPT TO names it", unsent)
    assert re.search(r"no@x\.test</td><td>To</td><td><span[^>]*>RCPT was refused", unsent)
    assert "jane@" not in unsent.lower()


@pytest.mark.django_db
def test_a_large_page_is_looked_through_after_it_is_shown(client: Client) -> None:
    message = rows.message(mail(PAGE + "<p>much more text</p>" * 20_000).as_bytes())
    assert f'hx-get="/messages/{message.public_id}/strip/"' in get(client, message)
    strip = get(client, message, "strip/")
    assert "1 remote resource blocked" in strip
    assert "1 link" in strip


@pytest.mark.django_db
def test_the_page_to_print_has_the_facts_and_the_mail(client: Client) -> None:
    html = get(client, rows.message(mail().as_bytes(), subject="Order"), "print/")
    assert "MAIL FROM bounce@acme.test, RCPT TO jane@example.com" in html
    assert "<h1>Order</h1>" in html
    assert "Hello" in html
    assert "Hi." in get(client, rows.message(), "print/")


@pytest.mark.django_db
@pytest.mark.parametrize("name", torture.MAILS)
def test_mail_that_is_made_to_tire_breaks_no_page(client: Client, name: str) -> None:
    message = rows.message(torture.MAILS[name])
    # Ten thousand parts are the same work on every page.
    paths = ["parts/"] if name == "ten-thousand-parts" else ["parts/", "html-source/", "source/", "body/", "parts/1/"]
    for path in paths:
        response = client.get(f"/messages/{message.public_id}/{path}", headers=TABS)
        assert response.status_code in {200, 404}
        assert len(response.content) < 2_000_000
