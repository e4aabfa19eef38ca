"""Keys: what is declared is what the scripts listen to, nothing more and nothing less; and the list shows all of it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest
from django.test import Client

from webui.shortcuts import SHORTCUTS, bindings, by_place, caps

SCRIPTS = Path(__file__).parents[2] / "static" / "js"
NAMED = {
    "ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight", "Enter", "Escape", "Tab", "Home", "End", "Delete", "PageUp",
    "PageDown", "Backspace",
}  # fmt: skip


def heard(script: str) -> set[str]:
    """Return the keys that a script compares with, or has an answer to in a table."""
    found = set(re.findall(r'\.key === "([^"]+)"', script))
    for table in re.findall(r"\{([^{}]*)\}\[event\.key\]", script):
        found |= set(re.findall(r"(\w+):", table))
    if re.search(r"(ACTIONS|STEPS)\[event\.key\]", script):
        found |= {name for name in re.findall(r"^  (\w+): \(", script, re.MULTILINE) if name in NAMED}
    return {"Space" if key == " " else key for key in found}


def test_keyboard_does_what_is_declared_and_nothing_else() -> None:
    script = (SCRIPTS / "keyboard.js").read_text()
    table = re.search(r"const ACTIONS = \{\n(.*?)\n\};", script, re.DOTALL)
    assert table
    actions = re.findall(r"^  (\w+):", table[1], re.MULTILINE)
    assert set(actions) == {each.action for each in SHORTCUTS if each.action}
    assert heard(script) == set()


def test_the_keys_of_every_other_script_are_declared() -> None:
    declared: dict[str, set[str]] = {}
    for each in SHORTCUTS:
        if each.script:
            keys = {key.removeprefix("Ctrl+").removeprefix("Shift+") for key in each.keys}
            declared.setdefault(each.script, set()).update(keys)
    listening = {path.stem: heard(path.read_text()) for path in SCRIPTS.glob("*.js")}
    found = {name: keys for name, keys in listening.items() if keys and name != "keyboard"}
    assert found == declared


@pytest.mark.django_db
def test_the_list_and_the_bindings_are_on_every_page(client: Client) -> None:
    html = client.get("/connect/").content.decode()
    for place, some in by_place():
        assert f"<h3>{place}</h3>" in html
        assert all(f"<dd>{each.does}</dd>" in html for each in some)
    assert "&quot;g i&quot;: [&quot;go&quot;, &quot;/&quot;]" in html
    assert bindings()["J"] == ["extend", "1"]


def test_no_key_is_declared_twice_for_the_page() -> None:
    keys = Counter(key for each in SHORTCUTS if each.action for key in each.keys)
    assert [key for key, number in keys.items() if number > 1] == []
    assert len({place for place, _ in by_place()}) == len(list(by_place()))


def test_caps_are_what_is_printed_on_the_keys() -> None:
    assert caps("go", "settings") == ("g", ",")
    assert caps("extend", "1") == ("Shift", "j")
    assert caps("move", "1") == ("j",)
    assert caps("", "") == ()
