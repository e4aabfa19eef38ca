"""Searching in the inbox: the list, what stands above it, what is offered and what is marked."""

from __future__ import annotations

import pytest
from django.test import Client

from catcher.digest import digest_some
from catcher.models import Message
from tests.catcher.search.messages.mail import store
from webui.messages.marking import marked

MAIL = "From: Shop <shop@acme.example>\nTo: jane@example.com\nSubject: {}\n\nYour order & more <b>.\n"


@pytest.fixture
def mail(db: None) -> None:
    for subject in ("Your order", "Welcome", "Your ORDER again"):
        store(MAIL.format(subject))
    while digest_some(10):
        pass


@pytest.mark.usefixtures("mail")
def test_the_list_shows_what_is_found_with_its_matches_marked(client: Client) -> None:
    page = client.get("/", {"q": "subject:order"}).content.decode()
    assert page.count("data-row=") == 2
    assert "Your <mark>ORDER</mark> again" in page
    assert "<b data-matching>2</b> messages match" in page


@pytest.mark.usefixtures("mail")
def test_arrivals_and_named_rows_are_those_that_match(client: Client) -> None:
    ids = list(Message.objects.order_by("pk").values_list("public_id", flat=True))
    arrived = client.get("/messages/", {"q": "subject:order", "after": "0"}).content.decode()
    assert [ids[0] in arrived, ids[1] in arrived, ids[2] in arrived] == [True, False, True]
    again = client.get("/messages/rows/", {"q": "subject:order", "ids": ",".join(ids[:2])}).content.decode()
    assert [ids[0] in again, ids[1] in again] == [True, False]


@pytest.mark.usefixtures("mail")
def test_what_is_wrong_is_pointed_at_and_nothing_is_listed(client: Client) -> None:
    page = client.get("/", {"q": "order fro:<b>"}).content.decode()
    assert "<mark>fro:</mark>" in page
    assert "Column 7:" in page
    assert "did you mean from:?" in page
    assert "data-row=" not in page


@pytest.mark.usefixtures("mail")
@pytest.mark.parametrize(("typed", "offered"), [("fro", "from:"), ("from:sh", "shop@acme.example"), ("is:", "unread")])
def test_keys_and_values_are_offered(client: Client, typed: str, offered: str) -> None:
    page = client.get("/messages/suggest/", {"q": typed, "at": str(len(typed))}).content.decode()
    assert f'data-text="{offered}"' in page


@pytest.mark.usefixtures("mail")
def test_matches_are_marked_in_the_text_of_a_message(client: Client) -> None:
    message = Message.objects.order_by("pk").first()
    assert message is not None
    page = client.get(f"/messages/{message.public_id}/text/", {"q": '"order & more"'}).content.decode()
    assert "<mark>order &amp; more</mark>" in page


@pytest.mark.parametrize(
    ("html", "needles", "shown"),
    [
        ("Your Order", ["order"], "Your <mark>Order</mark>"),
        ("a &lt;b&gt; c", ["a b"], "<mark>a &lt;b</mark>&gt; c"),
        ("x &amp; y &lt;", ["amp", "lt"], "x &amp; y &lt;"),
        ("x &amp; y", ["&"], "x <mark>&amp;</mark> y"),
        ('<span class="esc">x</span>', ["span", "esc", "x"], '<span class="esc"><mark>x</mark></span>'),
        ("ab", ["a", "ab"], "<mark>ab</mark>"),
        ("a.b axb", ["a.b"], "<mark>a.b</mark> axb"),
        ("nothing", [], "nothing"),
    ],
)
def test_marks_stand_in_text_only(html: str, needles: list[str], shown: str) -> None:
    assert marked(html, needles) == shown
