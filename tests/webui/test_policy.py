"""Every answer carries the policy of the pages; what a sender wrote carries a stricter one."""

from __future__ import annotations

import base64
import re

import pytest
from django.test import Client

from tests.webui import rows
from webui.views.body import frame_policy

HTML = (
    b"From: a@b.test\r\nSubject: page\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=x\r\n\r\n"
    b"--x\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
    b'<p onclick="steal()">Hello <script>alert(1)</script><img src="cid:logo@a"><img src="https://t.test/p.gif"></p>'
    b'<form action="https://evil.test"><input name=q></form>\r\n'
    b"--x\r\nContent-Type: image/png\r\nContent-ID: <logo@a>\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    + base64.b64encode(b"\x89PNG picture")
    + b"\r\n--x\r\nContent-Type: image/svg+xml\r\nContent-ID: <evil@a>\r\nContent-Disposition: attachment;"
    b' filename="../x\xe2\x80\xae.svg"\r\n\r\n<svg onload="alert(1)"/>\r\n--x--\r\n'
)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/sessions/",
        "/rules/",
        "/explain/",
        "/connect/",
        "/settings/",
        "/messages/",
        "/nothing/",
        "/static/js/main.js",
    ],
)
def test_pages_allow_nothing_but_their_own_files(client: Client, path: str) -> None:
    response = client.get(path)
    policy = response["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "no-referrer"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"
    assert re.fullmatch(r"app;dur=\d+\.\d\d", response["Server-Timing"])
    response.close()


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["/", "/sessions/", "/rules/", "/explain/", "/connect/", "/settings/", "/nothing/"])
def test_pages_hold_no_inline_script_or_style(client: Client, path: str) -> None:
    rows.message()
    rows.session()
    html = client.get(path).content.decode()
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", html)
    assert all(re.match(r'<script\s[^>]*src="/static/', tag) for tag in re.findall(r"<script[^>]*>", html))


@pytest.mark.django_db
def test_the_frame_of_a_mail_has_no_origin_no_script_and_no_network(client: Client) -> None:
    message = rows.message(HTML)
    response = client.get(f"/messages/{message.public_id}/body/")
    policy = response["Content-Security-Policy"]
    assert policy.startswith("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'")
    assert "allow-scripts" not in policy
    assert "allow-same-origin" not in policy
    assert "http" not in policy
    assert "frame-ancestors 'self'" in policy
    html = response.content.decode()
    assert "<script" not in html
    assert "onclick" not in html
    assert "<form" not in html
    assert '<base target="_blank">' in html


@pytest.mark.django_db
def test_own_images_are_shown_and_remote_ones_are_not(client: Client) -> None:
    message = rows.message(HTML)
    html = client.get(f"/messages/{message.public_id}/body/").content.decode()
    assert "data:image/png;base64," + base64.b64encode(b"\x89PNG picture").decode() in html
    assert not re.search(r'\ssrc="https?:', html)
    page = client.get(f"/messages/{message.public_id}/").content.decode()
    assert "1 remote resource blocked" in page
    assert "data-load-remote" in page


@pytest.mark.django_db
def test_remote_images_load_when_asked_for_and_only_then(client: Client) -> None:
    message = rows.message(HTML)
    response = client.get(f"/messages/{message.public_id}/body/?remote=1")
    assert 'src="https://t.test/p.gif"' in response.content.decode()
    assert response["Content-Security-Policy"] == frame_policy(remote=True)
    assert "img-src data: https: http:" in frame_policy(remote=True)
    assert "script" not in frame_policy(remote=True)


@pytest.mark.django_db
def test_parts_are_downloads_whatever_they_claim_to_be(client: Client) -> None:
    message = rows.message(HTML)
    response = client.get(f"/messages/{message.public_id}/parts/3/file/")
    assert response.content == b'<svg onload="alert(1)"/>'
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment; filename")
    assert "/" not in response["Content-Disposition"].removeprefix("attachment; filename")
    assert "\u202e" not in response["Content-Disposition"]
    assert response["Content-Security-Policy"].startswith("sandbox;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert client.get(f"/messages/{message.public_id}/parts/9.9/file/").status_code == 404


@pytest.mark.django_db
def test_writes_need_the_token_of_the_page() -> None:
    message = rows.message()
    strict = Client(enforce_csrf_checks=True)
    path = f"/messages/{message.public_id}/delete/"
    assert strict.post(path).status_code == 403
    page = strict.get("/").content.decode()
    found = re.search(r'"X-CSRFToken": "(\w+)"', page)
    assert found is not None
    assert strict.post(path, headers={"X-CSRFToken": found[1], "HX-Request": "true"}).status_code == 204
    assert "HttpOnly" in str(strict.cookies["sandpost_csrf"])
    assert "SameSite=Strict" in str(strict.cookies["sandpost_csrf"])


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("method", "path"), [("get", "/messages/delete-all/"), ("post", "/"), ("delete", "/sessions/")]
)
def test_a_wrong_method_is_a_405_with_a_way_back(client: Client, method: str, path: str) -> None:
    response = getattr(client, method)(path)
    assert response.status_code == 405
    assert response["Allow"]
    assert "Back to the inbox" in response.content.decode()


@pytest.mark.django_db
def test_errors_of_the_api_are_one_line_of_text(client: Client) -> None:
    response = client.post("/api/v1/message/latest/raw")
    assert response.status_code == 405
    assert response.content == b"405 method not allowed"
    assert client.get("/api/v1/nothing").content == b"404 page not found"
