"""Every key that does something, declared once: the list under `?` shows them, static/js/keyboard.js obeys them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import groupby
from typing import Final

from django.urls import reverse


class Place(StrEnum):
    EVERYWHERE = "Everywhere"
    LISTS = "In a list"
    INBOX = "In the inbox"
    MESSAGE = "In an open message"
    SESSION = "In a session"
    COMPARE = "Where two messages are compared"
    BOXES = "In a search box"
    PARTS = "In tabs, menus and forms"


@dataclass(frozen=True, slots=True)
class Shortcut:
    """Keys as the browser names them, one after the other with a blank between, or `Ctrl+` or `Shift+` before one.

    `action` is the name under which keyboard.js knows what to do, with its argument. Where it has none, the keys are
    the browser's own or belong to a part of the page that has the focus: `script` is that part's module.
    """

    place: Place
    keys: tuple[str, ...]
    does: str
    action: str = ""
    argument: str = ""
    script: str = ""

    @property
    def shown(self) -> tuple[tuple[str, ...], ...]:
        """Return each of the keys as the caps that are pressed."""
        return tuple(tuple(_CAPS.get(cap, cap) for cap in key.replace("+", " ").split(" ")) for key in self.keys)


_CAPS: Final = {
    "ArrowDown": "↓", "ArrowUp": "↑", "ArrowLeft": "←", "ArrowRight": "→", "Escape": "Esc", "Space": "Space",
}  # fmt: skip


def _go(key: str, does: str, page: str) -> Shortcut:
    return Shortcut(Place.EVERYWHERE, (f"g {key}",), does, "go", page)


SHORTCUTS: Final = (
    Shortcut(Place.EVERYWHERE, ("Ctrl+k",), "find a command, a message, a session", "palette"),
    Shortcut(Place.EVERYWHERE, ("?",), "this list", "sheet", "shortcuts"),
    Shortcut(Place.EVERYWHERE, ("/",), "search", "search"),
    _go("i", "go to the inbox", "inbox"),
    _go("s", "go to the sessions", "sessions"),
    _go("c", "go to the page that explains how to connect", "connect"),
    _go("f", "go to the files", "imports"),
    _go("t", "go to the tags", "tags"),
    _go(",", "go to the settings", "settings"),
    Shortcut(Place.EVERYWHERE, ("z",), "undo the last change", "undo"),
    Shortcut(Place.LISTS, ("j", "ArrowDown"), "next row", "move", "1"),
    Shortcut(Place.LISTS, ("k", "ArrowUp"), "previous row", "move", "-1"),
    Shortcut(Place.LISTS, ("Enter",), "open it"),
    Shortcut(Place.LISTS, ("Escape",), "back to the list, or end the selection", "back"),
    Shortcut(Place.LISTS, ("Delete", "#"), "delete; of a message it can be undone", "remove"),
    Shortcut(Place.INBOX, ("u",), "read or unread", "read"),
    Shortcut(Place.INBOX, ("s",), "star or unstar", "star"),
    Shortcut(Place.INBOX, ("t",), "tag what is selected", "tag"),
    Shortcut(Place.INBOX, ("x",), "select the row", "pick"),
    Shortcut(Place.INBOX, ("Shift+j",), "select on to the next row", "extend", "1"),
    Shortcut(Place.INBOX, ("Shift+k",), "select on to the previous row", "extend", "-1"),
    Shortcut(Place.INBOX, ("Ctrl+a",), "select all that is listed", "all"),
    Shortcut(Place.INBOX, ("ArrowRight",), "show the same mail again", "fold", "out"),
    Shortcut(Place.INBOX, ("ArrowLeft",), "hide it", "fold", "in"),
    Shortcut(Place.MESSAGE, ("d",), "its SMTP dialog, and back", "dialog"),
    Shortcut(Place.SESSION, ("1",), "read the dialog as a lesson", "depth", "1"),
    Shortcut(Place.SESSION, ("2",), "read its lines", "depth", "2"),
    Shortcut(Place.SESSION, ("3",), "read every octet", "depth", "3"),
    Shortcut(Place.SESSION, ("p",), "hold new lines of a live session", "pause"),
    Shortcut(
        Place.SESSION, ("ArrowDown", "ArrowUp", "ArrowLeft", "ArrowRight"), "walk through the lines", script="explain"
    ),
    Shortcut(Place.SESSION, ("Home", "End"), "first and last part of a line", script="explain"),
    Shortcut(Place.SESSION, ("Enter", "Space"), "explain the part", script="explain"),
    Shortcut(Place.SESSION, ("Escape",), "close the explanation", script="explain"),
    Shortcut(Place.COMPARE, ("n",), "next difference", script="compare"),
    Shortcut(Place.COMPARE, ("p",), "previous difference", script="compare"),
    Shortcut(Place.BOXES, ("ArrowDown", "ArrowUp"), "choose a suggestion", script="combobox"),
    Shortcut(Place.BOXES, ("Tab", "Enter"), "take it", script="combobox"),
    Shortcut(Place.BOXES, ("Escape",), "close the suggestions, then leave the box", script="combobox"),
    Shortcut(Place.BOXES, ("Shift+Enter",), "previous hit in a source", script="finder"),
    Shortcut(Place.BOXES, ("ArrowDown", "ArrowUp"), "choose a command", script="palette"),
    Shortcut(Place.BOXES, ("Enter",), "run the command", script="palette"),
    Shortcut(Place.PARTS, ("ArrowLeft", "ArrowRight"), "previous and next tab", script="tabs"),
    Shortcut(Place.PARTS, ("ArrowUp", "ArrowDown"), "up and down a menu", script="export"),
    Shortcut(Place.PARTS, ("Escape",), "close a menu", script="export"),
    Shortcut(Place.PARTS, ("Ctrl+Enter",), "explain the log that was pasted", script="log"),
)


def bindings() -> dict[str, list[str]]:
    """Return what each key does, as keyboard.js reads it: the key as the event names it, the action, its argument."""
    return {_event(key): [each.action, _argument(each)] for each in SHORTCUTS if each.action for key in each.keys}


def _event(key: str) -> str:
    return key.removeprefix("Shift+").upper() if key.startswith("Shift+") else key


def _argument(shortcut: Shortcut) -> str:
    return reverse(shortcut.argument) if shortcut.action == "go" else shortcut.argument


def by_place() -> Iterator[tuple[str, list[Shortcut]]]:
    """Return them as the list under `?` shows them."""
    for place, some in groupby(SHORTCUTS, key=lambda each: each.place):
        yield place.value, list(some)


def caps(action: str, argument: str = "") -> tuple[str, ...]:
    """Return the caps of the first key of an action, to be shown beside it."""
    found = (each.shown[0] for each in SHORTCUTS if action and (each.action, each.argument) == (action, argument))
    return next(found, ())
