"""The palette: its commands, what words find, and what a pasted id opens."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
from django.test import Client

from catcher.digest import digest_some
from catcher.models import SavedSearch, Tag
from tests.webui import rows
from webui.palette.commands import commands
from webui.preferences import COOKIE, PREFERENCES, Preferences
from webui.shortcuts import SHORTCUTS

pytestmark = pytest.mark.django_db
TEMPLATES = Path(__file__).parents[2] / "templates"


def options(client: Client, query: str = "") -> dict[str, str]:
    """Return the labels of what is offered, with where each leads or what it does."""
    page = client.get(f"/palette/{query}").content.decode()
    found = {}
    for option in re.findall(r'<li role="option".*?</li>', page, re.DOTALL):
        label = re.search(r"<b>(.*?)</b>", option)
        does = re.search(r'data-(?:href|prefers|action|clicks)="([^"]*)"', option)
        assert label, option
        assert does, option
        found[html.unescape(label[1])] = html.unescape(does[1])
    return found


def test_pages_saved_searches_tags_and_settings_are_offered(client: Client) -> None:
    SavedSearch.objects.create(public_id="s" * 22, name="Shop <b>", query='from:"a shop"')
    Tag.objects.create(name="two words", key="two words", total=1)
    offered = options(client)
    assert offered["Explain a log"] == "/explain/"
    assert offered["Shop <b>"] == "/?q=from%3A%22a+shop%22"
    assert offered["two words"] == "/?q=tag%3A%22two+words%22"
    assert offered["Theme: dark"] == "theme"
    assert "Theme: as the system" not in offered
    assert offered["Hide in rows: size"] == "columns"


def test_a_column_is_shown_or_hidden_and_the_others_stay(client: Client) -> None:
    client.cookies[COOKIE] = "columns=tags.size&theme=dark"
    page = client.get("/palette/").content.decode()
    assert re.search(r'data-prefers="columns" data-value="tags"[^>]*>.*?Hide in rows: size', page)
    assert re.search(r'data-prefers="columns" data-value="tags.findings.size"[^>]*>.*?Show in rows: findings', page)
    assert "Theme: light" in page
    assert "Theme: dark" not in page


def test_what_acts_on_the_page_is_known_to_the_keyboard_and_has_an_id_of_its_own() -> None:
    offered = commands(Preferences({each.name: each.default for each in PREFERENCES}))
    known = {(each.action, each.argument) for each in SHORTCUTS}
    assert all((each.action, each.argument) in known for each in offered if each.action and each.argument)
    assert {each.action for each in offered if each.action} <= {each.action for each in SHORTCUTS}
    assert len({each.id for each in offered}) == len(offered)
    assert all(each.href or each.action or each.clicks or each.prefers for each in offered)


def test_what_is_clicked_for_the_reader_is_named_in_some_template() -> None:
    written = "".join(path.read_text() for path in TEMPLATES.rglob("*.html"))
    for name in ("delete-all", "delete", "repeat", "query-help"):
        assert f'data-opens="{name}"' in written


def test_words_find_the_newest_messages_by_subject_and_address_and_recent_sessions(client: Client) -> None:
    made = [rows.message(subject=f"Your order {number}") for number in range(10)]
    rows.message(subject="Another", snippet="order")
    other = rows.message(subject="Bill", addresses={"From": [["Shop", "orders@shop.test"]], "To": []})
    session = rows.session(hello="order-service.test")
    digest_some(20)
    offered = options(client, "?q=order")
    assert len(offered) == 9
    assert offered["Bill"] == f"/messages/{other.public_id}/"
    assert "Your order 9" in offered
    assert not {"Your order 0", "Another"} & set(offered)
    assert offered["order-service.test"] == f"/sessions/{session.public_id}/"
    assert options(client, "?q=ORDER+your+3") == {"Your order 3": f"/messages/{made[3].public_id}/"}


@pytest.mark.parametrize("text", ["", "a", "%22", "%28OR", "from%3A", "x" * 5000, "-is%3Ax", "%00%FF", "a+%22+b"])
def test_nothing_that_is_typed_is_an_error(client: Client, text: str) -> None:
    rows.message()
    digest_some(1)
    assert client.get(f"/palette/?q={text}").status_code == 200


def test_a_pasted_id_opens_what_it_names(client: Client) -> None:
    message, session = rows.message(subject="\u202eevil"), rows.session()
    assert options(client, f"?q=+{message.public_id}+") == {"\\u202eevil": f"/messages/{message.public_id}/"}
    assert list(options(client, f"?q={session.public_id}").values()) == [f"/sessions/{session.public_id}/"]
    assert options(client, f"?q={'0' * 22}") == {}
    assert list(options(client, f"?q={session.public_id[:12].lower()}").values()) == [f"/sessions/{session.public_id}/"]
