"""The settings page: every question is asked, an answer holds without scripts, and all can be taken back."""

from __future__ import annotations

import re
from urllib.parse import unquote

import pytest
from django.test import Client

from webui.preferences import COOKIE, PREFERENCES

pytestmark = pytest.mark.django_db


def test_every_question_is_asked_with_its_answer(client: Client) -> None:
    client.cookies[COOKIE] = "theme=dark&hours=12&zone=Asia/Tokyo&density=dense"
    html = client.get("/settings/").content.decode()
    for each in PREFERENCES:
        assert f'data-preference="{each.name}"' in html
    assert '<html lang="en" data-theme="dark" data-zone="Asia/Tokyo" data-hours="12" data-time="relative">' in html
    assert re.search(r'value="dark" checked', html)
    assert re.search(r'value="" checked>Another</label><input[^>]*value="Asia/Tokyo"', html)
    assert '<option value="Europe/Berlin">' in html


def test_without_scripts_an_answer_is_kept_and_leads_back(client: Client) -> None:
    response = client.post("/preferences/", {"name": "zone", "value": ["", "Asia/Tokyo"]})
    assert (response.status_code, response.headers["Location"]) == (302, "/settings/")
    assert unquote(client.cookies[COOKIE].value) == "zone=Asia/Tokyo"
    client.post("/preferences/", {"name": "zone", "value": ["UTC", "Asia/Tokyo"]})
    assert client.cookies[COOKIE].value == "zone=UTC"
    client.post("/preferences/", {"name": "zone", "value": ["x" * 300]})
    assert client.cookies[COOKIE].value == ""


def test_all_answers_are_taken_back_at_once(client: Client) -> None:
    client.cookies[COOKIE] = "theme=dark&columns="
    assert client.post("/preferences/reset/").status_code == 302
    assert client.cookies[COOKIE].value == ""
    assert client.get("/preferences/reset/").status_code == 405
