"""MESSAGE -> ROW: the HTML of one message in the list; written here, for fifty of them are most of a page's time."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from functools import cache

from django.urls import reverse
from django.utils import timezone
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from catcher.models import Message, Tag
from webui import text
from webui.clock import Clock, current
from webui.icons import svg
from webui.messages.marking import marked
from webui.messages.shown import Rows, Thread
from webui.preferences import Preferences
from webui.templatetags.findings import findings_mark
from webui.templatetags.sandpost import octets

SHOWN_TAGS = 2
_NOBODY: Sequence[Tag] = ()


def rows(
    found: Rows,
    likes: Preferences,
    search: str = "",
    selected: str = "",
    folded: bool = True,
    highlights: Sequence[str] = (),
) -> SafeString:
    """Return the rows; `search` is the filter that their links keep, `folded` hides what follows its like.

    `highlights` are marked in what was sent.
    """
    now, watch = timezone.now(), current()
    followers = _followers(found.messages) if folded else {}
    pieces = [
        _row(
            message,
            likes,
            watch,
            now,
            search,
            message.public_id == selected,
            found.tags.get(message.pk, _NOBODY),
            found.threads.get(message.thread) if message.thread is not None else None,
            followers.get(message.pk),
            highlights,
        )
        for message in found.messages
    ]
    return mark_safe("\n".join(pieces))  # noqa: S308 - every piece is escaped or written here


def _followers(messages: Sequence[Message]) -> dict[int, int]:
    """Return how many follow that are the same mail as the one before, by key; 0 for those that follow."""
    found: dict[int, int] = {}
    head: Message | None = None
    for message in messages:
        if head is not None and message.same is not None and message.same == head.same:
            found[message.pk] = 0
            found[head.pk] = found.get(head.pk, 0) + 1
        else:
            head = message
    return found


def _row(
    message: Message,
    likes: Preferences,
    watch: Clock,
    now: dt.datetime,
    search: str,
    is_open: bool,
    tags: Sequence[Tag],
    thread: Thread | None,
    followers: int | None,
    highlights: Sequence[str],
) -> str:
    unread = not message.read or bool(thread and thread.unread)
    classes = f"row message{' new' if unread else ''}{' under' if followers == 0 else ''}"
    same = f' data-same="{message.same}"' if message.same is not None else ""
    kin = f' data-thread="{message.thread}"' if thread else ""
    current = ' aria-current="true"' if is_open else ""
    starred = "true" if message.starred else "false"
    return (
        f'<li class="{classes}" data-row="{message.pk}" data-id="{message.public_id}" '
        f'data-read="{int(message.read)}" data-starred="{int(message.starred)}"{same}{kin}>'
        '<label class="pick"><input type="checkbox" tabindex="-1" aria-label="Select this message"></label>'
        f'<a href="{_path()}{message.public_id}/{escape(search)}"{current}>'
        f'<span class="mark">{_UNREAD if unread else ""}</span>'
        f'<span class="who">{_who(message, likes, highlights)}{_kin(thread)}{_others(followers)}</span>'
        f'<span class="when">{watch.brief(message.received_at, now)}</span>'
        f'<span class="what"><b>{_said(message.subject, "(no subject)", highlights)}</b>'
        f"{_snippet(message, likes, highlights)}</span>"
        f'<span class="meta">{"".join(_meta(message, likes, tags))}</span></a>'
        f'<button type="button" class="star" tabindex="-1" aria-pressed="{starred}" aria-label="Star" '
        f'title="Star (s)"></button></li>'
    )


_UNREAD = '<span class="unseen">Unread. </span>'
_CLIP = svg("clip")
_WARN = svg("warn")


@cache
def _path() -> str:
    return f"{reverse('inbox')}messages/"


def _said(said: str, nothing: str, highlights: Sequence[str]) -> SafeString:
    return marked(text.line(said), highlights) if said else text.line(nothing)


def _who(message: Message, likes: Preferences, highlights: Sequence[str]) -> str:
    sender = _said(message.sender_name, "(no sender)", highlights)
    recipient = _said(message.recipient, "(nobody)", highlights)
    more = f'<b class="others">+{message.recipients_count - 1}</b>' if message.recipients_count > 1 else ""
    if likes.sender_first:
        other = f'<span class="to">{_TO} {recipient}</span>{more}' if "other" in likes.columns else ""
        return f'<span class="from">{sender}</span>{other}'
    other = f'<span class="to">{_FROM} {sender}</span>' if "other" in likes.columns else ""
    return f'<span class="from">{recipient}</span>{more}{other}'


_TO = '<span aria-hidden="true">→</span><span class="unseen"> to </span>'
_FROM = '<span aria-hidden="true">←</span><span class="unseen"> from </span>'


def _kin(thread: Thread | None) -> str:
    if thread is None or thread.total < 2:
        return ""
    words = "messages in this thread"
    return f'<b class="kin" title="{thread.total:,} {words}">{thread.total:,}<span class="unseen"> {words}</span></b>'


def _others(followers: int | None) -> str:
    """Return how many are folded under this row; static/js/folding.js writes it the same way."""
    if not followers:
        return ""
    words = '<span class="unseen"> like this</span>'
    return f'<b class="folded" title="The same mail again: show it (→)">+{followers}{words}</b>'


def _snippet(message: Message, likes: Preferences, highlights: Sequence[str]) -> str:
    if "snippet" not in likes.columns or not message.snippet:
        return ""
    return f" <span>{_said(message.snippet, '', highlights)}</span>"


def _meta(message: Message, likes: Preferences, tags: Sequence[Tag]) -> Iterable[str]:
    if tags and "tags" in likes.columns:
        yield from (f'<span class="tag tag-{tag.colour}">{escape(tag.name)}</span>' for tag in tags[:SHOWN_TAGS])
        if len(tags) > SHOWN_TAGS:
            rest = escape(", ".join(tag.name for tag in tags[SHOWN_TAGS:]))
            words = '<span class="unseen"> tags</span>'
            yield f'<span class="more-tags" title="{rest}">+{len(tags) - SHOWN_TAGS}{words}</span>'
    if "findings" in likes.columns:
        yield findings_mark(message) if message.findings_count else _defects(len(message.defects))
    if message.attachments and "attachments" in likes.columns:
        words = f"{message.attachments} attachment{'' if message.attachments == 1 else 's'}"
        yield f'<span class="clip" title="{words}">{_CLIP}<span class="unseen">{words}</span></span>'
    if "size" in likes.columns:
        yield f'<span class="size">{octets(message.size)}</span>'


def _defects(number: int) -> str:
    if not number:
        return ""
    words = f"defect{'' if number == 1 else 's'}"
    return f'<span class="chip warn" title="defects">{_WARN}{number}<span class="unseen"> {words}</span></span>'
