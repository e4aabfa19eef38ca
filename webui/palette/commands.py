"""The commands of the palette: pages, what is open, searches, tags, and how the pages look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from django.urls import reverse

from catcher.models import SavedSearch, Tag
from webui.preferences import PREFERENCES, Preference, Preferences
from webui.shortcuts import caps
from webui.templatetags.messages import tag_query
from webui.text import plain

# More saved searches and tags than that are found by the search box.
MOST_OFFERED: Final = 200


@dataclass(frozen=True, slots=True)
class Command:
    """One line: where it leads, or what it does to the page (static/js/palette.js).

    `action` is one of keyboard.js, `clicks` what it presses for the reader, `prefers` an answer to a preference.
    It is offered where the page has something that fits the selector `needs`.
    """

    id: str
    kind: str
    label: str
    words: str = ""
    href: str = ""
    action: str = ""
    argument: str = ""
    clicks: str = ""
    needs: str = ""
    prefers: str = ""
    value: str = ""
    icon: str = "settings"
    detail: str = ""

    @property
    def caps(self) -> tuple[str, ...]:
        return caps(self.action, self.argument)


def _page(name: str, label: str, words: str, icon: str, shortcut: bool = True) -> Command:
    # The action only lends its keys: who runs a page from here wants the link, also in a new tab.
    action = "go" if shortcut else ""
    return Command(f"page-{name}", "Page", label, words, reverse(name), action, name, icon=icon)


def pages() -> Iterator[Command]:
    yield _page("inbox", "Inbox", "messages mail list home", "inbox")
    yield _page("sessions", "Sessions", "connections dialog smtp conversations", "sessions")
    yield _page("connect", "Connect an application", "how to address port framework help", "connect")
    yield _page("imports", "Files: import and export", "mbox eml maildir zip upload download backup", "carry")
    yield _page("tags", "Tags and rules that give them", "labels automatic", "tag")
    yield _page("explain", "Explain a log", "paste transcript postfix nodemailer debug", "log", shortcut=False)
    yield _page("rules", "Rules: what is checked", "lint findings mute", "shield", shortcut=False)
    yield _page("settings", "Settings", "preferences options theme zone view", "settings")


# What the cursor was on when the palette opened, what is selected, or what is open.
_MEANT: Final = ":is([data-held], .picked, :has(> a[aria-current]))"
_MESSAGE: Final = f"#rows > .message{_MEANT}, #pane [data-pane]:has(#tab-dialog)"
_ANY: Final = f"#rows > .row{_MEANT}, #pane [data-head]"

ACTIONS: Final = (
    Command(
        "read", "Action", "Mark read or unread", "seen message toggle", action="read", needs=_MESSAGE, icon="unread"
    ),
    Command("star", "Action", "Star or unstar", "favourite flag message", action="star", needs=_MESSAGE, icon="star"),
    Command("tag", "Action", "Tag…", "label message add", action="tag",
            needs=f"#rows > .message{_MEANT}", icon="tag"),
    Command("remove", "Action", "Delete", "remove trash bin", action="remove", needs=_ANY, icon="trash"),
    Command("undo", "Action", "Undo the last change", "back restore", action="undo", needs="#toast:not([hidden])",
            icon="undo"),
    Command("eml", "Action", "Download .eml", "save source exact bytes file",
            clicks="#head a[download][href$='.eml']", icon="download"),
    Command("dialog", "Action", "Open its SMTP dialog", "session conversation lines", action="dialog",
            needs="#tab-dialog", icon="sessions"),
    Command("compare", "Action", "Compare with another message", "difference diff", clicks="#head a[href*='compare']",
            icon="compare"),
    Command("code", "Action", "Copy the code", "one-time otp password copy", clicks=".extracted-code.first button",
            icon="copy"),
    Command("link", "Action", "Copy the link", "confirm reset verify url address", clicks=".extracted-link button",
            icon="copy"),
    Command("print", "Action", "Print", "paper pdf", clicks="#head [data-print]", icon="print"),
    Command("all", "Action", "Select all that is listed", "choose everything", action="all", needs="#rows > .message",
            icon="select"),
    Command("read-all", "Action", "Mark all read", "seen everything", clicks="form[action$='/read-all/'] button",
            icon="check"),
    Command("delete-all", "Action", "Delete all messages…", "clear empty", clicks="[data-opens='delete-all']",
            icon="trash"),
    Command("delete-sessions", "Action", "Delete sessions…", "clear empty", clicks="[data-opens='delete']",
            icon="trash"),
    Command("repeat", "Action", "Repeat this session…", "swaks curl script", clicks="[data-opens='repeat']",
            icon="undo"),
    Command("pause", "Action", "Hold or release new lines", "pause live", action="pause", needs="#pause", icon="dot"),
    Command("lesson", "Action", "Read the dialog as a lesson", "depth explain", action="depth", argument="1",
            needs="[data-depth-choice]", icon="log"),
    Command("lines", "Action", "Read the lines of the dialog", "depth normal", action="depth", argument="2",
            needs="[data-depth-choice]", icon="rows"),
    Command("wire", "Action", "Read every octet of the dialog", "depth wire bytes", action="depth", argument="3",
            needs="[data-depth-choice]", icon="source"),
    Command("help-search", "Action", "What can be searched for", "query syntax help keys",
            clicks="[data-opens='query-help']", icon="help"),
    Command("shortcuts", "Action", "Keyboard shortcuts", "keys help", action="sheet", argument="shortcuts",
            icon="keys"),
)  # fmt: skip


def saved() -> Iterator[Command]:
    for each in SavedSearch.objects.all()[:MOST_OFFERED]:
        search = f"{reverse('inbox')}?{urlencode({'q': each.query})}"
        yield Command(
            f"saved-{each.public_id}", "Saved search", plain(each.name), plain(each.query), search, icon="search"
        )


def tags() -> Iterator[Command]:
    for tag in Tag.used()[:MOST_OFFERED]:
        search = f"{reverse('inbox')}?{urlencode({'q': tag_query(tag)})}"
        yield Command(f"tag-{tag.pk}", "Tag", plain(tag.name), "", search, icon="tag")


def toggles(likes: Preferences) -> Iterator[Command]:
    """Return what a preference could be instead, and each column to show or to hide."""
    for preference in PREFERENCES:
        yield from _columns(preference, likes) if preference.many else _others(preference, likes)


def _others(preference: Preference, likes: Preferences) -> Iterator[Command]:
    for choice in preference.choices:
        if likes.one(preference.name) != choice.value:
            label = f"{preference.label}: {choice.label[:1].lower()}{choice.label[1:]}"
            yield _preferring(preference, choice.value, label, (choice.value,))


def _columns(preference: Preference, likes: Preferences) -> Iterator[Command]:
    chosen = likes.answers[preference.name]
    for choice in preference.choices:
        isin = choice.value in chosen
        values = [c.value for c in preference.choices if (c.value in chosen) != (c is choice)]
        label = f"{'Hide' if isin else 'Show'} in rows: {choice.label.lower()}"
        yield _preferring(preference, choice.value, label, values)


def _preferring(preference: Preference, name: str, label: str, values: list[str] | tuple[str, ...]) -> Command:
    words = f"{preference.name} {preference.label} {preference.help} setting"
    return Command(
        f"prefer-{preference.name}-{name}", "Setting", label, words, prefers=preference.name, value=".".join(values),
        icon="view",
    )  # fmt: skip


def commands(likes: Preferences) -> list[Command]:
    return [*ACTIONS, *pages(), *saved(), *tags(), *toggles(likes)]
