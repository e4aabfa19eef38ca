"""The list of rules: all of them, each with its example marked where the rule finds something; muted there."""

from __future__ import annotations

import re
import threading
import time
from html import unescape

import pytest
from django.test import Client

from catcher.dialog.finding import Rule
from catcher.dialog.lint import registry
from catcher.models import MutedRule, Session
from tests.webui import rows
from webui import examples, rules

RULES = [*registry.SESSION, *registry.MESSAGE]


@pytest.fixture
def page(client: Client, db: object) -> str:
    return client.get("/rules/").content.decode()


def card(page: str, rule: str) -> str:
    return page.split(f'id="{rule}"', 1)[1].split("</details>", 1)[0]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_is_there_with_all_that_it_says(page: str, rule: Rule) -> None:
    shown = unescape(card(page, rule.id))
    for words in (rule.title, rule.breaks, rule.fix, rule.source, rule.severity, *rule.fixes.values()):
        assert words in shown


def test_the_page_counts_the_rules(page: str) -> None:
    assert len(re.findall(r'<details class="rule"', page)) == len(RULES)
    assert f"{len(RULES)} rules" in page


@pytest.mark.parametrize("rule", registry.SESSION, ids=lambda rule: rule.id)
def test_the_example_of_a_session_rule_marks_what_it_finds(rule: Rule) -> None:
    example = examples.of_session(rule)
    assert any(row.is_marked for row in example.rows)
    assert not all(row.is_marked for row in example.rows)
    assert len(example.rows) <= examples.MOST_ROWS


# What is missing stands nowhere, and what the wire lost is not in the octets.
NOWHERE = {"M03", "M05", "M06", "M11", "M14", "S48", "S51", "S68"}


@pytest.mark.parametrize("rule", registry.MESSAGE, ids=lambda rule: rule.id)
def test_the_example_of_a_message_rule_marks_its_octets(rule: Rule) -> None:
    example = examples.of_message(rule)
    assert any(row.is_marked for row in example.rows) is (rule.id not in NOWHERE)
    assert example.seen
    assert len(example.rows) <= examples.MOST_ROWS
    assert max(len(str(row.code)) for row in example.rows) < 2000


def test_the_marked_line_is_the_one_of_the_evidence() -> None:
    marked = [str(row.code) for row in examples.of_session(registry.by_id["S04"]).rows if row.is_marked]
    assert marked == ["EHLO app"]
    marked = [str(row.code) for row in examples.of_message(registry.by_id["M12"]).rows if row.is_marked]
    assert len(marked) == 1
    assert "<mark>Message-ID: &lt;1043@localhost&gt;</mark>" in marked[0]


def test_how_a_line_ended_and_what_came_together_is_told() -> None:
    chips = [chip for rule in registry.SESSION for row in examples.of_session(rule).rows for chip in row.chips]
    assert {"ended by LF alone", "in the same packet", "masked"} <= set(chips)


def test_rendering_is_cached(client: Client, db: object) -> None:
    client.get("/rules/")
    began = time.perf_counter()
    client.get("/rules/")
    assert time.perf_counter() - began < 0.05
    assert rules.listing(frozenset()) is rules.listing(frozenset())


def join() -> None:
    for thread in threading.enumerate():
        if thread.name == "sandpost-muting":
            thread.join(10)


@pytest.mark.django_db(transaction=True)
def test_muting_sends_what_the_rule_found_back_to_the_queue(client: Client) -> None:
    found = rows.session(examined=True, findings=["S32"])
    other = rows.session(examined=True, findings=["S37"])
    response = client.post("/rules/S32/mute/", headers={"HX-Request": "true"})
    join()
    assert "Unmute S32" in response.content.decode()
    assert "S32 is muted" in response["HX-Trigger"]
    assert list(MutedRule.objects.values_list("rule", flat=True)) == ["S32"]
    assert not Session.objects.get(pk=found.pk).examined
    assert Session.objects.get(pk=other.pk).examined
    page = client.get("/rules/").content.decode()
    assert "Unmute S32" in card(page, "S32")
    assert f"{len(RULES)} rules, 1 muted" in page


@pytest.mark.django_db(transaction=True)
def test_unmuting_looks_at_everything_again(client: Client) -> None:
    MutedRule.objects.create(rule="M11")
    message = rows.message(digested=True)
    response = client.post("/rules/M11/unmute/")
    join()
    assert response["Location"] == "/rules/#M11"
    assert not MutedRule.objects.exists()
    message.refresh_from_db()
    assert not message.digested


@pytest.mark.django_db
def test_a_rule_that_does_not_exist_cannot_be_muted(client: Client) -> None:
    assert client.post("/rules/S999/mute/").status_code == 404
    assert not MutedRule.objects.exists()


@pytest.mark.django_db
def test_muting_needs_the_token_of_the_page() -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/rules/S32/mute/").status_code == 403
    assert strict.get("/rules/S32/mute/").status_code == 405
    assert not MutedRule.objects.exists()
